"""How many nearest neighbors two embeddings share (Huh, Cheung, Wang and Isola, 2024)."""

import numpy as np

from repscope.workers.numerics.arrays import I32
from repscope.workers.numerics.compiled import nb


@nb.njit(nogil=True, cache=True)
def overlap(x: I32, y: I32) -> float:
    """Return the mean share of neighbors that are the same, in any order.

    Args:
        x: (n, k) row numbers of each row's neighbors, none twice.
        y: (n, k) those of the other embedding.
    """
    count, k = x.shape
    marked = np.full(count, -1, np.int64)
    shared = 0
    for row in range(count):
        for place in range(k):
            marked[x[row, place]] = row
        for place in range(k):
            if marked[y[row, place]] == row:
                shared += 1
    return shared / (count * k)
