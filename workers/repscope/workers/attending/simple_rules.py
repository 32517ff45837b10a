"""What finds objects without learning: a disc in the middle, and colors that stand out."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from repscope.workers.attending.score import Table, cells, jaccard_of_cells

#: Areas of the disc that are tried, as shares of the image.
AREAS = tuple(round(0.02 * step, 2) for step in range(1, 48))
#: What a color is compared with.
GROUNDS = ("border", "mean")
#: Distances of colors that are tried, between 0 and the square root of the channels.
DISTANCES = tuple(round(0.02 * step, 2) for step in range(51))


def disc_scores(masks: NDArray[Any]) -> Table:
    """Score a disc in the middle of every image, pixel by pixel.

    Args:
        masks: (images, side, side), above 0 where an object is.

    Returns:
        (images, `AREAS`) Jaccard indices; NaN for an image without an object.
    """
    count, rows, columns = masks.shape
    y, x = np.mgrid[:rows, :columns]
    away = np.hypot((y + 0.5) / rows - 0.5, (x + 0.5) / columns - 0.5).ravel()
    discs = away <= np.sqrt(np.array(AREAS) / np.pi)[:, None]  # (areas, pixels)
    objects = (np.asarray(masks) > 0).reshape(count, -1).astype(np.float32)
    total = objects.sum(axis=1, dtype=np.float64)[:, None]
    both = (objects @ discs.T.astype(np.float32)).astype(np.float64)
    either = np.maximum(discs.sum(axis=1) + total - both, 1.0)
    return np.where(total > 0.0, both / either, np.nan)


def contrast_scores(colors: NDArray[Any], masks: NDArray[Any]) -> Table:
    """Score the patches whose color is far from that of the ground.

    The ground is the mean color of the outermost patches, or that of all of them.

    Args:
        colors: (images, height, width, channels) mean color of each patch, between 0 and 1.
        masks: (images, rows, columns), above 0 where an object is.

    Returns:
        (images, `GROUNDS` x `DISTANCES`) Jaccard indices; NaN for an image without an object.
    """
    count, height, width, _ = colors.shape
    inside, size = cells(masks, height, width)
    border = np.ones((height, width), bool)
    border[1:-1, 1:-1] = False
    tables = []
    for ground in (colors[:, border].mean(axis=1), colors.mean(axis=(1, 2))):
        away = np.linalg.norm(colors - ground[:, None, None], axis=-1).reshape(count, -1)
        tables += [jaccard_of_cells(away > each, inside, size) for each in DISTANCES]
    return np.stack(tables, axis=1)
