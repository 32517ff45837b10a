"""Tables of the job database, and how an older one is brought forward."""

from collections.abc import Callable

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    inspect,
    select,
)

from repscope.core.errors import Conflict

metadata = MetaData()

schema_version = Table("schema_version", metadata, Column("version", Integer, nullable=False))

jobs = Table(
    "jobs",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("kind", String(64), nullable=False),
    Column("method", String(64), nullable=False),
    Column("title", Text, nullable=False),
    Column("needs", String(160), nullable=False),  # the method with its version
    Column("queue", String(16), nullable=False),
    Column("recipe", JSON, nullable=False),
    Column("state", String(16), nullable=False),
    Column("owner", String(64), nullable=False),  # who asked last; sets the turn
    Column("turn", Integer, nullable=False),  # place in the fair order
    Column("progress", Float),
    Column("remaining", Float),  # seconds
    Column("message", Text, nullable=False, default=""),
    Column("metrics", JSON, nullable=False, default=dict),
    Column("error", JSON),
    Column("attempts", Integer, nullable=False, default=0),
    Column("failures", Integer, nullable=False, default=0),  # in a row, without a checkpoint
    Column("cancelling", Boolean, nullable=False, default=False),
    Column("finishing", Boolean, nullable=False, default=False),  # somebody wants it as it is
    Column("result", String(32)),  # what was published when it was finished early
    Column("token", String(32)),  # of the attempt that may write
    Column("lease_until", Float),
    Column("worker", String(128)),
    Column("events", Integer, nullable=False, default=0),  # number of the last event
    Column("revision", Integer, nullable=False, default=0),  # rises with every write
    Column("created", Float, nullable=False),
    Column("started", Float),
    Column("ended", Float),
    Index("jobs_by_turn", "state", "queue", "turn"),
    Index("jobs_by_owner", "owner", "state"),
)

job_inputs = Table(
    "job_inputs",
    metadata,
    Column("job_id", String(32), ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    Column("input_id", String(32), primary_key=True),
    Index("job_inputs_by_input", "input_id"),
)

requests = Table(
    "requests",
    metadata,
    Column("job_id", String(32), ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    Column("owner", String(64), primary_key=True),
    Column("created", Float, nullable=False),
    Column("withdrawn", Float),
    Index("requests_by_owner", "owner", "created"),
)

events = Table(
    "events",
    metadata,
    Column("job_id", String(32), ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("type", String(32), nullable=False),
    Column("data", JSON, nullable=False),
    Column("created", Float, nullable=False),
)

workers = Table(
    "workers",
    metadata,
    Column("id", String(128), primary_key=True),
    Column("host", String(255), nullable=False),
    Column("pid", Integer, nullable=False),
    Column("pid_created", Float, nullable=False),  # tells a process from a later one of its number
    Column("runner_pid", Integer),
    Column("runner_created", Float),
    Column("queues", JSON, nullable=False),
    Column("device", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("job_id", String(32)),
    Column("version", String(32), nullable=False),
    Column("heartbeat", Float, nullable=False),
)

catalogue = Table(
    "catalogue",
    metadata,
    Column("kind", String(64), primary_key=True),
    Column("method", String(64), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("entry", JSON, nullable=False),
    Column("worker", String(128), nullable=False),
    Column("updated", Float, nullable=False),
)

titles = Table(
    "titles",
    metadata,
    Column("artifact_id", String(32), primary_key=True),
    Column("title", Text, nullable=False),
    Column("note", Text, nullable=False, default=""),
    Column("owner", String(64), nullable=False),
    Column("updated", Float, nullable=False),
)

selections = Table(
    "selections",
    metadata,
    Column("dataset_id", String(32), primary_key=True),
    Column("name", String(100), primary_key=True),
    Column("selection_id", String(32), nullable=False),
    Column("owner", String(64), nullable=False),
    Column("created", Float, nullable=False),
    Column("updated", Float, nullable=False),
)


def _add_selections(connection: Connection) -> None:
    selections.create(connection)


#: Step i brings a database from version i + 1 to version i + 2.
MIGRATIONS: list[Callable[[Connection], None]] = [_add_selections]

CURRENT = 1 + len(MIGRATIONS)


def migrate(connection: Connection) -> None:
    """Create the tables, or bring older ones forward.

    Raises:
        Conflict: The database is newer than this release.
    """
    if not inspect(connection).has_table(schema_version.name):
        metadata.create_all(connection)
        connection.execute(schema_version.insert().values(version=CURRENT))
        return
    found = connection.execute(select(schema_version.c.version)).scalar_one()
    if found > CURRENT:
        raise Conflict(
            f"The database has schema version {found}, this release knows {CURRENT}: "
            "install a newer Repscope or use another data folder."
        )
    for step in MIGRATIONS[found - 1 :]:
        step(connection)
    connection.execute(schema_version.update().values(version=CURRENT))
