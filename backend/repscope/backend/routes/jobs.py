"""Asking for artifacts, and following their making."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response, status

from repscope.backend.dependencies import IdInPath, Owner, ServicesOf
from repscope.backend.estimate import estimate
from repscope.backend.hub import require_downloads
from repscope.backend.models import Estimate, Job, JobList, Resolution, ResolvedNode, State
from repscope.backend.services import Services
from repscope.backend.strict import StrictRoute
from repscope.backend.uploads import require_uploads
from repscope.core.errors import Conflict, InvalidRecipe, NotFound, RepscopeError
from repscope.core.recipes import Recipe
from repscope.core.resolve import Resolved

router = APIRouter(tags=["recipes"], route_class=StrictRoute)


@router.post("/resolve")
def resolve_recipe(recipe: Recipe, services: ServicesOf) -> Resolution:
    """Normalize a recipe and tell its id, its state and what making it takes; queue nothing."""
    resolved = _resolve(recipe, services)
    states = _states(resolved, services)
    return Resolution(
        id=resolved.id,
        state=states[resolved.id],
        recipe=resolved.recipe,
        graph=[
            ResolvedNode(
                id=node.id,
                kind=node.method.kind,
                method=node.method.method,
                title=node.method.title,
                state=states[node.id],
                inputs=node.input_ids,
            )
            for node in resolved.nodes
        ],
        estimate=Estimate(seconds=estimate(resolved.nodes, services.artifacts)),
        refusal=_refusal(resolved, services),
    )


@router.post(
    "/jobs",
    responses={status.HTTP_202_ACCEPTED: {"model": Job, "description": "It is on its way."}},
    response_description="It is done.",
)
def submit_job(recipe: Recipe, services: ServicesOf, owner: Owner, response: Response) -> Job:
    """Ask for an artifact, and for every one that it needs; asking twice is harmless."""
    resolved = _resolve(recipe, services)
    if not services.artifacts.exists(resolved.id):
        _require_means(resolved, services)
    job = services.jobs.submit(resolved, owner)
    services.announce()
    if job.state != "done":
        response.status_code = status.HTTP_202_ACCEPTED
    return Job.of(job)


@router.get("/jobs")
def list_jobs(
    services: ServicesOf,
    owner: Owner,
    state: Annotated[State | None, Query(description="only these")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> JobList:
    """List the jobs that I asked for, newest first."""
    found = services.jobs.recent(owner=owner, states=[state] if state else [], limit=limit)
    return JobList(jobs=[Job.of(job) for job in found])


@router.get("/jobs/{id}")
def get_job(job_id: IdInPath, services: ServicesOf) -> Job:
    """Tell how one job goes."""
    return Job.of(services.jobs.get(job_id))


@router.post("/jobs/{id}/cancel")
def cancel_job(
    job_id: IdInPath,
    services: ServicesOf,
    owner: Owner,
    alone: Annotated[
        bool, Query(description="keep my wishes for what is made from it; it goes on for those")
    ] = False,
) -> Job:
    """Take my wish back; the job stops when nobody else wants it."""
    job = services.jobs.cancel(job_id, owner, alone=alone)
    services.announce()
    return Job.of(job)


@router.post("/jobs/{id}/finish")
def finish_job_early(job_id: IdInPath, services: ServicesOf, owner: Owner) -> Job:
    """Take what a running job has made so far; it stands in `result` once it is published."""
    job = services.jobs.get(job_id)
    method = services.catalogue().get(job.kind, job.method)
    if "stop_at" not in method.params.get("properties", {}):
        raise Conflict(
            f"'{job.title}' has nothing to show before its end; cancel it or wait.", job=job_id
        )
    job = services.jobs.finish_early(job_id, owner)
    services.announce()
    return Job.of(job)


@router.get("/jobs/{id}/intermediate/{slot}.npy", response_class=Response)
def get_intermediate(
    job_id: IdInPath,
    slot: Annotated[int, Path(ge=0, le=1, description="which of the two, as its event says")],
    services: ServicesOf,
) -> Response:
    """Fetch a layout while it forms; the next but one takes its place."""
    try:
        body = (services.settings.work / job_id / f"intermediate.{slot}.npy").read_bytes()
    except FileNotFoundError:
        raise NotFound("This layout is gone; the job has ended or goes on.", job=job_id) from None
    return Response(body, media_type="application/octet-stream")


@router.post("/jobs/{id}/retry", status_code=status.HTTP_202_ACCEPTED)
def retry_job(job_id: IdInPath, services: ServicesOf, owner: Owner) -> Job:
    """Queue a failed or cancelled job again."""
    recipe = Recipe.model_validate(services.jobs.get(job_id).recipe)
    resolved = _resolve(recipe, services)
    _require_means(resolved, services)
    job = services.jobs.retry(job_id, owner, resolved)
    services.announce()
    return Job.of(job)


def _resolve(recipe: Recipe, services: Services) -> Resolved:
    resolved = services.resolve(recipe)
    for node in resolved.nodes:
        if node.method.queue == "live":
            raise InvalidRecipe(
                f"'{node.method.method}' is answered at once and never stored; "
                f"call /api/live/{node.method.method}.",
                field="method",
            )
    return resolved


def _require_means(resolved: Resolved, services: Services) -> None:
    """See that what a recipe needs from outside is here or may be fetched, and that there is room.

    Raises:
        RepscopeError: It is not.
    """
    services.require_space()
    require_uploads(services, resolved)
    require_downloads(services, resolved)


def _refusal(resolved: Resolved, services: Services) -> str | None:
    """Tell why a recipe would not be queued, or None where it would."""
    if services.artifacts.exists(resolved.id):
        return None
    try:
        _require_means(resolved, services)
    except RepscopeError as error:
        return error.message
    return None


def _states(resolved: Resolved, services: Services) -> dict[str, State | str]:
    """Tell for each artifact whether it is there, on its way, or missing."""
    jobs = {job.id: job.state for job in services.jobs.find([n.id for n in resolved.nodes])}
    states: dict[str, State | str] = {}
    for node in resolved.nodes:
        if services.artifacts.exists(node.id):
            states[node.id] = "done"
        else:
            # The job of an artifact that was deleted is still `done`.
            state = jobs.get(node.id, "missing")
            states[node.id] = "missing" if state == "done" else state
    return states
