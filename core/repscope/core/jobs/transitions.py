"""How a change of one job moves others: the same rules for people's side and hosts' side.

Every function works inside the caller's write transaction.
"""

import time
from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import Connection, select, update

from repscope.core.artifacts import ArtifactStore
from repscope.core.jobs.model import UNFINISHED
from repscope.core.jobs.schema import events, job_inputs, jobs, requests


def change(connection: Connection, job_id: str, **values: Any) -> None:
    """Write columns of a job; a new state also becomes an event."""
    values["revision"] = jobs.c.revision + 1
    connection.execute(update(jobs).where(jobs.c.id == job_id).values(**values))
    if "state" in values:
        data = {"state": values["state"], "error": values.get("error")}
        append_event(connection, job_id, "state", data)


def append_event(connection: Connection, job_id: str, kind: str, data: dict[str, Any]) -> None:
    """Add one numbered row to a job's history, under the job's lock."""
    number = connection.execute(
        update(jobs)
        .where(jobs.c.id == job_id)
        .values(events=jobs.c.events + 1)
        .returning(jobs.c.events)
    ).scalar_one()
    connection.execute(
        events.insert().values(
            job_id=job_id, number=number, type=kind, data=data, created=time.time()
        )
    )


def complete(connection: Connection, job_id: str, store: ArtifactStore) -> None:
    """Mark a job done and let those start that waited for it alone."""
    _end(connection, job_id, "done", None, metrics=store.open(job_id).metrics, progress=1.0)
    release_waiting(connection, waiting_for(connection, job_id), store)


def release_waiting(connection: Connection, job_ids: Iterable[str], store: ArtifactStore) -> None:
    """Queue those of the waiting jobs whose inputs are all there."""
    for job_id in job_ids:
        inputs = inputs_of(connection, job_id)
        if all(store.exists(input_id) for input_id in inputs):
            change(connection, job_id, state="queued")


def fail(connection: Connection, job_id: str, message: str, detail: str | None = None) -> None:
    """Mark a job failed, and everything that needs it."""
    title = connection.execute(select(jobs.c.title).where(jobs.c.id == job_id)).scalar_one()
    _end(connection, job_id, "failed", {"message": message, "detail": detail})
    for dependent in dependents_of(connection, job_id):
        reason = {"message": f"It needs '{title}', which failed: {message}", "detail": None}
        _end(connection, dependent, "failed", reason)


def cancel(connection: Connection, job_id: str) -> None:
    """Mark a job cancelled, and everything that needs it."""
    for each in (job_id, *dependents_of(connection, job_id)):
        _end(connection, each, "cancelled", None)


def _end(
    connection: Connection, job_id: str, state: str, error: dict[str, Any] | None, **values: Any
) -> None:
    change(
        connection,
        job_id,
        state=state,
        error=error,
        remaining=None,
        token=None,
        lease_until=None,
        cancelling=False,
        finishing=False,
        ended=time.time(),
        **values,
    )
    _forget_intermediates(connection, job_id)


def requeue(connection: Connection, job_id: str, *, failures: int) -> None:
    """Give a job back to its queue after its attempt ended without a result."""
    change(
        connection,
        job_id,
        state="queued",
        token=None,
        lease_until=None,
        worker=None,
        remaining=None,
        failures=failures,
        cancelling=False,
    )


def _forget_intermediates(connection: Connection, job_id: str) -> None:
    # Thousands of rows that name files which are gone; the numbers of the others stay.
    where = (events.c.job_id == job_id, events.c.type == "intermediate")
    connection.execute(events.delete().where(*where))


def is_wanted(connection: Connection, job_id: str) -> bool:
    """Tell whether anybody still asks for a job, or for something that needs it."""
    wanted = select(requests.c.job_id).where(
        requests.c.job_id.in_([job_id, *dependents_of(connection, job_id)]),
        requests.c.withdrawn.is_(None),
    )
    return connection.execute(wanted.limit(1)).first() is not None


def inputs_of(connection: Connection, job_id: str) -> list[str]:
    """Return the ids of a job's direct inputs."""
    query = select(job_inputs.c.input_id).where(job_inputs.c.job_id == job_id)
    return list(connection.execute(query).scalars())


def waiting_for(connection: Connection, input_id: str) -> list[str]:
    """Return the waiting jobs that need one artifact directly."""
    query = (
        select(jobs.c.id)
        .join(job_inputs, job_inputs.c.job_id == jobs.c.id)
        .where(job_inputs.c.input_id == input_id, jobs.c.state == "waiting")
        .order_by(jobs.c.id)
        .with_for_update(of=jobs)
    )
    return list(connection.execute(query).scalars())


def dependents_of(connection: Connection, job_id: str) -> list[str]:
    """Return the waiting jobs that need one artifact, directly or through others."""
    return _reached(job_id, lambda each: waiting_for(connection, each))


def unfinished_inputs_of(connection: Connection, job_id: str) -> list[str]:
    """Return the unfinished jobs that one job needs, directly or through others."""

    def unfinished(each: str) -> list[str]:
        inputs = inputs_of(connection, each)
        query = select(jobs.c.id).where(jobs.c.id.in_(inputs), jobs.c.state.in_(UNFINISHED))
        return list(connection.execute(query).scalars())

    return _reached(job_id, unfinished)


def _reached(job_id: str, step: Callable[[str], list[str]]) -> list[str]:
    """Return all jobs that one or more steps lead to, each once."""
    found: dict[str, None] = {}
    frontier = [job_id]
    while frontier:
        for each in step(frontier.pop()):
            if each not in found:
                found[each] = None
                frontier.append(each)
    return list(found)
