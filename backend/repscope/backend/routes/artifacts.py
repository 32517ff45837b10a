"""Artifacts: descriptions and bytes."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response, status

from repscope.backend.cards import (
    ArtifactList,
    Dependent,
    DependentJob,
    Dependents,
    NamingChange,
    SavedName,
)
from repscope.backend.content import StoredFile, not_modified
from repscope.backend.dependencies import IdInPath, Owner, ServicesOf
from repscope.backend.errors import InvalidRequest
from repscope.backend.finding import newest_first, open_artifact, summarize
from repscope.backend.models import Manifest
from repscope.backend.services import Services
from repscope.backend.strict import StrictRoute
from repscope.core.artifacts import Artifact
from repscope.core.encoder_card import WEIGHTS
from repscope.core.errors import NotFound
from repscope.core.library import own_title
from repscope.core.recipes import Name

router = APIRouter(tags=["artifacts"], route_class=StrictRoute)

BINARY = "application/octet-stream"
_BYTES: dict[int | str, dict[str, Any]] = {
    200: {"content": {BINARY: {"schema": {"type": "string", "format": "binary"}}}}
}


@router.get("/artifacts")
def list_artifacts(
    services: ServicesOf,
    kind: Annotated[Name | None, Query(description="only these")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    cursor: Annotated[str | None, Query(max_length=64, description="from the page before")] = None,
) -> ArtifactList:
    """List finished artifacts, newest first."""
    return newest_first(services, kind, limit, cursor)


@router.get("/artifacts/{id}")
def get_artifact(artifact_id: IdInPath, services: ServicesOf) -> Manifest:
    """Describe one artifact: its whole recipe, arrays, metrics and origin."""
    return _manifest(open_artifact(services, artifact_id), services)


@router.patch("/artifacts/{id}")
def name_artifact(
    artifact_id: IdInPath, change: NamingChange, services: ServicesOf, owner: Owner
) -> Manifest:
    """Give an artifact a title or a note; what it is does not change."""
    artifact = open_artifact(services, artifact_id)
    if not change.model_fields_set:
        raise InvalidRequest("Send a 'title', a 'note', or both.")
    said = change.model_dump(exclude_unset=True)
    services.titles.say(artifact_id, owner, **{name: text or "" for name, text in said.items()})
    return _manifest(artifact, services)


@router.get("/artifacts/{id}/dependents")
def list_dependents(artifact_id: IdInPath, services: ServicesOf) -> Dependents:
    """Tell what stands on an artifact, and would be deleted with it."""
    open_artifact(services, artifact_id)
    found = services.deletion.dependents(artifact_id)
    jobs = services.jobs.find(found.jobs)
    return Dependents(
        artifacts=[
            Dependent(**each.model_dump(include=set(Dependent.model_fields)))
            for each in summarize(services, found.artifacts)
        ],
        jobs=[DependentJob(id=job.id, title=job.title, state=job.state) for job in jobs],
        selections=[SavedName(dataset=dataset, name=name) for dataset, name in found.selections],
        uploads=found.uploads,
    )


@router.delete("/artifacts/{id}", status_code=status.HTTP_204_NO_CONTENT)
def delete_artifact(
    artifact_id: IdInPath,
    services: ServicesOf,
    cascade: Annotated[bool, Query(description="also what stands on it")] = False,
) -> None:
    """Delete an artifact; while others stand on it, only with all of them.

    What its recipe says can be made again. Nothing goes that a job under way reads, and files that
    people brought stay until `repscope gc` finds that nothing names them.
    """
    services.deletion.delete(artifact_id, cascade=cascade)
    services.announce()


@router.head("/artifacts/{id}/arrays/{name}.npy", include_in_schema=False)
@router.get("/artifacts/{id}/arrays/{name}.npy", response_class=Response, responses=_BYTES)
def get_array(
    artifact_id: IdInPath,
    name: Annotated[Name, Path(description="name of the array, as in the manifest")],
    request: Request,
    services: ServicesOf,
) -> Response:
    """Send one array as a `.npy` file, or a range of its bytes."""
    artifact = open_artifact(services, artifact_id)
    entry = artifact.manifest.arrays.get(name)
    if entry is None:
        names = ", ".join(artifact.array_names) or "none"
        raise NotFound(f"This {artifact.kind} has no array '{name}'; it has {names}.", field="name")
    path = artifact.file(f"{name}.npy")
    unchanged = not_modified(request, entry.sha256)
    return unchanged or StoredFile(path, entry.bytes, entry.sha256, BINARY)


@router.head(f"/artifacts/{{id}}/{WEIGHTS}", include_in_schema=False)
@router.get(f"/artifacts/{{id}}/{WEIGHTS}", response_class=Response, responses=_BYTES)
def get_weights(artifact_id: IdInPath, request: Request, services: ServicesOf) -> Response:
    """Send an encoder's weights as a `.safetensors` file, or a range of its bytes."""
    artifact = open_artifact(services, artifact_id)
    path = artifact.file(WEIGHTS)
    entry = artifact.manifest.files[WEIGHTS]
    unchanged = not_modified(request, entry.sha256)
    return unchanged or StoredFile(path, entry.bytes, entry.sha256, BINARY)


def _manifest(artifact: Artifact, services: Services) -> Manifest:
    said = services.titles.of(artifact.id)
    return Manifest(
        **artifact.manifest.model_dump(),
        title=said.title or own_title(artifact.manifest),
        note=said.note,
    )
