"""Output of every split: for each image the part it belongs to."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from repscope.core.errors import MethodFailed
from repscope.workers.context import Result
from repscope.workers.datasets.description import column
from repscope.workers.datasets.folders import split_named

#: Names of the parts; their numbers are the entries of the array `split`.
PARTS = ["train", "validation", "test"]
TRAIN, VALIDATION, TEST = range(3)
NONE = -1


def read_parts(names: list[str], codes: NDArray[Any]) -> NDArray[np.int8] | None:
    """Return the part of each image from a column that names parts.

    Args:
        names: What the column's categories are called.
        codes: Category of each image, -1 for none.

    Returns:
        `TRAIN`, `VALIDATION`, `TEST` or `NONE` for each image; nothing when the column is no split:
        it needs images of train, and of validation or test.
    """
    meant = [split_named(name) for name in names]
    meaning = [NONE if part is None else PARTS.index(part) for part in meant]
    known = (codes >= 0) & (codes < len(names))
    parts = np.array([*meaning, NONE], np.int8)[np.where(known, codes, -1)]
    return parts if (parts == TRAIN).any() and (parts > TRAIN).any() else None


def as_split(split: NDArray[np.int8]) -> Result:
    """Return a split as values that color and filter a map.

    Args:
        split: `TRAIN`, `VALIDATION`, `TEST` or `NONE` for each image.

    Raises:
        MethodFailed: There are no images.
    """
    if len(split) == 0:
        raise MethodFailed("The dataset has no images to divide.")
    counts = {name: int((split == part).sum()) for part, name in enumerate(PARTS)}
    meta = {
        "columns": [column("split", "Split", "category", "split", PARTS)],
        "count": len(split),
        "parts": counts,
    }
    return Result({"split": split}, meta, {name: float(size) for name, size in counts.items()})
