"""Images drawn again from their visible patches or from their code, while a slider moves."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import Field
from torch import Tensor

from repscope.core.catalogue import Input
from repscope.core.errors import InvalidRecipe
from repscope.core.images import Images, images_of
from repscope.workers.context import Context, Readable, Result
from repscope.workers.reconstruction import hiding, masked
from repscope.workers.reconstruction.coded import Coder
from repscope.workers.reconstruction.hiding import MaskKind
from repscope.workers.reconstruction.models import MaskedModel, as_bytes, load
from repscope.workers.registry import MethodParams, register

INPUTS = [
    Input(name="dataset", kind="dataset", description="where the images are"),
    Input(name="encoder", kind="encoder", description="a model with a decoder"),
]

Row = Annotated[int, Field(ge=0, le=100_000_000)]
Patches = Annotated[list[Annotated[int, Field(ge=0, le=65_535)]], Field(max_length=65_536)]


class Params(MethodParams):
    """Which images, what is hidden of them, and who draws it."""

    rows: list[Row] = Field(
        min_length=1, max_length=8, description="rows of the images in their dataset"
    )
    mask: MaskKind = Field("random", description=hiding.DESCRIPTION)
    ratio: float = Field(0.75, ge=0.0, le=0.95, description="share of the patches to hide")
    painted: list[Patches] = Field(
        [],
        max_length=8,
        description="for each image the numbers of its hidden patches, row by row, from 0",
    )
    by: Literal["model", "diffusion"] = Field(
        "model",
        description="who fills the gaps: the model, or brightness that spreads into them from "
        "their borders, which takes no learning",
    )
    draws: int = Field(
        1,
        ge=1,
        le=32,
        description="how often masks are drawn; above 1 the answer is the mean over the draws that "
        "hid a pixel, and its deviation",
    )
    components: int | None = Field(
        None, ge=1, le=4096, description="how many numbers of a code are kept; empty for all"
    )
    inputs: bool = Field(True, description="whether to send the images as the model sees them")


@register(
    "live",
    "reconstruct",
    version=1,
    title="Reconstruction",
    params=Params,
    inputs=INPUTS,
    output="graph",
    seeded=True,
    queue="live",
    cost={"constant": 0.02},
)
def reconstruct(context: Context, params: Params, dataset: Readable, encoder: Readable) -> Result:
    """Hide a part of some images and let a model draw them again, or draw them from their code.

    A masked autoencoder sees the visible patches; an autoencoder sees the whole image, of which
    its code is what is left. `output` is what the decoder draws, of visible patches too, where it
    means nothing: paste those of `input`. Errors are means of squared differences of pixels
    between 0 and 1, over hidden pixels for a masked autoencoder and over all for others.
    """
    images = images_of(dataset)
    checked(params.rows, images)
    model = load(encoder, context.device)
    with torch.inference_mode():
        given = torch.cat([model.prepare(images.array(row)[None]) for row in params.rows])
        if isinstance(model, MaskedModel):
            return _from_patches(context, params, dataset, model, given)
        return _from_code(params, model, given)


def checked(rows: Sequence[int], images: Images) -> None:
    """Refuse rows that the dataset does not have."""
    if not 0 <= min(rows) <= max(rows) < len(images):
        raise InvalidRecipe(
            f"The dataset has rows 0 to {len(images) - 1}, not {', '.join(map(str, rows))}.",
            field="params.rows",
        )


def _from_patches(
    context: Context, params: Params, dataset: Readable, model: MaskedModel, given: Tensor
) -> Result:
    """Answer for a masked autoencoder."""
    masks = [
        hiding.choose(
            params.mask, model.side, params.ratio, params.rows, (context.seed, draw), dataset,
            params.painted,
        )
        for draw in range(params.draws)
    ]  # fmt: skip
    hidden = torch.from_numpy(np.concatenate(masks)).to(context.device)
    many = given.repeat(params.draws, 1, 1, 1)
    grid = hidden.view(-1, model.side, model.side)
    if params.by == "model":
        drawn = masked.reconstruct(model.mae, many, hidden)
    else:
        drawn = masked.fill(many, grid)
    count, size = len(given), model.preprocess.image_size
    gaps = masked.pixels(grid, size)
    drawn, gaps = drawn.view(params.draws, *given.shape), gaps.view(-1, count, size, size)
    arrays: dict[str, NDArray[Any]] = {
        "hidden": grid[:count].to(torch.uint8).cpu().numpy(),
    }
    if params.draws == 1:
        output = drawn[0]
    else:
        output, spread = _spread(given, drawn, gaps)
        arrays["spread"] = spread.cpu().numpy()
    arrays["output"] = as_bytes(output)
    if params.inputs:
        arrays["input"] = as_bytes(given)
    squared = (drawn - given).square().mean(dim=2) * gaps
    hidden_pixels = gaps.sum(dim=(0, 2, 3))
    errors = squared.sum(dim=(0, 2, 3)) / hidden_pixels
    visible = float((~hidden).sum(dim=1).float().mean())
    return Result(
        arrays,
        {
            "kind": "masked",
            "patch": model.patch,
            "side": model.side,
            "hidden": hidden.float().mean(dim=1)[:count].tolist(),
            "errors": [
                e if n else None for e, n in zip(errors.tolist(), hidden_pixels, strict=True)
            ],
            "normalized": model.normalized,
            "numbers": round((1.0 + visible) * model.width),
            "components": None,
        },
    )


def _spread(given: Tensor, drawn: Tensor, gaps: Tensor) -> tuple[Tensor, Tensor]:
    """Return mean and deviation of each pixel over the draws that hid it.

    Args:
        given: (images, channels, size, size); what was never hidden is taken of it.
        drawn: (draws, images, channels, size, size).
        gaps: (draws, images, size, size) bool.
    """
    weight = gaps[:, :, None].float()
    number = weight.sum(dim=0)
    mean = (drawn * weight).sum(dim=0) / number.clamp(min=1.0)
    variance = ((drawn - mean).square() * weight).sum(dim=0) / number.clamp(min=1.0)
    return torch.where(number > 0, mean, given), variance.mean(dim=1).sqrt()


def _from_code(params: Params, model: Coder, given: Tensor) -> Result:
    """Answer for a model with a code."""
    codes = model.encode(given)
    width = codes.shape[1]
    kept = codes
    if params.components is not None:
        if not model.ordered:
            raise InvalidRecipe(
                "The numbers of this code have no order, so the first of them mean nothing alone.",
                field="params.components",
            )
        kept = codes.clone()
        kept[:, params.components :] = 0.0
    output = model.decode(kept)
    arrays = {"output": as_bytes(output), "code": kept.float().cpu().numpy()}
    if params.inputs:
        arrays["input"] = as_bytes(given)
    return Result(
        arrays,
        {
            "kind": "code",
            "errors": (output - given).square().mean(dim=(1, 2, 3)).tolist(),
            "numbers": int(kept.count_nonzero(dim=1).max()),  # sparse codes keep few
            "components": width if model.ordered else None,
        },
    )
