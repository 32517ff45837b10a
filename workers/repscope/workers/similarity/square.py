"""From a matrix as people save it to the condensed form, checked."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from repscope.core.errors import MethodFailed
from repscope.workers.similarity.condensed import length, offset

#: How far both halves may differ, and the diagonal be from zero, as a share of the largest value:
#: what is left of single precision after a few sums.
_TOLERANCE = 1e-5
#: Rows that are looked at together.
_BLOCK = 256


def images_of(pairs: int) -> int | None:
    """Return of how many images so many pairs are, if that is a number; two at least."""
    count = (1 + math.isqrt(1 + 8 * pairs)) // 2
    return count if count >= 2 and length(count) == pairs else None


def several(array: NDArray[Any]) -> NDArray[Any] | None:
    """Arrange dissimilarities as several matrices of the same images.

    Args:
        array: A square matrix (n, n), or several, (s, n, n), (n, n, s) or (s, t, n, n); or
            condensed ones, (pairs,), (s, pairs) or (pairs, 1).

    Returns:
        (..., n, n) or (..., pairs), with at least one axis before; nothing where it is neither.
    """
    shape = array.shape
    if array.ndim == 2 and shape[0] == shape[1] >= 2:
        return array[None]
    if array.ndim == 2 and shape[1] == 1:
        array = array.T
    if array.ndim in (1, 2):
        array = np.atleast_2d(array)
        return array if images_of(array.shape[1]) else None
    if array.ndim in (3, 4) and shape[-1] == shape[-2] >= 2:
        first = array.ndim == 4 or shape[0] != shape[1] or _mirrored(array[0])
        return array if first else np.moveaxis(array, -1, 0)
    if array.ndim == 3 and shape[0] == shape[1] >= 2:
        return np.moveaxis(array, -1, 0)
    return None


def condense(values: NDArray[Any], name: str) -> NDArray[np.float64]:
    """Return a matrix in its condensed form; of both halves the mean.

    Args:
        values: (n, n) or (pairs,).
        name: What it is called in a sentence.

    Raises:
        MethodFailed: It is not symmetric, its diagonal is not zero, or a value is no number.
    """
    if values.ndim == 1:
        if not np.isfinite(values).all():
            raise MethodFailed(f"{name} holds a value that is not finite (NaN or infinite).")
        return np.asarray(values, np.float64)
    count = len(values)
    condensed = np.empty(length(count))
    off = spread = diagonal = 0.0
    for start in range(0, count, _BLOCK):
        stop = min(start + _BLOCK, count)
        rows = np.asarray(values[start:stop], np.float64)
        if not np.isfinite(rows).all():
            i, j = np.argwhere(~np.isfinite(rows))[0]
            raise MethodFailed(
                f"{name} holds a value that is not finite (NaN or infinite) for the images "
                f"{start + i:,} and {j:,}, counted from 0; leave such images out."
            )
        columns = np.asarray(values[:, start:stop], np.float64).T
        off = max(off, float(np.abs(rows - columns).max()))
        spread = max(spread, float(np.abs(rows).max()))
        diagonal = max(diagonal, float(np.abs(np.diagonal(rows, start)).max()))
        for row in range(start, stop):
            place = offset(row, count)
            both = rows[row - start, row + 1 :] + columns[row - start, row + 1 :]
            condensed[place : place + len(both)] = both / 2.0
    if not off <= _TOLERANCE * spread:
        raise MethodFailed(
            f"{name} is not symmetric: two images differ by {off:.3g} from one side to the other."
        )
    if not diagonal <= _TOLERANCE * spread:
        raise MethodFailed(
            f"{name} has {diagonal:.3g} on its diagonal, where an image meets itself; "
            "dissimilarities are 0 there. Bring 1 minus the similarity."
        )
    return condensed


def _mirrored(matrix: NDArray[Any]) -> bool:
    return bool(np.allclose(matrix, matrix.T, atol=_TOLERANCE * float(np.abs(matrix).max())))
