"""Residual networks: torchvision's names, which timm, MoCo, SimCLR, Barlow Twins and DINO share.

Lightly and others keep the layers in a row, so that names are numbers: those are turned back. A
first convolution of 3 by 3 is that for small images, which keeps their size (Chen et al., 2020,
"A Simple Framework for Contrastive Learning", appendix B.9). Lightly's own network for those calls
what is added to a block its shortcut; its layers in a row lack the ReLU before the first stage,
which the network itself applies in passing.
"""

import re
from typing import Any

from repscope.workers.encoders.checkpoints.found import (
    Found,
    Hints,
    Shapes,
    numbered,
    renamed,
    shape_of,
)

_BLOCKS = [re.compile(rf"layer{stage}\.(\d+)\.") for stage in range(1, 5)]
#: Names of numbers in a row of conv1, bn1, relu, maxpool and the stages.
_ROW = {"0": "conv1", "1": "bn1", **{str(3 + stage): f"layer{stage}" for stage in range(1, 5)}}
#: The same of lightly's network for small images, which has no module for ReLU and none to pool.
_BARE_ROW = {"0": "conv1", "1": "bn1", **{str(1 + stage): f"layer{stage}" for stage in range(1, 5)}}
#: Side of the images where a file does not tell it, large and small.
_SIDE, _SMALL_SIDE = 224, 32


def find(shapes: Shapes, path: str, hints: Hints) -> Found | None:
    """See `Family.find`."""
    for row in ({}, _BARE_ROW, _ROW):
        names = renamed(shapes, lambda key, row=row: _from_row(key, row))  # type: ignore[misc]
        own = {name: shapes[key] for name, key in names.items()}
        if {"conv1.weight", "bn1.weight", "layer1.0.conv1.weight"} <= own.keys():
            network = _network(own) | {"stem_relu": row is not _BARE_ROW}
            return Found("ResNet", network, names, interpolation="bilinear")
    return None


def _from_row(key: str, row: dict[str, str]) -> str:
    number, dot, rest = key.partition(".")
    return f"{row.get(number, number)}{dot}{rest.replace('.shortcut.', '.downsample.')}"


def _network(shapes: Shapes) -> dict[str, Any]:
    """Return how the network is built, in the words of timm's `ResNet`."""
    _, channels, kernel, _ = shape_of(shapes, "conv1.weight", 4)
    deep = "layer1.0.conv3.weight" in shapes
    wide, narrow = shape_of(shapes, "layer1.0.conv2.weight", 4)[:2]
    groups = max(1, wide // narrow) if deep else 1
    last = "conv3" if deep else "conv2"
    outs = [shape_of(shapes, f"layer{s}.0.{last}.weight", 4)[0] for s in range(1, 5)]
    planes = [out // 4 if deep else out for out in outs]
    return {
        "kind": "resnet",
        "img_size": _SMALL_SIDE if kernel == 3 else _SIDE,
        "in_chans": channels,
        "block": "bottleneck" if deep else "basic",
        "layers": [numbered(shapes, pattern) for pattern in _BLOCKS],
        "channels": planes,
        "cardinality": groups,
        "base_width": -(-wide * 64 // (max(1, planes[0]) * groups)) if deep else 64,
        "small_images": kernel == 3,
    }
