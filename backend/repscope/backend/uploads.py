"""Uploads: how their bytes come in, and whether those that a recipe names are here."""

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from repscope.backend.errors import BadRequest
from repscope.backend.services import Services
from repscope.core.errors import InvalidRecipe
from repscope.core.resolve import Resolved
from repscope.core.uploads import UPLOAD_FORMAT, Incoming, Upload

#: Bytes that are gathered before they are written.
_PIECE = 2**20


async def receive_upload(request: Request, services: Services, expected: str | None) -> Upload:
    """Write a request's body to the disk as it arrives.

    Args:
        request: Its body is the file.
        services: Where it is put.
        expected: SHA-256 that it is to have.

    Raises:
        BadRequest: It is a form, or broke off.
        RepscopeError: It is too large, there is no room, or its checksum is another.
    """
    if request.headers.get("content-type", "").lower().startswith("multipart/"):
        raise BadRequest("Send the bytes of the file itself as the body, not a form.")
    declared = request.headers.get("content-length", "")
    settings = services.settings
    incoming = await run_in_threadpool(
        services.uploads.receive,
        limit=settings.max_upload,
        floor=settings.free_space_floor,
        # What has more digits than any disk is refused all the same.
        expected_bytes=int(declared[:20]) if declared.isdecimal() else 0,
    )
    with incoming:
        try:
            await _write(request, incoming)
        except ClientDisconnect:
            raise BadRequest("The upload broke off; send the file again.") from None
        return await run_in_threadpool(incoming.keep, expected)


async def _write(request: Request, incoming: Incoming) -> None:
    piece = bytearray()
    async for chunk in request.stream():
        piece += chunk
        if len(piece) >= _PIECE:
            await run_in_threadpool(incoming.write, bytes(piece))
            piece.clear()
    await run_in_threadpool(incoming.write, bytes(piece))


def require_uploads(services: Services, resolved: Resolved) -> None:
    """See that every upload which is still to be read is here.

    Raises:
        InvalidRecipe: One is not.
    """
    for node in resolved.nodes:
        if services.artifacts.exists(node.id):
            continue
        for name, schema in node.method.params.get("properties", {}).items():
            if schema.get("format") != UPLOAD_FORMAT:
                continue
            given = node.recipe["params"].get(name)
            if isinstance(given, str) and services.uploads.find(given) is None:
                raise InvalidRecipe(
                    f"'{node.method.title}' reads a file that this server does not have (upload "
                    f"{given[:12]}...). Add the file again, under Add data or by PUT /api/uploads.",
                    field=f"params.{name}" if node.id == resolved.id else None,
                )
