"""What a network looks at in some images, and what is like the patch under the pointer."""

from typing import Annotated, Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import Field
from torch import Tensor
from torch.nn.functional import interpolate

from repscope.core.catalogue import Input
from repscope.core.errors import InvalidRecipe
from repscope.core.images import images_of
from repscope.workers.attending import flow
from repscope.workers.attending.look import Block, Features, Look, check_block
from repscope.workers.attending.looks import Looks
from repscope.workers.attending.models import Model, Weights
from repscope.workers.attending.outliers import outliers
from repscope.workers.attending.patches import as_colors, similarity
from repscope.workers.context import Context, Readable, Result
from repscope.workers.live.reconstruct import Row, checked
from repscope.workers.reconstruction.models import as_bytes
from repscope.workers.registry import MethodParams, register

#: Bytes of all pictures together; larger ones are sent smaller.
_PICTURES = 750_000

_looks = Looks()


class Params(MethodParams):
    """Which images, which block, and what of it."""

    rows: list[Row] = Field(
        min_length=1, max_length=8, description="rows of the images in their dataset"
    )
    block: Annotated[int, Field(ge=0, le=1000)] | None = Field(
        None,
        description="number of the block, or of the layer of a network without attention, from 0; "
        "empty for the last",
    )
    image: int = Field(
        0, ge=0, le=7, description="which of the images `patch` is of, counted from 0"
    )
    patch: Annotated[int, Field(ge=0, le=65_535)] | None = Field(
        None,
        description="number of a patch, row by row from 0: the answer is what it attends to and "
        "what is like it; empty for the cls token",
    )
    features: Features = Field(
        "key", description="what patches are compared by, and what is shown as colors"
    )
    colors: Literal["none", "split", "turned", "whole"] = Field(
        "none",
        description="whether features are sent as colors: with the foreground split off by the "
        "first component, with the other side as foreground, or without a split",
    )
    weights: Weights = Field(
        "trained", description="the network's own weights, or random ones drawn by the seed"
    )
    inputs: bool = Field(True, description="whether to send the images as the network sees them")


@register(
    "live",
    "attend",
    version=1,
    title="Attention",
    params=Params,
    inputs=[
        Input(name="dataset", kind="dataset", description="where the images are"),
        Input(name="encoder", kind="encoder", description="a network"),
    ],
    output="graph",
    seeded=True,
    queue="live",
    cost={"constant": 0.05},
)
def attend(context: Context, params: Params, dataset: Readable, encoder: Readable) -> Result:
    """Look at what a network attends to.

    `attention` holds for each image and head how much the cls token takes of each patch, and
    `special` how much it takes of itself and of the registers; together they add up to 1. Without a
    cls token it is the mean over all patches that ask. `rollout` follows attention through all
    blocks up to this one (Abnar and Zuidema, 2020). A convolutional network has no attention:
    instead come Grad-CAM where it has a classifier, else the sum of its squared channels. With
    `patch`, `attention` is that of one patch of one image, and `similarity` the cosine of its
    features to those of all patches. The last passes are remembered, so that only the first
    question about some images takes one.
    """
    checked(params.rows, images_of(dataset))
    model, look = _looks.at(
        dataset, encoder, params.rows, params.block, context.device, params.weights, context.seed
    )
    number = check_block(params.block, look.names)
    block = look.blocks[number]
    arrays: dict[str, NDArray[Any]] = {}
    if params.patch is not None:
        arrays = _of_patch(params, look, number, block)
    else:
        arrays = _of_block(look, block)
        if params.inputs:
            arrays["input"] = _pictures(model, dataset, params.rows)
    if params.colors != "none":
        arrays["colors"], arrays["front"] = as_colors(
            look.features(number, params.features),
            block.side,
            params.colors != "whole",
            params.colors == "turned",
        )
    return Result(arrays, _about(model, look, number, block))


def _of_block(look: Look, block: Block) -> dict[str, NDArray[Any]]:
    arrays = {
        "attention": _floats(block.attention),
        "special": _floats(block.special),
        "outliers": outliers(block.norms).to(torch.uint8).cpu().numpy(),
    }
    if block.rollout is not None:
        arrays["rollout"] = _floats(block.rollout)
    if look.distance is not None:
        arrays["distance"] = _floats(look.distance)
    return arrays


def _of_patch(params: Params, look: Look, number: int, block: Block) -> dict[str, NDArray[Any]]:
    assert params.patch is not None
    patches = block.side**2
    if params.image >= len(params.rows) or params.patch >= patches:
        raise InvalidRecipe(
            f"There are {len(params.rows)} images of {patches} patches, counted from 0; the "
            f"question is about patch {params.patch} of image {params.image}.",
            field="params.patch",
        )
    features = look.features(number, params.features)
    arrays = {"similarity": _floats(similarity(features, params.image, params.patch))}
    found = look.attention_from(number, params.image, params.patch)
    if found is not None:
        arrays["attention"], arrays["special"] = map(_floats, found)
    return arrays


def _about(model: Model, look: Look, number: int, block: Block) -> dict[str, Any]:
    size = model.preprocess.image_size
    about: dict[str, Any] = {
        "kind": look.kind,
        "block": number,
        "blocks": look.names,
        "heads": block.attention.shape[1],
        "side": block.side,
        "size": size,
        "cls": look.cls,
        "registers": max(0, look.prefix - look.cls),
    }
    if look.distance is not None:
        about["even_distance"] = flow.expected_distance(block.side, size / block.side)
    if look.named is not None and model.classifier is not None:
        about["classes"] = [model.classifier.classes[i] for i in look.named.tolist()]
    return about


def _pictures(model: Model, dataset: Readable, rows: list[int]) -> NDArray[Any]:
    """Return the images as the network sees them, scaled down where they would be many bytes."""
    images = images_of(dataset)
    plain = model.preprocess.plain
    given = torch.cat([plain(images.array(row)[None], model.device) for row in rows])
    count, channels, size, _ = given.shape
    most = int(np.sqrt(_PICTURES / (count * channels)))
    if size > most:
        given = interpolate(given, (most, most), mode="bilinear", antialias=True)
    return as_bytes(given)


def _floats(values: Tensor) -> NDArray[np.float32]:
    array: NDArray[np.float32] = values.float().cpu().numpy()
    return array
