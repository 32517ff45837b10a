"""Encoders as files to take along."""

import hashlib
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from repscope.backend.content import not_modified
from repscope.backend.dependencies import IdInPath, ServicesOf
from repscope.backend.export.encoder import encoder_file
from repscope.backend.export.origin import learned_from
from repscope.backend.finding import open_artifact
from repscope.backend.services import Services
from repscope.core.errors import NotFound
from repscope.core.library import own_title

router = APIRouter(tags=["artifacts"])

_MEDIA = "application/octet-stream"
_BYTES: dict[int | str, dict[str, Any]] = {
    200: {"content": {_MEDIA: {"schema": {"type": "string", "format": "binary"}}}}
}
#: What the card says of the images.
_OF_DATA = ("title", "count", "license", "source")


@router.get("/artifacts/{id}/encoder.safetensors", response_class=Response, responses=_BYTES)
def export_encoder(artifact_id: IdInPath, request: Request, services: ServicesOf) -> Response:
    """Send an encoder as one safetensors file: its weights, and a card in the header.

    The card is JSON text under `repscope`: title, architecture, how images are prepared, recipe,
    the images that it learned from, metrics. `encoder/checkpoint` takes the file back. Encoders
    that are no network have their arrays instead of weights.
    """
    artifact = open_artifact(services, artifact_id)
    title = services.titles.of(artifact_id).title or own_title(artifact.manifest)
    file = encoder_file(artifact, title, _data(artifact.recipe, services))
    etag = hashlib.sha256(file.header + artifact_id.encode()).hexdigest()
    unchanged = not_modified(request, etag)
    if unchanged is not None:
        return unchanged
    headers = {
        "Content-Disposition": f'attachment; filename="{file.name}.safetensors"',
        "Content-Length": str(file.size),
        "ETag": f'"{etag}"',
        "Cache-Control": "private, no-cache",
    }
    return StreamingResponse(file.pieces(), media_type=_MEDIA, headers=headers)


def _data(recipe: dict[str, Any], services: Services) -> dict[str, Any] | None:
    """Return what the images that an encoder learned from say of themselves, if they are here."""
    dataset = learned_from(recipe)
    if dataset is None:
        return None
    try:
        meta = services.artifacts.open(dataset).manifest.meta
    except NotFound:
        return {"id": dataset}
    said = {name: meta[name] for name in _OF_DATA if name in meta}
    return {"id": dataset, **said, "title": services.titles.of(dataset).title or meta.get("title")}
