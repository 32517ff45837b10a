"""What a job, an event and a worker look like outside the database."""

from dataclasses import dataclass
from typing import Any, Literal

State = Literal["waiting", "queued", "running", "done", "failed", "cancelled"]

#: States from which a job moves on by itself.
UNFINISHED: tuple[State, ...] = ("waiting", "queued", "running")
#: States in which a job stays until it is asked for again.
FINISHED: tuple[State, ...] = ("done", "failed", "cancelled")


@dataclass(frozen=True)
class Job:
    """The making of one artifact; it has the artifact's id."""

    id: str
    kind: str
    method: str
    title: str
    needs: str
    queue: str
    recipe: dict[str, Any]
    state: State
    inputs: list[str]
    progress: float | None
    remaining: float | None
    """Seconds."""
    message: str
    metrics: dict[str, float]
    error: dict[str, Any] | None
    """`message`, one sentence, and `detail`, the traceback or nothing."""
    attempts: int
    failures: int
    cancelling: bool
    finishing: bool
    result: str | None
    """Id of what it had made when it was finished early."""
    token: str | None
    worker: str | None
    position: int | None
    """Place in its queue, 1 is next; nothing when it is not queued."""
    events: int
    revision: int
    created: float
    started: float | None
    ended: float | None


@dataclass(frozen=True)
class Event:
    """One numbered row of a job's history."""

    job: str
    number: int
    type: str
    data: dict[str, Any]
    created: float


@dataclass(frozen=True)
class Worker:
    """One worker host that is up."""

    id: str
    host: str
    pid: int
    queues: list[str]
    device: str
    state: str
    job: str | None
    version: str
    heartbeat: float
