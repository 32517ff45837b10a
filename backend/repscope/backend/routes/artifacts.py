"""Artifacts: descriptions and bytes."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response, status

from repscope.backend.content import StoredFile, not_modified
from repscope.backend.dependencies import IdInPath, ServicesOf
from repscope.backend.finding import newest_first, open_artifact
from repscope.backend.models import ArtifactList, Manifest
from repscope.core.errors import Conflict, NotFound
from repscope.core.recipes import Name

router = APIRouter(tags=["artifacts"])

BINARY = "application/octet-stream"
_BYTES: dict[int | str, dict[str, Any]] = {
    200: {"content": {BINARY: {"schema": {"type": "string", "format": "binary"}}}}
}
WEIGHTS = "weights.safetensors"


@router.get("/artifacts")
def list_artifacts(
    services: ServicesOf,
    kind: Annotated[Name | None, Query(description="only these")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    cursor: Annotated[str | None, Query(max_length=64, description="from the page before")] = None,
) -> ArtifactList:
    """List finished artifacts, newest first."""
    return newest_first(services.artifacts, kind, limit, cursor)


@router.get("/artifacts/{id}")
def get_artifact(artifact_id: IdInPath, services: ServicesOf) -> Manifest:
    """Describe one artifact: its whole recipe, arrays, metrics and origin."""
    artifact = open_artifact(services, artifact_id)
    return Manifest.model_validate(artifact.manifest.model_dump())


@router.delete("/artifacts/{id}", status_code=status.HTTP_204_NO_CONTENT)
def delete_artifact(artifact_id: IdInPath, services: ServicesOf) -> None:
    """Delete one artifact; its recipe can make it again."""
    users = services.jobs.dependents(artifact_id)
    if users:
        raise Conflict("A job under way needs this artifact; cancel it first.", job=users[0])
    services.artifacts.delete(artifact_id)


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
