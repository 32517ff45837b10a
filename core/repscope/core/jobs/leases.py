"""The JobStore as worker hosts see it: claim, hold, report, end.

A claim sets a new token. Every later write names it, so a host that was silent for too long and
lost its job cannot write any more.
"""

import time
import uuid
from collections.abc import Iterable
from typing import Any, Literal

from sqlalchemy import Connection, Select, select, update

from repscope.core.artifacts import ArtifactStore
from repscope.core.jobs import transitions
from repscope.core.jobs.database import Database
from repscope.core.jobs.model import Job
from repscope.core.jobs.order import FAIR_ORDER
from repscope.core.jobs.schema import jobs
from repscope.core.jobs.store import to_job

#: What a host learns when it writes: go on, publish what there is, stop (nobody wants it), or
#: somebody else has it.
Signal = Literal["go", "finish", "cancel", "lost"]

#: Attempts in a row that end without a result or a new checkpoint before a job fails.
MAX_FAILURES = 3


class Leases:
    """Claims on jobs, each for a limited time."""

    def __init__(self, database: Database, artifacts: ArtifactStore, seconds: float = 30.0) -> None:
        """Lease for `seconds` at a time."""
        self._database = database
        self._artifacts = artifacts
        self._seconds = seconds
        #: The version of the database at which nothing waited in these queues.
        self._nothing_at: dict[tuple[str, ...], int | None] = {}

    def claim(self, worker: str, queues: Iterable[str], methods: Iterable[str]) -> Job | None:
        """Take the next job in the fair order, if there is one.

        Args:
            worker: Who takes it.
            queues: From which queues.
            methods: Keys such as `projection/pca@1` that the worker can make.
        """
        queues, methods = list(queues), list(methods)
        if not self.any_queued(queues):
            return None  # looking costs readers and writers nothing, so that idle hosts may poll
        # The candidate stays locked until the update: PostgreSQL lets another host skip it.
        candidate = (
            select(jobs.c.id)
            .where(
                jobs.c.state == "queued",
                jobs.c.queue.in_(queues),
                jobs.c.needs.in_(methods),
            )
            .order_by(*FAIR_ORDER)
            .limit(1)
            .with_for_update(skip_locked=True)
            .scalar_subquery()
        )
        take = (
            update(jobs)
            .where(jobs.c.id == candidate, jobs.c.state == "queued")
            .values(
                state="running",
                token=uuid.uuid4().hex,
                lease_until=self._database.now() + self._seconds,
                worker=worker,
                attempts=jobs.c.attempts + 1,
                revision=jobs.c.revision + 1,
                progress=None,
                remaining=None,
                message="",
                cancelling=False,
                started=time.time(),
            )
            .returning(*jobs.c)
        )
        with self._database.write_rows() as connection:
            row = connection.execute(take).first()
            if row is None:
                return None
            data = {"state": "running", "error": None}
            transitions.append_event(connection, row.id, "state", data)
            return to_job(row, transitions.inputs_of(connection, row.id), None)

    def renew(self, job: Job) -> Signal:
        """Hold a job for another lease."""
        return self._write(job, {})

    def progress(
        self,
        job: Job,
        fraction: float | None,
        message: str = "",
        remaining: float | None = None,
        metrics: dict[str, float] | None = None,
    ) -> Signal:
        """Write how far a job is; also renews the lease."""
        values: dict[str, Any] = {
            "progress": fraction,
            "message": message.replace("\0", ""),  # which PostgreSQL does not take
            "remaining": remaining,
        }
        if metrics:
            values["metrics"] = metrics
        return self._write(job, values)

    def event(self, job: Job, kind: str, data: dict[str, Any]) -> Signal:
        """Add a row to the job's history: a metric, a log line, a new intermediate."""
        with self._database.write_rows() as connection:
            signal = self._lock(connection, job)
            if signal != "lost":
                transitions.append_event(connection, job.id, kind, data)
                # A checkpoint is progress: attempts before it no longer count.
                values = {"failures": 0} if kind == "checkpoint" else {}
                transitions.change(connection, job.id, **values)
            return signal

    def look(self, job: Job) -> Signal:
        """See whether to go on, without writing."""
        with self._database.read() as connection:
            return _signal(connection, job, _ATTEMPT)

    def settle(self, artifact_id: str) -> None:
        """Mark the job of an artifact done that was published beside another."""
        query = select(jobs.c.state).where(jobs.c.id == artifact_id).with_for_update()
        with self._database.write() as connection:
            if connection.execute(query).scalar_one_or_none() not in (None, "done"):
                transitions.complete(connection, artifact_id, self._artifacts)

    def finished_early(self, job: Job, result: str) -> Signal:
        """Link a job to what was published of it so far; it stops if nobody wants the rest."""
        with self._database.write() as connection:
            if self._lock(connection, job) == "lost":
                return "lost"
            stop = not transitions.is_wanted(connection, job.id)
            values = {"result": result, "finishing": False, "cancelling": stop}
            transitions.change(connection, job.id, **values)
            return "cancel" if stop else "go"

    def finish(self, job: Job) -> bool:
        """Mark a job done, its artifact being in the store; tells whether the token still held."""
        with self._database.write() as connection:
            if self._lock(connection, job) == "lost":
                return False
            transitions.complete(connection, job.id, self._artifacts)
            return True

    def fail(self, job: Job, message: str, detail: str | None = None) -> bool:
        """Mark a job failed for a reason that trying again would not change."""
        with self._database.write() as connection:
            if self._lock(connection, job) == "lost":
                return False
            transitions.fail(connection, job.id, message, detail)
            return True

    def cancelled(self, job: Job) -> bool:
        """Mark a job cancelled after its runner stopped.

        Somebody may have asked for it again meanwhile; then it is queued again.
        """
        with self._database.write() as connection:
            if self._lock(connection, job) == "lost":
                return False
            if transitions.is_wanted(connection, job.id):
                transitions.requeue(connection, job.id, failures=job.failures)
            else:
                transitions.cancel(connection, job.id)
            return True

    def release(self, job: Job, reason: str, *, counts: bool) -> bool:
        """Give a job back at once.

        Args:
            job: The job, as claimed.
            reason: Why its attempt ended.
            counts: Whether the attempt speaks against the job: its runner died of it. A host
                that stops, or is killed, says nothing about its job.
        """
        with self._database.write() as connection:
            if self._lock(connection, job) == "lost":
                return False
            self._give_back(connection, job.id, reason, counts=counts)
            return True

    def release_worker(self, worker: str) -> int:
        """Give back everything that a worker held which is known to be gone."""
        return self._release_where(jobs.c.worker == worker)

    def release_all(self) -> int:
        """Give back every lease; only for who holds the lock of the data folder."""
        return self._release_where()

    def reconcile(self) -> int:
        """Requeue expired leases, and let go what waits for nothing; returns how many moved.

        Running this twice, or in two places, does no harm.
        """
        moved = self._release_where(jobs.c.lease_until < self._database.now())
        with self._database.write() as connection:
            query = select(jobs.c.id).where(jobs.c.state == "waiting").with_for_update()
            waiting = list(connection.execute(query).scalars())
            for job_id in waiting:
                inputs = transitions.inputs_of(connection, job_id)
                if all(self._artifacts.exists(input_id) for input_id in inputs):
                    transitions.change(connection, job_id, state="queued")
                    moved += 1
        return moved

    def any_queued(self, queues: list[str]) -> bool:
        """Tell whether a job waits for a worker in one of the queues.

        Hosts ask many times a second; while nobody has written, the answer is the last one.
        """
        asked, version = tuple(queues), self._database.version()
        if version is not None and version == self._nothing_at.get(asked):
            return False
        query = select(jobs.c.id).where(jobs.c.state == "queued", jobs.c.queue.in_(queues))
        with self._database.read() as connection:
            found = connection.execute(query.limit(1)).first() is not None
        self._nothing_at[asked] = None if found else version
        return found

    def _release_where(self, *conditions: Any) -> int:
        query = select(jobs.c.id).where(jobs.c.state == "running", *conditions).with_for_update()
        with self._database.write() as connection:
            ids = list(connection.execute(query).scalars())
            for job_id in ids:
                self._give_back(connection, job_id, "its worker is gone", counts=False)
        return len(ids)

    def _give_back(self, connection: Connection, job_id: str, reason: str, *, counts: bool) -> None:
        query = select(jobs.c.failures, jobs.c.cancelling).where(jobs.c.id == job_id)
        row = connection.execute(query).one()
        failures = row.failures + int(counts)
        if self._artifacts.exists(job_id):
            transitions.complete(connection, job_id, self._artifacts)
        elif row.cancelling and not transitions.is_wanted(connection, job_id):
            transitions.cancel(connection, job_id)
        elif failures >= MAX_FAILURES:
            transitions.fail(
                connection,
                job_id,
                f"It stopped {failures} times in a row without a result ({reason}). "
                "Try a smaller dataset or other settings, then retry.",
            )
        else:
            transitions.requeue(connection, job_id, failures=failures)
            transitions.append_event(connection, job_id, "log", {"text": f"Queued again: {reason}"})

    def _write(self, job: Job, values: dict[str, Any]) -> Signal:
        with self._database.write_rows() as connection:
            signal = self._lock(connection, job)
            if signal != "lost":
                lease = {"lease_until": self._database.now() + self._seconds}
                revision = {"revision": jobs.c.revision + 1} if values else {}
                statement = update(jobs).where(jobs.c.id == job.id)
                connection.execute(statement.values(**values, **lease, **revision))
            return signal

    def _lock(self, connection: Connection, job: Job) -> Signal:
        """Lock the row and see whether the token of this attempt still holds."""
        return _signal(connection, job, _ATTEMPT.with_for_update())


#: What a host must know of the row before it goes on.
_ATTEMPT = select(jobs.c.token, jobs.c.cancelling, jobs.c.finishing)


def _signal(connection: Connection, job: Job, query: Select[Any]) -> Signal:
    row = connection.execute(query.where(jobs.c.id == job.id)).first()
    if row is None or row.token != job.token:
        return "lost"
    if row.cancelling:
        return "cancel"
    return "finish" if row.finishing else "go"
