"""Pictures of a dataset's images."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response

from repscope.backend.content import caching_headers, not_modified
from repscope.backend.dependencies import IdInPath, ServicesOf
from repscope.backend.errors import NotMade
from repscope.backend.finding import open_artifact
from repscope.backend.images import LARGEST, encode_image
from repscope.backend.services import Services
from repscope.core.artifacts import Artifact
from repscope.core.errors import NotFound
from repscope.core.recipes import Recipe

Responses = dict[int | str, dict[str, Any]]

router = APIRouter(tags=["datasets"])

#: Raised when the encoding changes, for what browsers keep.
_ENCODING = 1
_PICTURE = {"schema": {"type": "string", "format": "binary"}}
_PICTURES: Responses = {200: {"content": {"image/png": _PICTURE, "image/jpeg": _PICTURE}}}
_PAGES: Responses = {200: {"content": {"image/jpeg": _PICTURE}}}

Row = Annotated[int, Path(ge=0, le=2**31 - 1, description="row of the dataset, from 0")]
Page = Annotated[int, Path(ge=0, le=2**31 - 1, description="page of the atlas, from 0")]


@router.get("/datasets/{id}/images/{row}", response_class=Response, responses=_PICTURES)
def get_image(
    dataset_id: IdInPath,
    row: Row,
    request: Request,
    services: ServicesOf,
    size: Annotated[
        int | None, Query(ge=1, le=LARGEST, description="longest side; never enlarged")
    ] = None,
) -> Response:
    """Send one image: PNG up to 64 pixels, else JPEG."""
    dataset = _dataset(services, dataset_id)
    etag = f"{dataset_id}-{row}-{size or 0}-{_ENCODING}"
    unchanged = not_modified(request, etag)
    if unchanged is not None:
        return unchanged
    data, media_type = encode_image(dataset, row, size)
    return Response(data, media_type=media_type, headers=caching_headers(etag))


@router.get("/datasets/{id}/atlas/{page}", response_class=Response, responses=_PAGES)
def get_atlas_page(
    dataset_id: IdInPath,
    page: Page,
    request: Request,
    services: ServicesOf,
    size: Annotated[
        int | None, Query(ge=1, le=LARGEST, description="side of a thumbnail, in pixels")
    ] = None,
) -> Response:
    """Send one page of the sprite atlas, a JPEG of many thumbnails.

    The atlas is an artifact of its own; until it has been made this answers 404 with the recipe
    to submit.
    """
    _dataset(services, dataset_id)
    atlas = services.resolve(
        Recipe(
            kind="atlas",
            method="sprites",
            inputs={"dataset": dataset_id},
            params={} if size is None else {"size": size},
        )
    )
    if not services.artifacts.exists(atlas.id):
        raise NotMade(
            "The atlas of this dataset has not been made yet; submit its recipe.",
            job=atlas.id,
            recipe=atlas.recipe,
        )
    artifact = services.artifacts.open(atlas.id)
    offsets = artifact.array("offsets")
    if page >= len(offsets) - 1:
        raise NotFound(f"There is no page {page}; the atlas has {len(offsets) - 1}.", field="page")
    etag = f"{atlas.id}-{page}"
    unchanged = not_modified(request, etag)
    if unchanged is not None:
        return unchanged
    data = artifact.array("pages")[int(offsets[page]) : int(offsets[page + 1])].tobytes()
    return Response(data, media_type="image/jpeg", headers=caching_headers(etag))


def _dataset(services: Services, dataset_id: str) -> Artifact:
    artifact = open_artifact(services, dataset_id)
    if artifact.kind != "dataset":
        raise NotFound(f"'{dataset_id}' is of kind {artifact.kind}, not a dataset.", field="id")
    return artifact
