"""The patches to hide, however they are chosen: drawn, painted by hand, or where an object is."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import torch
from torch.nn.functional import adaptive_max_pool2d

from repscope.core.errors import InvalidRecipe
from repscope.workers.context import Readable
from repscope.workers.reconstruction.masks import Hidden, draw

MaskKind = Literal["random", "block", "grid", "center", "painted", "object", "background"]
DESCRIPTION = (
    "what is hidden: patches at random, rectangles, patches at even distances, a square in the "
    "middle, patches painted by hand, or those that the object of the image touches or does not"
)


def choose(
    kind: MaskKind,
    side: int,
    ratio: float,
    rows: Sequence[int],
    seed: tuple[int, ...],
    dataset: Readable,
    painted: Sequence[Sequence[int]],
) -> Hidden:
    """Return which patches are hidden, (images, side * side).

    Args:
        kind: How they are chosen.
        side: Patches along a side.
        ratio: Share to hide, where patches are drawn.
        rows: The images.
        seed: What the draws depend on, besides the row.
        dataset: Where the images are; has an array `masks` where objects are known.
        painted: Numbers of hidden patches of each image, where they are painted.

    Raises:
        InvalidRecipe: Numbers that are no patches, or a dataset without masks.
    """
    if kind == "painted":
        return _painted(side, len(rows), painted)
    if kind == "object":
        return _touched(side, rows, dataset)
    if kind == "background":
        return ~_touched(side, rows, dataset)
    return draw(kind, side, ratio, [(*seed, row) for row in rows])


def _painted(side: int, count: int, painted: Sequence[Sequence[int]]) -> Hidden:
    if len(painted) != count:
        raise InvalidRecipe(
            f"'painted' needs a list of patches for each of the {count} images; it has "
            f"{len(painted)}.",
            field="params.painted",
        )
    hidden = np.zeros((count, side * side), bool)
    for row, patches in zip(hidden, painted, strict=True):
        if patches and not 0 <= min(patches) <= max(patches) < side * side:
            raise InvalidRecipe(
                f"'painted' names patches by numbers from 0 to {side * side - 1}.",
                field="params.painted",
            )
        row[list(patches)] = True
    return hidden


def _touched(side: int, rows: Sequence[int], dataset: Readable) -> Hidden:
    """Return the patches with a pixel of an object."""
    if "masks" not in dataset.array_names:
        raise InvalidRecipe(
            "This dataset does not know where its objects are; choose another mask.",
            field="params.mask",
        )
    objects = torch.from_numpy(dataset.array("masks")[list(rows)] > 0).float()
    height, width = objects.shape[1:]
    square = min(height, width)  # networks see the square in the middle
    top, left = round((height - square) / 2), round((width - square) / 2)
    objects = objects[:, top : top + square, left : left + square]
    return (adaptive_max_pool2d(objects, side) > 0).flatten(1).numpy()
