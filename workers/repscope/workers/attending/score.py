"""How well attention finds objects: the Jaccard index of thresholded maps (Caron et al., 2021).

A rule has settings, such as which head is read and how much of its attention is kept. They are
chosen on some images and the score is that of others: the best of twelve heads is better than
chance even where all of them are random.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from repscope.workers.attending.mass import keep_mass
from repscope.workers.encoders.preprocess import Preprocess

#: Shares of attention that a threshold is chosen from.
MASSES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)

Table = NDArray[np.float64]
Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Chosen:
    """A rule whose setting was chosen on training images.

    Attributes:
        setting: Its number among those that were tried.
        train: Mean Jaccard index over the images that chose it.
        test: Jaccard index of each other image.
    """

    setting: int
    train: float
    test: Table

    @property
    def mean(self) -> float:
        """The score: mean over images that chose nothing."""
        return float(self.test.mean())

    @property
    def error(self) -> float:
        """Standard error of that mean over images; 0 for a single one."""
        count = len(self.test)
        return float(self.test.std(ddof=1) / np.sqrt(count)) if count > 1 else 0.0


def choose(table: Table, train: Rows, test: Rows) -> Chosen:
    """Choose a setting on some images and score it on others.

    Args:
        table: (images, settings) Jaccard indices.
        train: Rows that choose, at least one.
        test: Rows that are scored, at least one, none of them in `train`.
    """
    means = table[train].mean(axis=0)
    setting = int(means.argmax())
    return Chosen(setting, float(means[setting]), table[test, setting])


def head_scores(maps: NDArray[Any], masks: NDArray[Any], masses: Sequence[float] = MASSES) -> Table:
    """Score every head at every threshold.

    A kept patch covers its pixels wholly (nearest neighbor, as in DINO's evaluation).

    Args:
        maps: (images, heads, height, width) attention, not negative.
        masks: (images, rows, columns), above 0 where an object is; the same square that the network
            sees, in any resolution.
        masses: Shares of attention to keep.

    Returns:
        (images, heads, masses) Jaccard indices; NaN for an image without an object.
    """
    count, heads, height, width = maps.shape
    inside, size = cells(masks, height, width)
    flat = maps.reshape(count, heads, height * width)
    out = np.empty((count, heads, len(masses)))
    for number, mass in enumerate(masses):
        kept = keep_mass(flat, mass)
        out[:, :, number] = jaccard_of_cells(kept, inside[:, None], size)
    return out


def seen_masks(masks: NDArray[Any], preprocess: Preprocess) -> NDArray[np.bool_]:
    """Return the masks of objects as a network sees the images.

    Args:
        masks: (images, height, width), as large as the images or in their proportions, above 0
            where an object is.
        preprocess: How images become the network's input; masks are scaled and cut alike, by the
            nearest pixel.

    Returns:
        (images, side, side) with the side of the network's input.
    """
    masks = np.asarray(masks > 0)
    height, width = masks.shape[1:]
    size, shorter = preprocess.image_size, preprocess.shorter
    scaled = [side * shorter // min(height, width) for side in (height, width)]
    if preprocess.fit == "squash":
        scaled = [shorter, shorter]
    down, across = (
        ((np.arange(size) + round((long - size) / 2) + 0.5) * side / long).astype(int)
        for long, side in zip(scaled, (height, width), strict=True)
    )
    return np.asarray(masks[:, down][:, :, across])


def cells(masks: NDArray[Any], height: int, width: int) -> tuple[Table, Table]:
    """Count the pixels of objects under each patch.

    Args:
        masks: (images, rows, columns), above 0 where an object is.
        height: Patches from top to bottom.
        width: Patches from left to right.

    Returns:
        (images, patches) pixels of an object, and (patches,) pixels.
    """
    objects = np.asarray(masks) > 0
    _, rows, columns = objects.shape
    down = _owners(rows, height)  # (height, rows)
    across = _owners(columns, width)  # (width, columns)
    inside = (objects @ across.T).transpose(0, 2, 1) @ down.T  # (images, width, height)
    size = down.sum(axis=1)[:, None] * across.sum(axis=1)
    return inside.transpose(0, 2, 1).reshape(len(objects), -1), size.ravel()


def _owners(pixels: int, patches: int) -> Table:
    """Return which patch each pixel belongs to, (patches, pixels) of 0 and 1."""
    owner = np.arange(pixels) * patches // pixels
    return (owner == np.arange(patches)[:, None]).astype(np.float64)


def jaccard_of_cells(kept: NDArray[np.bool_], inside: Table, size: Table) -> Table:
    """Return the Jaccard index of kept patches with an object.

    Args:
        kept: (..., patches).
        inside: Pixels of an object under each patch, of a shape that goes with it.
        size: (patches,) pixels under each patch.

    Returns:
        Intersection over union, without the last axis; NaN where there is no object.
    """
    total = inside.sum(axis=-1)
    both = (kept * inside).sum(axis=-1)
    either = (kept * size).sum(axis=-1) + total - both
    return np.where(total > 0.0, both / np.where(either > 0.0, either, 1.0), np.nan)
