"""The decoder of a masked autoencoder, as its shapes tell it."""

import re
from typing import Any

from repscope.core.errors import InvalidRecipe
from repscope.workers.encoders.checkpoints.found import Found, Shapes, numbered, shape_of

_BLOCK = re.compile(r"decoder\.blocks\.(\d+)\.")
#: Numbers of an attention head, as published.
HEAD = 32


def sizes(shapes: Shapes) -> dict[str, Any]:
    """Return width and depth of a decoder.

    Args:
        shapes: Of its tensors, each named `decoder.`.

    Raises:
        InvalidRecipe: It is none that can be run.
    """
    width, depth = shape_of(shapes, "decoder.embed.weight", 2)[0], numbered(shapes, _BLOCK, 12)
    if width % HEAD or width > 1024 or depth == 0:
        raise InvalidRecipe(
            f"A decoder of width {width} and depth {depth} is not read; its width must be a "
            f"multiple of {HEAD} up to 1024, and it must have 1 to 12 blocks.",
            field="params.upload",
        )
    return {"decoder_width": width, "decoder_depth": depth}


def shapes(found: Found, given: Shapes) -> dict[str, tuple[int, ...]]:
    """Return the shapes that a decoder's tensors must have beside its encoder.

    Args:
        found: What was recognized.
        given: Shapes in the file, below the prefixes.
    """
    if not found.decoder:
        return {}
    own = {name: given[key] for name, key in found.decoder.items()}
    said, network = sizes(own), found.network
    width, numbers = said["decoder_width"], network["patch_size"] ** 2 * network["in_chans"]
    tokens = 1 + (network["img_size"] // network["patch_size"]) ** 2
    wanted: dict[str, tuple[int, ...]] = {
        "embed.weight": (width, network["embed_dim"]),
        "embed.bias": (width,),
        "mask_token": (1, 1, width),
        "norm.weight": (width,),
        "norm.bias": (width,),
        "pred.weight": (numbers, width),
        "pred.bias": (numbers,),
    }
    if "decoder.pos_embed" in own:  # our own are computed
        wanted["pos_embed"] = (1, tokens, width)
    for block in range(said["decoder_depth"]):
        for name, shape in _block(width).items():
            wanted[f"blocks.{block}.{name}"] = shape
    return {f"decoder.{name}": shape for name, shape in wanted.items()}


def _block(width: int) -> dict[str, tuple[int, ...]]:
    """Return the shapes in a block whose hidden layer is four times as wide, as published."""
    layers = {
        "attn.qkv": (3 * width, width),
        "attn.proj": (width, width),
        "mlp.fc1": (4 * width, width),
        "mlp.fc2": (width, 4 * width),
    }
    found: dict[str, tuple[int, ...]] = {f"{name}.weight": shape for name, shape in layers.items()}
    found |= {f"{name}.bias": shape[:1] for name, shape in layers.items()}
    for norm in ("norm1", "norm2"):
        found |= {f"{norm}.weight": (width,), f"{norm}.bias": (width,)}
    return found
