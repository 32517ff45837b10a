"""Which patches of an image are hidden.

Every image has draws of its own, so a mask does not change when another image joins. With the same
seed a larger share hides the same patches and more, in every kind.
"""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

#: `True` where a patch is hidden, (images, side * side), row by row.
Hidden = NDArray[np.bool_]
DrawnKind = Literal["random", "block", "grid", "center"]

#: Sides of a block in shares of the grid, and how far from square it may be (Bao et al., 2022).
_BLOCK_AREA = (0.08, 0.25)
_BLOCK_ASPECT = 0.3
#: Order in which the places of a 4 by 4 tile are hidden (Bayer, 1973): what is left is as evenly
#: spread as can be, at one half a checkerboard and at three quarters every other row and column.
_BAYER = np.array([[15, 7, 13, 5], [3, 11, 1, 9], [12, 4, 14, 6], [0, 8, 2, 10]])


def count_hidden(patches: int, ratio: float) -> int:
    """Return how many patches a share of them is, as the masked autoencoder rounds; one stays."""
    return patches - max(1, int(patches * (1.0 - ratio)))


def draw(kind: DrawnKind, side: int, ratio: float, seeds: list[tuple[int, ...]]) -> Hidden:
    """Draw a mask for each image.

    Args:
        kind: `random` hides patches one by one, `block` rectangles, `grid` at even distances, and
            `center` those nearest to the middle.
        side: Patches along a side.
        ratio: Share to hide, 0 to 1.
        seeds: Of each image, whatever its draws depend on.

    Returns:
        (images, side * side); every image has the same number of hidden patches.
    """
    order = _ORDERS[kind]
    hidden = np.zeros((len(seeds), side * side), bool)
    count = count_hidden(side * side, ratio)
    for row, seed in zip(hidden, seeds, strict=True):
        row[order(side, np.random.default_rng(seed))[:count]] = True
    return hidden


def _random(side: int, rng: np.random.Generator) -> NDArray[np.intp]:
    return rng.permutation(side * side)


def _block(side: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """Put down rectangles at random places until they cover all."""
    place = np.arange(side * side).reshape(side, side)
    parts, left = [], side * side
    covered = np.zeros(side * side, bool)
    while left:
        area = rng.uniform(*_BLOCK_AREA) * side * side
        aspect = np.exp(rng.uniform(np.log(_BLOCK_ASPECT), -np.log(_BLOCK_ASPECT)))
        height = int(np.clip(round(np.sqrt(area * aspect)), 1, side))
        width = int(np.clip(round(np.sqrt(area / aspect)), 1, side))
        top, start = rng.integers(side - height + 1), rng.integers(side - width + 1)
        block = place[top : top + height, start : start + width].ravel()
        new = block[~covered[block]]
        covered[new] = True
        left -= len(new)
        parts.append(new)
    return np.concatenate(parts)


def _grid(side: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """Hide in the order of a dither matrix, shifted at random."""
    tiles = -(-side // len(_BAYER))
    ranks = np.roll(np.tile(_BAYER, (tiles, tiles)), rng.integers(len(_BAYER), size=2), (0, 1))
    return np.argsort(ranks[:side, :side].ravel(), kind="stable")


def _center(side: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """Hide a square that grows from the middle, its sides before its corners."""
    away = np.abs(np.arange(side) - (side - 1) / 2)
    square = np.maximum(away[:, None], away[None, :])
    return np.lexsort(((away[:, None] + away[None, :]).ravel(), square.ravel()))


_ORDERS = {"random": _random, "block": _block, "grid": _grid, "center": _center}
