"""Pictures of a dataset's images."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response

from repscope.backend.content import caching_headers, not_modified
from repscope.backend.dependencies import IdInPath, ServicesOf
from repscope.backend.errors import NotMade
from repscope.backend.finding import open_dataset
from repscope.backend.images import LARGEST, encode_image
from repscope.backend.mosaic import draw_mosaic
from repscope.backend.services import Services
from repscope.core.artifacts import Artifact
from repscope.core.atlas import part_of
from repscope.core.errors import NotFound
from repscope.core.images import images_of
from repscope.core.recipes import Recipe

Responses = dict[int | str, dict[str, Any]]

router = APIRouter(tags=["datasets"])

#: Raised when the encoding changes, for what browsers keep.
_ENCODING = 2
#: Most images of a mosaic side by side.
MOST_TILES = 16
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
    dataset = open_dataset(services, dataset_id)
    etag = f"{dataset_id}-{row}-{size or 0}-{_ENCODING}"
    unchanged = not_modified(request, etag)
    if unchanged is not None:
        return unchanged
    data, media_type = encode_image(dataset, row, size)
    return Response(data, media_type=media_type, headers=caching_headers(etag))


@router.get("/datasets/{id}/mosaic", response_class=Response, responses=_PICTURES)
def get_mosaic(
    dataset_id: IdInPath,
    request: Request,
    services: ServicesOf,
    columns: Annotated[int, Query(ge=1, le=MOST_TILES, description="side by side")] = 8,
    rows: Annotated[int, Query(ge=1, le=MOST_TILES, description="above each other")] = 4,
    size: Annotated[int, Query(ge=8, le=128, description="side of a square, in pixels")] = 48,
) -> Response:
    """Send one picture of images that are evenly spread over a dataset, each cut to a square.

    JPEG, or PNG with transparent places between small images and where there are too few.
    """
    dataset = open_dataset(services, dataset_id)
    etag = f"{dataset_id}-{columns}x{rows}-{size}-{_ENCODING}"
    unchanged = not_modified(request, etag)
    if unchanged is not None:
        return unchanged
    data, media_type = draw_mosaic(dataset, columns, rows, size)
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

    The atlas is an artifact of its own, above 100,000 images one for every 16 pages; until it
    has been made this answers 404 with the recipe to submit.
    """
    rows = len(images_of(open_dataset(services, dataset_id)))
    part = part_of(page, rows)
    if part:
        _check_page(page, _atlas(services, dataset_id, size, 0))
    artifact = _atlas(services, dataset_id, size, part)
    _check_page(page, artifact)
    etag = f"{artifact.id}-{page}"
    unchanged = not_modified(request, etag)
    if unchanged is not None:
        return unchanged
    offsets, place = artifact.array("offsets"), page - int(artifact.meta["first_page"])
    data = artifact.array("pages")[int(offsets[place]) : int(offsets[place + 1])].tobytes()
    return Response(data, media_type="image/jpeg", headers=caching_headers(etag))


def _atlas(services: Services, dataset_id: str, size: int | None, part: int) -> Artifact:
    """Open a part of the atlas.

    Raises:
        NotMade: It is to be made first.
    """
    params = {"part": part} if size is None else {"part": part, "size": size}
    atlas = services.resolve(
        Recipe(kind="atlas", method="sprites", inputs={"dataset": dataset_id}, params=params)
    )
    if not services.artifacts.exists(atlas.id):
        raise NotMade(
            "This part of the dataset's atlas has not been made yet; submit its recipe.",
            job=atlas.id,
            recipe=atlas.recipe,
        )
    return services.artifacts.open(atlas.id)


def _check_page(page: int, atlas: Artifact) -> None:
    pages = atlas.meta["pages"]
    if page >= pages:
        raise NotFound(f"There is no page {page}; the atlas has {pages}.", field="page")
