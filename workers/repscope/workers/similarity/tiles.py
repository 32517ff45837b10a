"""From tiles of a matrix to its condensed form, compiled: one pass while they are in the cache."""

import numpy as np

from repscope.workers.numerics.arrays import F32
from repscope.workers.numerics.compiled import nb

#: A squared distance below this share of what it is the difference of has lost digits in single
#: precision.
CANCELED = np.float32(0.05)


@nb.njit(nogil=True, cache=True)
def finish(products: F32, squares: F32, start: int, left: int, root: bool, out: F32) -> bool:
    """Make distances of products, and write those above the diagonal where they belong.

    Args:
        products: (m, k) products of rows `start`, ... with rows `left`, ...
        squares: (n,) squared lengths of all rows.
        start: First row of the tile.
        left: First column of the tile.
        root: Whether to take the square root.
        out: (n (n - 1) / 2,) takes the distances.

    Returns:
        Whether one of them has lost digits.
    """
    count = len(squares)
    near = 0
    for i in range(products.shape[0]):
        row = start + i
        first = max(left, row + 1)
        width = left + products.shape[1] - first
        place = row * count - row * (row + 1) // 2 + first - row - 1
        target = out[place : place + width]
        line = products[i, first - left :]
        theirs = squares[first:]
        own = squares[row]
        for j in range(width):
            both = own + theirs[j]
            value = both - np.float32(2.0) * line[j]
            near += value < CANCELED * both
            target[j] = max(value, np.float32(0.0))
        if root:
            for j in range(width):
                target[j] = np.sqrt(target[j])
    return near > 0


@nb.njit(nogil=True, cache=True)
def put(tile: F32, start: int, left: int, count: int, out: F32) -> None:
    """Write what is above the diagonal where it belongs.

    Args:
        tile: (m, k) values of rows `start`, ... and columns `left`, ...
        start: First row of the tile.
        left: First column of the tile.
        count: How many rows there are in all.
        out: (count (count - 1) / 2,) takes the values.
    """
    for i in range(tile.shape[0]):
        row = start + i
        first = max(left, row + 1)
        place = row * count - row * (row + 1) // 2 + first - row - 1
        for j in range(first - left, tile.shape[1]):
            out[place + j - (first - left)] = tile[i, j]
