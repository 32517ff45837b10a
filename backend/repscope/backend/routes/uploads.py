"""Files that people bring."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, status

from repscope.backend.dependencies import ServicesOf
from repscope.backend.models import Upload
from repscope.backend.uploads import receive_upload
from repscope.core import uploads
from repscope.core.errors import NotFound
from repscope.core.uploads import DIGEST_PATTERN

router = APIRouter(tags=["uploads"])

_BINARY = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
_BODY: dict[str, Any] = {"requestBody": {"required": True, "content": _BINARY}}

DigestInPath = Annotated[
    str, Path(pattern=DIGEST_PATTERN, max_length=64, description="checksum of the file")
]


@router.put("/uploads", openapi_extra=_BODY)
async def put_upload(
    request: Request,
    services: ServicesOf,
    sha256: Annotated[
        str | None,
        Query(pattern=DIGEST_PATTERN, max_length=64, description="what its checksum has to be"),
    ] = None,
) -> Upload:
    """Send a file, as it is; recipes name it by the checksum that this answers."""
    return _shown(await receive_upload(request, services, sha256))


@router.head("/uploads/{sha256}", include_in_schema=False)
@router.get("/uploads/{sha256}")
def get_upload(sha256: DigestInPath, services: ServicesOf) -> Upload:
    """Tell whether a file is here already, so that it need not be sent."""
    found = services.uploads.find(sha256)
    if found is None:
        raise NotFound("This upload is not here; send its file.", field="sha256")
    return _shown(found)


@router.delete("/uploads/{sha256}", status_code=status.HTTP_204_NO_CONTENT)
def delete_upload(
    sha256: DigestInPath,
    services: ServicesOf,
    cascade: Annotated[bool, Query(description="also what was made of it")] = False,
) -> None:
    """Delete a file; while something was made of it, only with all of that."""
    services.deletion.delete_upload(sha256, cascade=cascade)
    services.announce()


def _shown(upload: uploads.Upload) -> Upload:
    return Upload(sha256=upload.sha256, bytes=upload.bytes)
