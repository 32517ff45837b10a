"""Counts over the whole job table, for those who watch over a server."""

import time
from dataclasses import dataclass

from sqlalchemy import func, select

from repscope.core.jobs.database import Database
from repscope.core.jobs.schema import events, jobs


@dataclass(frozen=True)
class Numbers:
    """How many jobs there are, and how they fare."""

    jobs: dict[tuple[str, str], int]
    """Number of jobs by state and queue."""
    queues: dict[str, tuple[int, float]]
    """For each queue in which jobs wait for a worker: how many, and for how many seconds the
    oldest has."""
    made: dict[tuple[str, str], tuple[int, float]]
    """For finished jobs by kind and method: how many ran, and for how many seconds together."""


class Census:
    """Counts the jobs."""

    def __init__(self, database: Database) -> None:
        """Count those of `database`."""
        self._database = database

    def take(self) -> Numbers:
        """Count, now.

        Raises:
            Unavailable: The database does not answer.
        """
        by_state = select(jobs.c.state, jobs.c.queue, func.count()).group_by(
            jobs.c.state, jobs.c.queue
        )
        # A job is as old as its last change of state: it may have waited for inputs before.
        since = (
            select(jobs.c.queue, func.max(events.c.created).label("since"))
            .join(events, events.c.job_id == jobs.c.id)
            .where(jobs.c.state == "queued", events.c.type == "state")
            .group_by(jobs.c.id, jobs.c.queue)
            .subquery()
        )
        waiting = select(since.c.queue, func.count(), func.min(since.c.since)).group_by(
            since.c.queue
        )
        ran = (
            select(
                jobs.c.kind,
                jobs.c.method,
                func.count(),
                func.sum(jobs.c.ended - jobs.c.started),
            )
            .where(jobs.c.state == "done", jobs.c.started.is_not(None))
            .group_by(jobs.c.kind, jobs.c.method)
        )
        with self._database.read() as connection:
            now = time.time()
            return Numbers(
                jobs={(state, queue): n for state, queue, n in connection.execute(by_state)},
                queues={
                    queue: (n, max(0.0, now - oldest))
                    for queue, n, oldest in connection.execute(waiting)
                },
                made={
                    (kind, method): (n, float(seconds))
                    for kind, method, n, seconds in connection.execute(ran)
                },
            )
