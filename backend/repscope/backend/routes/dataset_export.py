"""Datasets as files for other programs, and for bringing them in again."""

import hashlib
from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import StreamingResponse

from repscope.backend.content import not_modified
from repscope.backend.dependencies import IdInPath, ServicesOf
from repscope.backend.export.dataset import table_of_dataset, write_arrays
from repscope.backend.export.parquet import write_parquet
from repscope.backend.export.pictures import require_few, write_images
from repscope.backend.export.table import Table
from repscope.backend.export.text import write_csv
from repscope.backend.finding import open_artifact, open_dataset
from repscope.backend.routes.selections import require_selection
from repscope.core.artifacts import Artifact
from repscope.core.library import own_title
from repscope.core.recipes import ID_PATTERN

router = APIRouter(tags=["datasets"])

#: Raised when the files change, for what browsers keep.
_WRITING = 1


class File(StrEnum):
    """What can be written."""

    IMAGES = "images.zip"
    CSV = "table.csv"
    PARQUET = "table.parquet"
    ARRAYS = "arrays.npz"


_MEDIA = {
    File.IMAGES: "application/zip",
    File.CSV: "text/csv; charset=utf-8",
    File.PARQUET: "application/vnd.apache.parquet",
    File.ARRAYS: "application/zip",
}
_FILE = {"schema": {"type": "string", "format": "binary"}}
_FILES: dict[int | str, dict[str, Any]] = {
    200: {"content": {media.partition(";")[0]: _FILE for media in _MEDIA.values()}}
}


@router.get("/datasets/{id}/export/{file}", response_class=Response, responses=_FILES)
def export_dataset(
    dataset_id: IdInPath,
    file: Annotated[File, Path(description="what to write")],
    request: Request,
    services: ServicesOf,
    selection: Annotated[
        str | None, Query(pattern=ID_PATTERN, description="id of a selection: only its rows")
    ] = None,
) -> Response:
    """Send a dataset, or some rows of it, as a file.

    `images.zip` holds the images in folders by split and class, with `metadata.csv`; bringing it
    in again makes the same dataset. The tables have one row an image, with everything that is
    known of it. `arrays.npz` holds images and columns as NumPy arrays. Files are written while
    they are sent.
    """
    dataset = open_dataset(services, dataset_id)
    chosen = None
    if selection is not None:
        chosen = open_artifact(services, selection)
        require_selection(chosen, dataset, "selection")
    title = services.titles.of(dataset_id).title or own_title(dataset.manifest)
    table = table_of_dataset(dataset, title, chosen)
    if file is File.IMAGES:
        require_few(table)
    about = hashlib.sha256(f"{dataset_id} {file} {selection} {_WRITING}".encode())
    etag = about.hexdigest()[:32]
    unchanged = not_modified(request, etag)
    if unchanged is not None:
        return unchanged
    ending = file.rpartition(".")[2]
    headers = {
        "Content-Disposition": f'attachment; filename="{table.name}.{ending}"',
        "ETag": f'"{etag}"',
        "Cache-Control": "private, no-cache",
    }
    return StreamingResponse(_write(file, dataset, table), media_type=_MEDIA[file], headers=headers)


def _write(file: File, dataset: Artifact, table: Table) -> Iterator[bytes]:
    match file:
        case File.IMAGES:
            return write_images(dataset, table)
        case File.CSV:
            return write_csv(table)
        case File.PARQUET:
            return write_parquet(table)
        case File.ARRAYS:
            return write_arrays(dataset, table)
