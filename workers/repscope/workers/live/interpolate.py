"""The way from one image to another, through the code and through the pixels."""

import torch
from pydantic import Field

from repscope.core.images import images_of
from repscope.workers.context import Context, Readable, Result
from repscope.workers.live.reconstruct import INPUTS, Row, checked
from repscope.workers.reconstruction.models import as_bytes, load_coder
from repscope.workers.registry import MethodParams, register


class Params(MethodParams):
    """From where to where, and in how many steps."""

    rows: list[Row] = Field(
        min_length=2, max_length=2, description="rows of the first and of the last image"
    )
    steps: int = Field(9, ge=2, le=33, description="number of pictures, both ends included")


@register(
    "live",
    "interpolate",
    version=1,
    title="Interpolation",
    params=Params,
    inputs=INPUTS,
    output="graph",
    queue="live",
    cost={"constant": 0.02},
)
def interpolate(context: Context, params: Params, dataset: Readable, encoder: Readable) -> Result:
    """Walk from one image to another in equal steps, in the space of codes and in that of pixels.

    Halfway in pixels lie two faint images on top of each other; halfway between codes lies an
    image, so far as the decoder has learned to draw one there.
    """
    images = images_of(dataset)
    checked(params.rows, images)
    coder = load_coder(encoder, context.device)
    with torch.inference_mode():
        ends = torch.cat([coder.prepare(images.array(row)[None]) for row in params.rows])
        codes = coder.encode(ends)
        share = torch.linspace(0.0, 1.0, params.steps, device=ends.device)
        latent = coder.decode(torch.lerp(codes[:1], codes[1:], share[:, None]))
        pixels = torch.lerp(ends[:1], ends[1:], share.view(-1, 1, 1, 1))
    return Result({"latent": as_bytes(latent), "pixels": as_bytes(pixels)})
