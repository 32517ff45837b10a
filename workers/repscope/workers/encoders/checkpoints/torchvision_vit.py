"""Vision Transformers of torchvision, whose parts have other names than timm's."""

import re

from repscope.workers.encoders.checkpoints import vit
from repscope.workers.encoders.checkpoints.found import Found, Hints, Shapes, renamed

_BLOCK = re.compile(r"encoder\.layers\.encoder_layer_(\d+)\.")
#: How names begin or are, there and in timm.
_NAMES = {
    "class_token": "cls_token",
    "conv_proj.": "patch_embed.proj.",
    "encoder.pos_embedding": "pos_embed",
    "encoder.ln.": "norm.",
}
_IN_BLOCK = {
    "ln_1.": "norm1.",
    "ln_2.": "norm2.",
    "self_attention.in_proj_": "attn.qkv.",
    "self_attention.out_proj.": "attn.proj.",
    "mlp.0.": "mlp.fc1.",
    "mlp.3.": "mlp.fc2.",
    "mlp.linear_1.": "mlp.fc1.",
    "mlp.linear_2.": "mlp.fc2.",
}


def find(shapes: Shapes, path: str, hints: Hints) -> Found | None:
    """See `Family.find`."""
    if not {"class_token", "conv_proj.weight", "encoder.pos_embedding"} <= shapes.keys():
        return None
    names = renamed(shapes, _renamed)
    own = {name: shapes[key] for name, key in names.items()}
    network = vit.network(own, hints)
    return Found("torchvision's ViT", network, names, interpolation="bilinear")


def _renamed(key: str) -> str:
    block = _BLOCK.match(key)
    if block is None:
        return _replaced(key, _NAMES)
    return f"blocks.{block[1]}.{_replaced(key[block.end() :], _IN_BLOCK)}"


def _replaced(key: str, names: dict[str, str]) -> str:
    for there, here in names.items():
        if key.startswith(there):
            return f"{here}{key.removeprefix(there)}"
    return key
