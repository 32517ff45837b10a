"""A look at a job database that changes nothing: it is neither made nor brought forward."""

from pathlib import Path

from sqlalchemy import create_engine, inspect, make_url, select, text
from sqlalchemy.exc import DatabaseError, InterfaceError

from repscope.core.errors import RepscopeError, Unavailable
from repscope.core.jobs.database import with_driver
from repscope.core.jobs.schema import schema_version


class Damaged(RepscopeError):
    """The database can be opened, but not read."""

    code = "damaged"


def find_schema_version(url: str) -> int | None:
    """Return the schema version of a database; nothing when there is none yet.

    Args:
        url: SQLAlchemy URL.

    Raises:
        Unavailable: It does not answer.
        Damaged: It is no database, or a broken one.
    """
    address = with_driver(make_url(url))
    sqlite = address.get_backend_name() == "sqlite"
    if sqlite:
        path = Path(address.database or "")
        if not path.is_file():
            return None
        address = make_url(f"sqlite:///file:{path}?mode=ro&uri=true")
    engine = create_engine(address, connect_args={} if sqlite else {"connect_timeout": 5})
    try:
        with engine.connect() as connection:
            if sqlite:
                said = connection.execute(text("PRAGMA quick_check(1)")).scalar_one()
                if said != "ok":
                    raise Damaged(f"SQLite finds the database damaged: {said}.")
            if not inspect(connection).has_table(schema_version.name):
                return None
            found: int = connection.execute(select(schema_version.c.version)).scalar_one()
            return found
    except (DatabaseError, InterfaceError) as error:
        reason = str(error.orig).strip().splitlines()[0]
        if "not a database" in reason or "malformed" in reason:
            raise Damaged(f"The database cannot be read: {reason}.") from error
        raise Unavailable(f"The database does not answer: {reason}.") from error
    finally:
        engine.dispose()
