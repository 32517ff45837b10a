"""Manhattan distances, compiled: no matrix product gives them."""

import numpy as np

from repscope.workers.numerics.arrays import F32
from repscope.workers.numerics.compiled import nb

#: Numbers of a row at a time, so that the rows of a block stay in the cache.
_STRIP = 1024


@nb.njit(nogil=True, cache=True, fastmath=True)
def block(ours: F32, theirs: F32) -> F32:
    """Return the sums of absolute differences of all pairs.

    Args:
        ours: (m, d) float32.
        theirs: (n, d) float32.

    Returns:
        (m, n) float32; summed in strips, which keeps the error below that of one long sum.
    """
    width = ours.shape[1]
    sums = np.zeros((len(ours), len(theirs)), np.float32)
    for i in range(len(ours)):
        for first in range(0, width, _STRIP):
            last = min(first + _STRIP, width)
            for j in range(len(theirs)):
                strip = np.float32(0.0)
                for k in range(first, last):
                    strip += abs(ours[i, k] - theirs[j, k])
                sums[i, j] += strip
    return sums
