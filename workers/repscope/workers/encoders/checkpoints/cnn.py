"""The plain convolutional network that Repscope trains, downloaded and brought back."""

import re

from repscope.workers.encoders.checkpoints.found import (
    Found,
    Hints,
    Shapes,
    numbered,
    renamed,
    shape_of,
)

_STAGE = re.compile(r"stages\.(\d+)\.")
_SIDE = 32


def find(shapes: Shapes, path: str, hints: Hints) -> Found | None:
    """See `Family.find`."""
    if "stages.0.norm2.weight" not in shapes or "stages.0.conv1.weight" not in shapes:
        return None
    width, channels, _, _ = shape_of(shapes, "stages.0.conv1.weight", 4)
    network = {
        "kind": "cnn",
        "img_size": _SIDE,
        "in_chans": channels,
        "width": width,
        "depth": numbered(shapes, _STAGE, most=8),
    }
    return Found("Convolutional network", network, renamed(shapes), interpolation="bilinear")
