"""The fair order: in which the jobs of many people come to their turn."""

from typing import Any

from sqlalchemy import Connection, func, select

from repscope.core.jobs.schema import jobs

#: Columns of `jobs` by which queued ones are sorted; the first is next.
FAIR_ORDER = (jobs.c.turn, jobs.c.created, jobs.c.id)


def next_turn(connection: Connection, owner: str) -> int:
    """Return the place of a new job in the fair order.

    Owners alternate: a job comes after its owner's earlier ones, but never before what was
    already served, so that thirty students with one job each pass one with thirty.
    """

    def latest(*conditions: Any) -> int:
        query = select(func.max(jobs.c.turn)).where(*conditions)
        return int(connection.execute(query).scalar_one() or 0)

    served = latest(jobs.c.state == "running") or latest(jobs.c.state == "done")
    mine = latest(jobs.c.owner == owner, jobs.c.state.in_(("waiting", "queued")))
    return max(served, mine) + 1


def positions(connection: Connection) -> dict[str, int]:
    """Return the place of every queued job in its queue, 1 being next."""
    place = func.row_number().over(partition_by=jobs.c.queue, order_by=FAIR_ORDER)
    query = select(jobs.c.id, place).where(jobs.c.state == "queued")
    return {job_id: int(number) for job_id, number in connection.execute(query)}
