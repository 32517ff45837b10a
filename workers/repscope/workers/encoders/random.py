"""Networks that have learned nothing."""

from typing import Any, Literal

import torch
from pydantic import Field
from safetensors.torch import save_file

from repscope.workers.context import Context, Result
from repscope.workers.encoders.backbones import SIZES, check_patch
from repscope.workers.encoders.network import build
from repscope.workers.encoders.preprocess import Preprocess
from repscope.workers.registry import MethodParams, register


class Params(MethodParams):
    """Which network."""

    architecture: Literal["vit", "cnn"] = Field(
        "vit", description="vit: Vision Transformer; cnn: plain convolutional network"
    )
    size: Literal["micro", "tiny", "small"] = Field(
        "micro",
        description="ViT: 4, 12 or 12 blocks of width 96, 192 or 384; "
        "CNN: 4 stages from 16, 32 or 64 channels",
    )
    image_size: int = Field(32, ge=16, le=256, description="side of the input in pixels")
    patch_size: int = Field(
        4, ge=2, le=32, description="side of a ViT's patch in pixels; it divides the image's side"
    )


@register(
    "encoder",
    "random",
    version=1,
    title="Random weights",
    params=Params,
    output="encoder",
    seeded=True,
    cost={"constant": 3.0},
)
def random(context: Context, params: Params) -> Result:
    """A network as it is before any training: an architecture with weights drawn at random.

    What it can tell apart, the architecture gives for free; only what a trained encoder does better
    than this has it learned (Jarrett et al., 2009; Saxe et al., 2011). The seed draws another
    network. Its input is an RGB square with values from -1 to 1.
    """
    config: dict[str, Any] = {
        "image_size": params.image_size,
        "channels": 3,
        **SIZES[params.architecture][params.size],
    }
    if params.architecture == "vit":
        check_patch(params.image_size, params.patch_size)
        config["patch_size"] = params.patch_size
    network = build(params.architecture, config)
    network.reset(torch.Generator().manual_seed(context.seed))
    weights = context.path("weights.safetensors")
    save_file(network.state_dict(), weights)
    half = (0.5, 0.5, 0.5)
    meta = {
        "architecture": params.architecture,
        "config": config,
        "preprocess": Preprocess(params.image_size, 3, half, half).as_json(),
        "layers": [{"name": name, "width": width} for name, width in network.layers],
    }
    parameters = sum(parameter.numel() for parameter in network.parameters())
    return Result(meta=meta, metrics={"parameters": parameters}, files={weights.name: weights})
