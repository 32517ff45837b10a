"""The one stream of a browser tab: how its jobs go."""

import re
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from repscope.backend.dependencies import Owner, ServicesOf
from repscope.backend.errors import InvalidRequest
from repscope.backend.events import EventStream, Watch, parse_event_id
from repscope.core.errors import NotFound
from repscope.core.recipes import is_id

router = APIRouter(tags=["recipes"])

_STREAM: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}
}
#: Most jobs that one stream names.
_MOST_JOBS = 200


@router.get("/events", response_class=StreamingResponse, responses=_STREAM)
async def stream_events(
    services: ServicesOf,
    owner: Owner,
    jobs: Annotated[
        str | None, Query(description="ids, comma between; all that I asked for when left out")
    ] = None,
    last_event_id: Annotated[str, Header(description="resumes after this event")] = "",
) -> EventStream:
    """Send each job when it changes, and each new row of its history.

    `event: job` carries a Job: once for each on connecting, then whenever it changes.
    `event: entry` carries an Entry. The `id` of an event holds the last number of each job, so
    that a browser that reconnects misses nothing.
    """
    named = _named(jobs)
    if named:
        found = await run_in_threadpool(services.jobs.find, named)
        missing = set(named) - {job.id for job in found}
        if missing:
            raise NotFound(f"There is no job '{min(missing)}'.", field="jobs")
    watch = Watch(services.jobs, owner, named, parse_event_id(last_event_id))
    return EventStream(watch, services.bell)


def _named(jobs: str | None) -> list[str] | None:
    if jobs is None:
        return None
    ids = list(dict.fromkeys(re.split(r"\s*,\s*", jobs.strip()))) if jobs.strip() else []
    if len(ids) > _MOST_JOBS:
        raise InvalidRequest(f"One stream names at most {_MOST_JOBS} jobs.", field="jobs")
    if not all(map(is_id, ids)):
        raise InvalidRequest(
            "'jobs' must be ids of 32 hexadecimal digits, comma between.", field="jobs"
        )
    return ids
