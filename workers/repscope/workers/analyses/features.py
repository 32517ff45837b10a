"""Reading an embedding in blocks, so that memory does not grow with the number of images."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from repscope.core.errors import MethodFailed

BLOCK_VALUES = 2**21


def blocks(features: NDArray[Any]) -> Iterator[tuple[int, NDArray[np.float64]]]:
    """Yield the rows of an (N, d) array in float64, about 16 MB at a time, with their first row."""
    rows = max(1, BLOCK_VALUES // max(1, features.shape[1]))
    for start in range(0, len(features), rows):
        yield start, features[start : start + rows].astype(np.float64)


def mean_of(features: NDArray[Any]) -> NDArray[np.float64]:
    """Return the mean vector.

    Raises:
        MethodFailed: When the embedding holds NaN or infinity.
    """
    total = np.zeros(features.shape[1])
    for start, block in blocks(features):
        total += block.sum(axis=0)
        if not np.isfinite(total).all():
            rows = ~np.isfinite(block).all(axis=1)
            where = f"row {start + int(rows.argmax()):,}" if rows.any() else "a sum"
            raise MethodFailed(
                f"The embedding is not finite ({where}); the encoder that made it has broken down."
            )
    return total / len(features)


def variance_of(features: NDArray[Any]) -> float:
    """Return the variance of all features together, as the mean over the rows.

    Raises:
        MethodFailed: When the embedding holds NaN or infinity.
    """
    mean = mean_of(features)
    total = sum(float(np.square(block - mean).sum()) for _, block in blocks(features))
    return total / len(features)
