"""One or two numbers of a code are moved, and the decoder draws what comes of it."""

from typing import Annotated

import numpy as np
import torch
from pydantic import Field

from repscope.core.errors import InvalidRecipe
from repscope.core.images import images_of
from repscope.workers.context import Context, Readable, Result
from repscope.workers.live.reconstruct import INPUTS, Row, checked
from repscope.workers.reconstruction.coded import deviations
from repscope.workers.reconstruction.models import as_bytes, load_coder
from repscope.workers.registry import MethodParams, register

#: Images over which numbers of the code are measured.
_SAMPLE = 512

Component = Annotated[int, Field(ge=0, le=4095)]
Moves = Annotated[list[Annotated[float, Field(ge=-1e6, le=1e6)]], Field(max_length=2)]


class Params(MethodParams):
    """Where to start, and where to go."""

    row: Row = Field(description="row of the image whose code is changed")
    components: list[Component] = Field(
        min_length=1, max_length=2, description="which numbers of the code are changed, from 0"
    )
    moves: list[Moves] = Field(
        min_length=1,
        max_length=81,
        description="for each picture, by how much each of them is moved, in the code's own units",
    )
    measure: bool = Field(
        False,
        description="whether to tell how much each number of the code differs between images",
    )


@register(
    "live",
    "traverse",
    version=1,
    title="Traversal of a code",
    params=Params,
    inputs=INPUTS,
    output="graph",
    queue="live",
    cost={"constant": 0.02},
)
def traverse(context: Context, params: Params, dataset: Readable, encoder: Readable) -> Result:
    """Change one or two numbers of an image's code and draw the images of the changed codes.

    Where single numbers stand for single properties of an image, as a variational autoencoder with
    a large beta is meant to have them, moving one changes one property (Higgins et al., 2017). With
    `measure`, the deviation of each number over up to 512 images comes along, which is the scale to
    move them on.
    """
    images = images_of(dataset)
    checked([params.row], images)
    coder = load_coder(encoder, context.device)
    with torch.inference_mode():
        code = coder.encode(coder.prepare(images.array(params.row)[None]))[0]  # (width,)
        if not 0 <= min(params.components) <= max(params.components) < len(code):
            raise InvalidRecipe(
                f"'components' must lie between 0 and {len(code) - 1}.", field="params.components"
            )
        codes = code.repeat(len(params.moves), 1)
        for changed, moves in zip(codes, params.moves, strict=True):
            if len(moves) != len(params.components):
                raise InvalidRecipe(
                    "'moves' needs one number for each component.", field="params.moves"
                )
            changed[params.components] += torch.tensor(moves, device=code.device)
        arrays = {"images": as_bytes(coder.decode(codes)), "code": code.float().cpu().numpy()}
    if params.measure:
        rows = np.linspace(0, len(images) - 1, min(len(images), _SAMPLE)).astype(int)
        arrays["deviation"] = deviations(coder, images, rows.tolist())
    return Result(arrays, {"components": len(code)})
