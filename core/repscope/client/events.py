"""What happens to jobs while they run, as the server tells it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from repscope.client.job import ENDED, Job
from repscope.client.wire import Wire


@dataclass(frozen=True)
class Event:
    """One thing that happened to a job."""

    type: str
    """`job` when it changed; else what its method tells: `metric`, `snapshot`, `log`, ..."""
    job: str
    """Id of the job."""
    data: dict[str, Any]
    """The job as the server describes it, or what the method tells."""


def events(wire: Wire, jobs: list[Job]) -> Iterator[Event]:
    """Iterate over what happens to jobs until each has ended."""
    going = {job.id for job in jobs}
    if not going:
        return
    for name, text in wire.listen(f"/events?jobs={','.join(sorted(going))}"):
        told = json.loads(text)
        if name == "entry":
            yield Event(told["type"], told["job"], told["data"])
            continue
        yield Event("job", told["id"], told)
        # The server sends the history of a job before the job itself.
        if told["state"] in ENDED:
            going.discard(told["id"])
        if not going:
            return
