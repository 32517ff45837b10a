"""What the routes answer with."""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Field, WithJsonSchema

from repscope.core import jobs, manifest
from repscope.core.catalogue import Method
from repscope.core.recipes import Recipe

#: A recipe that the server normalized. The document shows it as `Recipe`; it is not validated
#: again, for it may have been made by another release.
RecipeObject = Annotated[
    dict[str, Any], WithJsonSchema({"type": "object", "x-schema": Recipe.__name__})
]
State = Literal["waiting", "queued", "running", "done", "failed", "cancelled"]


class WorkerStatus(BaseModel):
    """A worker host that is up."""

    id: str
    host: str = Field(description="name of its machine")
    pid: int = Field(description="number of its process")
    queues: list[str] = Field(description="which queues it serves")
    device: str = Field(description="what it computes on")
    state: str = Field(description="what it does: starting, idle, busy, ...")
    job: str | None = Field(description="id of the job that it makes")


class Health(BaseModel):
    """The server can serve, and who works for it."""

    status: Literal["ok"]
    version: str = Field(description="release of Repscope")
    workers: list[WorkerStatus]
    queue: int = Field(description="how many jobs wait for a worker")


class Liveness(BaseModel):
    """The process answers."""

    status: Literal["alive"]


class Readiness(BaseModel):
    """The server can serve and take work."""

    status: Literal["ready"]
    broker: Literal["none", "up", "down"] = Field(
        description="of servers; while it is down maps and jobs go on, live calls do not"
    )


class CatalogueDocument(BaseModel):
    """Everything that can be made."""

    methods: list[Method]


class JobError(BaseModel):
    """Why a job failed."""

    message: str = Field(description="one sentence for people")
    detail: str | None = Field(description="the traceback, where there is one")


class Job(BaseModel):
    """The making of one artifact; it has the artifact's id."""

    id: str
    kind: str
    method: str
    title: str = Field(description="name for people: its own, or that of the method")
    state: State
    recipe: RecipeObject
    progress: float | None = Field(description="0 to 1")
    message: str = Field(description="what it does right now")
    remaining: float | None = Field(description="seconds that are left")
    metrics: dict[str, float]
    error: JobError | None
    attempts: int
    finishing: bool = Field(description="somebody asked for what there is so far")
    result: str | None = Field(description="id of what it had made when it was finished early")
    position: int | None = Field(description="place in its queue, 1 is next")
    inputs: list[str] = Field(description="ids of the artifacts that it reads")
    created: float = Field(description="unix seconds")
    started: float | None = Field(description="unix seconds")
    ended: float | None = Field(description="unix seconds")

    @classmethod
    def of(cls, job: jobs.Job) -> Self:
        """Show a row of the job table."""
        return cls(
            id=job.id,
            kind=job.kind,
            method=job.method,
            title=job.title,
            state=job.state,
            recipe=job.recipe,
            progress=job.progress,
            message=job.message,
            remaining=job.remaining,
            metrics=job.metrics,
            error=JobError.model_validate(job.error) if job.error else None,
            attempts=job.attempts,
            finishing=job.finishing,
            result=job.result,
            position=job.position,
            inputs=job.inputs,
            created=job.created,
            started=job.started,
            ended=job.ended,
        )


class JobList(BaseModel):
    """Jobs, newest first."""

    jobs: list[Job]


class Entry(BaseModel):
    """One numbered row of a job's history, as the event stream sends it."""

    job: str
    number: int
    type: str = Field(description="state, metric, log, checkpoint, intermediate, ...")
    data: dict[str, Any]
    created: float = Field(description="unix seconds")


class ResolvedNode(BaseModel):
    """One artifact that a recipe needs, or the recipe itself."""

    id: str
    kind: str
    method: str
    title: str
    state: State | Literal["missing"]
    inputs: list[str]


class Estimate(BaseModel):
    """What making it will take."""

    seconds: float | None = Field(description="nothing when it cannot be told")


class Resolution(BaseModel):
    """A recipe, normalized, with everything that it stands on."""

    id: str = Field(description="id that its artifact has, or will have")
    state: State | Literal["missing"]
    recipe: RecipeObject
    graph: list[ResolvedNode] = Field(description="inputs before what needs them")
    estimate: Estimate
    refusal: str | None = Field(
        description="why it would not be queued as things stand: no room on the disk, a file that "
        "was not sent, a download that this server does not make; null where it would"
    )


class Manifest(manifest.Manifest):
    """An artifact's manifest, and what people say of it."""

    recipe: RecipeObject
    title: str = Field(description="what people call it; its own title until somebody names it")
    note: str = Field(description="what somebody noted of it")


class Upload(BaseModel):
    """A file that somebody sent."""

    sha256: str = Field(description="its checksum, by which recipes name it")
    bytes: int = Field(description="its size")
