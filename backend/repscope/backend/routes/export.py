"""Maps and values as tables for other programs."""

import hashlib
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import StreamingResponse

from repscope.backend.content import not_modified
from repscope.backend.dependencies import IdInPath, ServicesOf
from repscope.backend.errors import InvalidRequest
from repscope.backend.export.npz import write_npz
from repscope.backend.export.parquet import write_parquet
from repscope.backend.export.table import Table, table_of
from repscope.backend.export.text import write_csv
from repscope.core.recipes import is_id

router = APIRouter(tags=["artifacts"])

#: Raised when the files change, for what browsers keep.
_WRITING = 1
#: Most values that are joined to one table.
_MOST_JOINED = 16


class Format(StrEnum):
    """Endings of the files."""

    CSV = "csv"
    NPZ = "npz"
    PARQUET = "parquet"


_WRITERS: dict[Format, tuple[Callable[[Table], Iterator[bytes]], str]] = {
    Format.CSV: (write_csv, "text/csv; charset=utf-8"),
    Format.NPZ: (write_npz, "application/zip"),
    Format.PARQUET: (write_parquet, "application/vnd.apache.parquet"),
}
_FILE = {"schema": {"type": "string", "format": "binary"}}
_FILES: dict[int | str, dict[str, Any]] = {
    200: {"content": {media.partition(";")[0]: _FILE for _, media in _WRITERS.values()}}
}


@router.get("/artifacts/{id}/export.{format}", response_class=Response, responses=_FILES)
def export_table(
    artifact_id: IdInPath,
    ending: Annotated[Format, Path(alias="format", description="what to write")],
    request: Request,
    services: ServicesOf,
    joined: Annotated[
        str,
        Query(alias="with", max_length=33 * _MOST_JOINED, description="ids of values to join"),
    ] = "",
) -> Response:
    """Send the points of a map, or computed values, as a table with one row an image.

    Its columns are `row`, those of the dataset, `x`, `y` (and `z`) or the values, and those of
    further values that `with` names. Numbers arrive bit for bit. Classes stand by name in CSV and
    Parquet, by number with their names beside them in npz. Parquet and npz hold the recipe.
    """
    ids = [each for each in joined.split(",") if each]
    if not all(is_id(each) for each in ids):
        raise InvalidRequest(
            "'with' takes ids of 32 hexadecimal digits, with commas between.", field="with"
        )
    table = table_of(services, artifact_id, ids)
    about = hashlib.sha256(f"{artifact_id} {ending} {' '.join(ids)} {_WRITING}".encode())
    etag = about.hexdigest()[:32]
    unchanged = not_modified(request, etag)
    if unchanged is not None:
        return unchanged
    write, media_type = _WRITERS[ending]
    headers = {
        "Content-Disposition": f'attachment; filename="{table.name}.{ending}"',
        "ETag": f'"{etag}"',
        "Cache-Control": "private, no-cache",
    }
    return StreamingResponse(write(table), media_type=media_type, headers=headers)
