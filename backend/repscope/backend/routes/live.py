"""Live calls: answered at once, never stored."""

import time
from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field

from repscope.backend.dependencies import MetricsOf, Owner, ServicesOf
from repscope.backend.services import Services
from repscope.backend.strict import StrictRoute
from repscope.core.errors import Conflict, InvalidRecipe
from repscope.core.recipes import ArtifactId, Name, Recipe

router = APIRouter(tags=["live"], route_class=StrictRoute)

_FRAME: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
    }
}


class LiveCall(BaseModel):
    """Inputs and parameters of a live call."""

    model_config = ConfigDict(extra="forbid")

    inputs: dict[Name, "ArtifactId | Recipe | list[ArtifactId | Recipe]"] = Field(
        default_factory=dict, max_length=32, description="finished artifacts, by id or recipe"
    )
    params: dict[str, Any] = Field(default_factory=dict, max_length=200)
    seed: int = Field(0, ge=0, le=2**32 - 1)
    view: str | None = Field(
        None,
        max_length=64,
        description="which view asks; a newer call of it takes the place of one that waits",
    )


@router.post("/live/{method}", response_class=Response, responses=_FRAME)
async def call_live(
    method: Annotated[Name, Path(description="name of a method of kind `live`")],
    call: LiveCall,
    services: ServicesOf,
    owner: Owner,
    metrics: MetricsOf,
) -> Response:
    """Run a live method on finished artifacts; the answer is a frame, binary.

    A frame is the length of its header (uint32, little-endian), the header, padded with spaces,
    and arrays, little-endian, each at a multiple of 8 bytes. The header is JSON, `{"arrays":
    [{"name", "dtype", "shape", "offset", "bytes"}], "meta": {}}`; offsets count from the start of
    the frame.
    """
    request = await run_in_threadpool(_request, services, method, call)
    view = (owner, call.view) if call.view is not None else None
    begun = time.perf_counter()
    answer = await services.live.call(request, view)
    metrics.live_call(method, time.perf_counter() - begun)
    return Response(answer, media_type="application/octet-stream")


def _request(services: Services, method: str, call: LiveCall) -> dict[str, Any]:
    """Check a call against the catalogue, and that what it reads is there."""
    recipe = Recipe(
        kind="live", method=method, inputs=call.inputs, params=call.params, seed=call.seed
    )
    resolved = services.resolve(recipe)
    *_, node = resolved.nodes
    if node.method.queue != "live":
        raise InvalidRecipe(f"'{method}' is not a live method.", field="method")
    kinds = {each.id: each.method for each in resolved.nodes}
    for input_id in node.input_ids:
        if not services.artifacts.exists(input_id):
            raise Conflict(
                f"This call reads {kinds[input_id].kind} '{kinds[input_id].title}', which is not "
                "finished; submit its recipe first and wait until it is done.",
                job=input_id,
            )
    return {
        "method": method,
        "version": node.method.version,
        "inputs": node.inputs,
        "params": node.recipe["params"],
        "seed": node.recipe["seed"],
    }
