"""Vision Transformers whose weights have timm's names: those of MAE, DINO, iBOT, DeiT and timm."""

import math
import re
from typing import Any

from repscope.core.errors import InvalidRecipe
from repscope.workers.encoders.checkpoints.conv_stem import PATCH
from repscope.workers.encoders.checkpoints.found import (
    Found,
    Hints,
    Shapes,
    numbered,
    renamed,
    shape_of,
)

#: Heads by width where a head has not 64 numbers: the largest MAE, and the smallest here.
_HEADS = {1280: 16, 96: 3}
#: The first convolution of a convolutional stem, where there is one in place of patches.
_STEM = "patch_embed.proj.0.weight"
_BLOCK = re.compile(r"blocks\.(\d+)\.")
_LARGEST = 2048


def find(shapes: Shapes, path: str, hints: Hints) -> Found | None:
    """See `Family.find`."""
    if not is_vit(shapes):
        return None
    return Found("Vision Transformer", network(shapes, hints), renamed(shapes))


def is_vit(shapes: Shapes) -> bool:
    """Tell whether these are names of a Vision Transformer as timm has them."""
    stem = "patch_embed.proj.weight" in shapes or _STEM in shapes
    return stem and {"pos_embed", "blocks.0.attn.qkv.weight"} <= shapes.keys()


def network(
    shapes: Shapes, hints: Hints, heads: dict[int, int] | None = None, **more: Any
) -> dict[str, Any]:
    """Return how the network is built, as its shapes tell.

    Args:
        shapes: By timm's names.
        hints: What people said.
        heads: Attention heads by width, where the family has others than most.
        **more: What else the family knows, in the words of timm's `VisionTransformer`.

    Raises:
        InvalidRecipe: The shapes are not those of a Vision Transformer, or its heads are unknown.
    """
    width, channels, patch, columns = _patches(shapes)
    tokens = shape_of(shapes, "pos_embed", 3)[1]
    hidden = shape_of(shapes, "blocks.0.mlp.fc1.weight", 2)[0]
    halved = hidden == 2 * shape_of(shapes, "blocks.0.mlp.fc2.weight", 2)[1]
    cls = "cls_token" in shapes
    registers = shape_of(shapes, "reg_token", 3)[1] if "reg_token" in shapes else 0
    prefix = cls + registers
    bare = more.pop("no_embed_class", prefix > 0 and is_square(tokens))
    grid = tokens if bare else tokens - prefix
    if patch != columns or not is_square(grid) or math.isqrt(grid) * patch > _LARGEST:
        raise InvalidRecipe(
            f"The file's positions ({tokens} tokens, patches of {patch} by {columns} pixels) are "
            f"not those of a square image of up to {_LARGEST} pixels.",
            field="params.upload",
        )
    pool = "avg" if "fc_norm.weight" in shapes or not cls else "token"
    return {
        "kind": "vit",
        "img_size": math.isqrt(grid) * patch,
        "patch_size": patch,
        "in_chans": channels,
        "embed_dim": width,
        "depth": numbered(shapes, _BLOCK),
        "num_heads": _heads(width, hints, {**_HEADS, **(heads or {})}),
        "mlp_ratio": (hidden + 0.5) / width,  # it is rounded down again
        "swiglu": halved,
        "conv_stem": _STEM in shapes,
        "qkv_bias": "blocks.0.attn.qkv.bias" in shapes,
        "qk_norm": "blocks.0.attn.q_norm.weight" in shapes,
        "init_values": 1.0 if "blocks.0.ls1.gamma" in shapes else None,
        "class_token": cls,
        "reg_tokens": registers,
        "no_embed_class": bare,
        "pre_norm": "norm_pre.weight" in shapes,
        "fc_norm": "fc_norm.weight" in shapes,
        "global_pool": pool,
        **more,
    }


def _patches(shapes: Shapes) -> tuple[int, int, int, int]:
    """Return the width of a token, channels, and the height and width of a patch in pixels."""
    if _STEM in shapes:
        width = shape_of(shapes, "pos_embed", 3)[2]
        return width, shape_of(shapes, _STEM, 4)[1], PATCH, PATCH
    width, channels, patch, columns = shape_of(shapes, "patch_embed.proj.weight", 4)
    return width, channels, patch, columns


def _heads(width: int, hints: Hints, known: dict[int, int]) -> int:
    """Return the attention heads of a block, which no shape tells."""
    heads = hints.heads or known.get(width, width // 64 if width % 64 == 0 else 0)
    if not heads or width % heads:
        raise InvalidRecipe(
            f"The file does not tell how many attention heads a block of {width} numbers has; give "
            f"'heads', which divides {width}.",
            field="params.heads",
        )
    return heads


def is_square(number: int) -> bool:
    """Tell whether so many patches fill a square."""
    return number > 0 and math.isqrt(number) ** 2 == number
