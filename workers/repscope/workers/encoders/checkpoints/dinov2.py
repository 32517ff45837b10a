"""DINOv2, with registers and without (Oquab et al., 2023; Darcet et al., 2024).

Layers are scaled; the largest network has gated MLPs; networks under training keep their blocks in
chunks. Registers have no positions, and the cls token's is added to it once for all.
"""

import re

from repscope.workers.encoders.checkpoints import vit
from repscope.workers.encoders.checkpoints.found import (
    Found,
    Hints,
    Shapes,
    Weights,
    renamed,
    shape_of,
)

_CHUNK = re.compile(r"blocks\.\d+\.(\d+)\.")
_NAMES = {"register_tokens": "reg_token"}


def find(shapes: Shapes, path: str, hints: Hints) -> Found | None:
    """See `Family.find`."""
    names = renamed(shapes, _renamed)
    registers = "register_tokens" in shapes
    marks = registers or any("ls1.gamma" in key or "w12" in key for key in shapes)
    own = {name: shapes[key] for name, key in names.items()}
    if not marks or not vit.is_vit(own):
        return None
    if not registers:
        return Found("DINOv2", vit.network(own, hints), names)
    one, tokens, width = shape_of(own, "pos_embed", 3)
    changed = {"pos_embed": (one, tokens - 1, width)}
    network = vit.network({**own, **changed}, hints, no_embed_class=True)
    return Found("DINOv2 with registers", network, names, _without_cls, changed)


def _renamed(key: str) -> str:
    key = _CHUNK.sub(r"blocks.\1.", key)
    key = key.replace(".mlp.w12.", ".mlp.fc1.").replace(".mlp.w3.", ".mlp.fc2.")
    return _NAMES.get(key, key)


def _without_cls(weights: Weights) -> Weights:
    """Add the position of the cls token to it."""
    positions = weights["pos_embed"]
    cls = weights["cls_token"] + positions[:, :1]
    return {**weights, "cls_token": cls, "pos_embed": positions[:, 1:]}
