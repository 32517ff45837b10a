"""The connection to the job database: SQLite when embedded, PostgreSQL on servers."""

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    ColumnElement,
    Connection,
    Double,
    cast,
    create_engine,
    event,
    func,
    literal,
    make_url,
    select,
)
from sqlalchemy.exc import InterfaceError, OperationalError

from repscope.core.errors import StorageFull, Unavailable
from repscope.core.jobs.schema import migrate

#: Milliseconds that a SQLite writer waits for another.
_BUSY_TIMEOUT = 30_000
#: Seconds that a connection to PostgreSQL may take to come about.
_CONNECT_TIMEOUT = 5
#: Most connections of one process; a server's event streams look at the table in threads.
_POOL, _OVERFLOW = 5, 45
#: Names of our advisory locks in PostgreSQL, any numbers that others are unlikely to use.
_WRITERS, _LEADER = 0x5265_7073, 0x5265_7074


class Database:
    """One engine; short transactions, readers apart from writers."""

    def __init__(self, url: str) -> None:
        """Open the database at a SQLAlchemy URL, creating or migrating its tables.

        Raises:
            Unavailable: It does not answer.
            Conflict: It is newer than this release.
        """
        address = with_driver(make_url(url))
        self._sqlite = address.get_backend_name() == "sqlite"
        if self._sqlite:
            if address.database:
                Path(address.database).parent.mkdir(parents=True, exist_ok=True)
            self._engine = create_engine(address)
            event.listen(self._engine, "connect", _configure_sqlite)
            event.listen(self._engine, "begin", _begin_sqlite)
        else:
            self._engine = create_engine(
                address,
                pool_pre_ping=True,
                pool_size=_POOL,
                max_overflow=_OVERFLOW,
                connect_args={"connect_timeout": _CONNECT_TIMEOUT},
                json_serializer=_to_json,
            )
        with self.write() as connection:
            migrate(connection)
        # Never written through, so that all writes are by others as it sees them.
        self._watching = self._engine.raw_connection() if self._sqlite else None
        if self._watching is not None:
            self._watching.detach()  # the pool may open another in its place

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Open a transaction that only looks.

        Raises:
            Unavailable: The database does not answer.
        """
        with _in_words(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Open a transaction that sees one moment of all tables, whatever others write meanwhile.

        Raises:
            Unavailable: The database does not answer.
        """
        # A reader of SQLite sees one moment in any case.
        engine = self._engine
        if not self._sqlite:
            engine = engine.execution_options(isolation_level="REPEATABLE READ")
        with _in_words(), engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Open a transaction that may touch several jobs; all of it happens, or nothing.

        These run one after the other, so that two of them never see half of each other's graph.

        Raises:
            Unavailable: The database does not answer.
            StorageFull: There is no room for another row.
        """
        with self.write_rows() as connection:
            if not self._sqlite:
                connection.execute(select(func.pg_advisory_xact_lock(_WRITERS)))
            yield connection

    @contextmanager
    def write_rows(self) -> Iterator[Connection]:
        """Open a transaction that touches the rows of one job or one worker alone.

        On PostgreSQL these run beside each other: a host that reports waits for no other host.
        """
        with _in_words(), self._engine.connect() as connection:
            connection = connection.execution_options(repscope_writes=True)
            with connection.begin():
                yield connection

    def now(self) -> ColumnElement[float]:
        """Return the time in Unix seconds, as SQL: one clock for hosts whose own ones differ."""
        if self._sqlite:
            return literal(time.time())
        return cast(func.extract("epoch", func.clock_timestamp()), Double)

    def version(self) -> int | None:
        """Return a number that is another one after every write, whoever wrote.

        It costs a hundredth of a query, so that who waits for news may ask often. None where the
        database has no such number, or does not answer.
        """
        if self._watching is None:
            return None
        try:
            (number,) = self._watching.cursor().execute("PRAGMA data_version").fetchone()
        except sqlite3.Error:
            return None
        return int(number)

    def leader(self) -> "Leader":
        """Stand for election as the one process that looks after the table."""
        return Leader(self)

    def close(self) -> None:
        """Close all connections."""
        if self._watching is not None:
            self._watching.close()
        self._engine.dispose()


class Leader:
    """The one among several servers that frees expired leases.

    PostgreSQL holds the office as a lock of one connection, so it falls free when its holder dies.
    A SQLite database has one server, which leads.
    """

    def __init__(self, database: Database) -> None:
        """Stand for election; `leads` tells how it went."""
        self._database = database
        self._connection: Connection | None = None

    def leads(self) -> bool:
        """Tell whether this process leads, now.

        Raises:
            Unavailable: The database does not answer.
        """
        if self._database._sqlite:
            return True
        try:
            with _in_words():
                return self._ask()
        except Unavailable:
            self.resign()
            raise

    def _ask(self) -> bool:
        if self._connection is not None:
            self._connection.execute(select(1))  # dead connections do not lead
            return True
        engine = self._database._engine.execution_options(isolation_level="AUTOCOMMIT")
        connection = engine.connect()
        if connection.execute(select(func.pg_try_advisory_lock(_LEADER))).scalar_one():
            self._connection = connection
            return True
        connection.close()
        return False

    def resign(self) -> None:
        """Leave the office to another."""
        if self._connection is not None:
            # Not back into the pool: the lock belongs to the connection.
            self._connection.invalidate()
            self._connection.close()
            self._connection = None


def with_driver(url: URL) -> URL:
    """Take `postgresql://` and `postgres://` as people write them."""
    if url.drivername in ("postgres", "postgresql"):
        return url.set(drivername="postgresql+psycopg")
    return url


def _to_json(value: Any) -> str:
    # PostgreSQL refuses what JSON has no word for; a zero byte in a message would be one.
    return json.dumps(value, allow_nan=False).replace("\\u0000", "")


@contextmanager
def _in_words() -> Iterator[None]:
    """Say what is wrong with the database, not with its driver."""
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        text = str(error.orig).lower()
        if "disk is full" in text or "no space left" in text:
            raise StorageFull(
                "The disk of the database is full; free some space and try again."
            ) from error
        raise Unavailable(
            "The database does not answer right now; try again in a moment."
        ) from error


def _configure_sqlite(connection: Any, _record: Any) -> None:
    # The driver must not open transactions on its own: `_begin_sqlite` does.
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        f"busy_timeout={_BUSY_TIMEOUT}",
        "foreign_keys=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A reader that later writes can deadlock with another, so a writer locks from the start.
    writes = connection.get_execution_options().get("repscope_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
