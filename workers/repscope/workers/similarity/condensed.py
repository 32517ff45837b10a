"""The condensed form of a dissimilarity matrix: the half above the diagonal, row by row.

It is SciPy's form (`scipy.spatial.distance.squareform`): the value of images i < j of n stands at
i n - i (i + 1) / 2 + j - i - 1.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray


def length(count: int) -> int:
    """Return the number of pairs of so many images."""
    return count * (count - 1) // 2


def images(pairs: int) -> int:
    """Return how many images have so many pairs.

    Raises:
        ValueError: No number of images has.
    """
    count = (1 + math.isqrt(1 + 8 * pairs)) // 2
    if length(count) != pairs:
        raise ValueError(f"{pairs} values are no condensed matrix; {length(count)} would be one.")
    return count


def offset(row: int, count: int) -> int:
    """Return where the pairs (row, row + 1), (row, row + 2), ... begin."""
    return row * count - row * (row + 1) // 2


def square(values: NDArray[Any]) -> NDArray[Any]:
    """Return the whole matrix, (n, n), zeros on its diagonal."""
    count = images(len(values))
    matrix = np.zeros((count, count), values.dtype)
    for row in range(count - 1):
        start = offset(row, count)
        matrix[row, row + 1 :] = values[start : start + count - row - 1]
    matrix += matrix.T
    return matrix


def of_rows(values: NDArray[Any], rows: NDArray[np.integer[Any]]) -> NDArray[Any]:
    """Return the condensed matrix of some of the images, in the order of `rows`.

    Args:
        values: (pairs,) condensed, of all images.
        rows: Which; one that is there twice has dissimilarity 0 to itself.
    """
    count = images(len(values))
    rows = np.asarray(rows, np.int64)
    picked = np.zeros(length(len(rows)), values.dtype)
    for i in range(len(rows) - 1):
        low, high = np.minimum(rows[i], rows[i + 1 :]), np.maximum(rows[i], rows[i + 1 :])
        same = low == high
        # The place of a pair of one image with itself is another's; its value is 0.
        place = low * count - low * (low + 1) // 2 + high - low - 1
        start = offset(i, len(rows))
        picked[start : start + len(low)] = np.where(same, 0, values[np.where(same, 0, place)])
    return picked
