"""Which worker hosts are up, and what they can make."""

import platform
import time
from typing import Any

from sqlalchemy import delete, func, select, update

from repscope.core.catalogue import Catalogue, Method
from repscope.core.jobs.database import Database
from repscope.core.jobs.model import Worker
from repscope.core.jobs.schema import catalogue, workers
from repscope.core.processes import created_at, kill_if_same


class WorkerTable:
    """The hosts that announced themselves, and the catalogue that they brought."""

    def __init__(self, database: Database) -> None:
        """Use the job database."""
        self._database = database

    def register(
        self, worker: str, *, pid: int, queues: list[str], device: str, version: str
    ) -> None:
        """Announce a host; a predecessor of the same name is gone."""
        row = {
            "id": worker,
            "host": platform.node(),
            "pid": pid,
            "pid_created": created_at(pid) or time.time(),
            "runner_pid": None,
            "runner_created": None,
            "queues": queues,
            "device": device,
            "state": "starting",
            "job_id": None,
            "version": version,
            "heartbeat": self._database.now(),
        }
        with self._database.write_rows() as connection:
            connection.execute(delete(workers).where(workers.c.id == worker))
            connection.execute(workers.insert().values(**row))

    def update(self, worker: str, **values: Any) -> None:
        """Write what changed of a host (`state`, `job_id`, `runner_pid`, ...) and its heartbeat."""
        if values.get("runner_pid") is not None:
            values["runner_created"] = created_at(values["runner_pid"])
        statement = update(workers).where(workers.c.id == worker)
        with self._database.write_rows() as connection:
            connection.execute(statement.values(**values, heartbeat=self._database.now()))

    def forget(self, worker: str) -> None:
        """Remove a host that stopped in order."""
        with self._database.write_rows() as connection:
            connection.execute(delete(workers).where(workers.c.id == worker))

    def alive(self, within: float) -> list[Worker]:
        """Return the hosts that gave a sign of life during the last `within` seconds."""
        query = select(workers).where(workers.c.heartbeat > self._database.now() - within)
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(workers.c.id)).all()
        return [
            Worker(
                r.id, r.host, r.pid, r.queues, r.device, r.state, r.job_id, r.version, r.heartbeat
            )
            for r in rows
        ]

    def kill_orphans(self, worker: str | None = None) -> int:
        """Kill what a host of this machine left running, and forget the host.

        Only for who knows that the host is gone: its supervisor, or the holder of the lock of
        the data folder. A process is killed only if its number and its time of creation match.

        Args:
            worker: Only this one; every one of this machine otherwise.
        """
        query = select(workers).where(workers.c.host == platform.node())
        if worker is not None:
            query = query.where(workers.c.id == worker)
        with self._database.write() as connection:
            rows = connection.execute(query).all()
            killed = sum(
                kill_if_same(pid, born)
                for r in rows
                for pid, born in ((r.runner_pid, r.runner_created), (r.pid, r.pid_created))
            )
            connection.execute(delete(workers).where(workers.c.id.in_([r.id for r in rows])))
        return killed

    def publish_catalogue(self, worker: str, methods: list[Method]) -> None:
        """Offer what a host can make; of two versions of one method the newer stays."""
        with self._database.write() as connection:
            known = {
                (row.kind, row.method): row.version for row in connection.execute(select(catalogue))
            }
            for method in methods:
                name = (method.kind, method.method)
                if known.get(name, 0) > method.version:
                    continue
                where = (catalogue.c.kind == method.kind, catalogue.c.method == method.method)
                connection.execute(delete(catalogue).where(*where))
                connection.execute(
                    catalogue.insert().values(
                        kind=method.kind,
                        method=method.method,
                        version=method.version,
                        entry=method.model_dump(mode="json"),
                        worker=worker,
                        updated=self._database.now(),
                    )
                )

    def catalogue(self) -> Catalogue:
        """Return everything that can be made: what shipped, and what workers brought."""
        with self._database.read() as connection:
            entries = connection.execute(select(catalogue.c.entry)).scalars().all()
        return Catalogue.shipped().merge(Method.model_validate(entry) for entry in entries)

    def catalogue_stamp(self) -> float:
        """Return when the catalogue last changed, to know when to read it again."""
        with self._database.read() as connection:
            return float(connection.execute(select(func.max(catalogue.c.updated))).scalar() or 0.0)
