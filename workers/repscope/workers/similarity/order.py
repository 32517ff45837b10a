"""How many pairs two orders agree on."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from repscope.workers.numerics.arrays import F64, I64
from repscope.workers.numerics.compiled import nb
from repscope.workers.similarity.ranks import order, tied


def concordance(x: NDArray[Any], y: NDArray[Any]) -> int:
    """Return the number of pairs in the same order in both, less those in opposite order.

    In n log n steps (Knight, 1966); a pair that is tied in either counts as nothing.

    Args:
        x: (n,) numbers.
        y: (n,) numbers.
    """
    if len(x) < 2:
        return 0
    up = order(y)
    equal_y = tied(y, up)
    levels = np.empty(len(y), np.int64)
    levels[up] = np.cumsum(~equal_y)
    # Sorting keeps the order of equal numbers: by x, and within equal x by y.
    across = up[order(x[up])]
    equal_x = tied(x, across)
    levels = levels[across]
    equal_both = equal_x.copy()
    equal_both[1:] &= levels[1:] == levels[:-1]
    pairs = len(x) * (len(x) - 1) // 2
    without = _pairs(equal_x) + _pairs(equal_y) - _pairs(equal_both)
    # Within equal x, y rises, so only pairs of different x are swapped.
    return pairs - without - 2 * int(_swaps(levels))


@nb.njit(nogil=True, cache=True)
def _pairs(same: NDArray[np.bool_]) -> int:
    """Count pairs of equal numbers, from which of them equal the one before."""
    pairs, run = 0, 0
    for place in range(len(same)):
        run = run + 1 if same[place] else 0
        pairs += run
    return pairs


@nb.njit(nogil=True, cache=True)
def _swaps(values: I64) -> int:
    """Count pairs i < j of which the first is larger; sorts `values` by merging."""
    spare = np.empty_like(values)
    swaps = 0
    width = 1
    while width < len(values):
        for start in range(0, len(values), 2 * width):
            middle = min(start + width, len(values))
            stop = min(start + 2 * width, len(values))
            i, j = start, middle
            for place in range(start, stop):
                if i < middle and (j >= stop or values[i] <= values[j]):
                    spare[place] = values[i]
                    i += 1
                else:
                    spare[place] = values[j]
                    swaps += middle - i
                    j += 1
        values, spare = spare, values
        width *= 2
    return swaps


@nb.njit(nogil=True, cache=True)
def weighted_concordance(places: I64, same: NDArray[np.bool_], other: I64, weights: F64) -> float:
    """Return what `concordance` does, of numbers that are there several times, or not at all.

    Args:
        places: (n,) the order of the first numbers.
        same: (n,) which of them equal the one before, in that order.
        other: (n,) the others, as places among their distinct values, from 0.
        weights: (n,) how many times each is there.
    """
    count = len(places)
    width = other.max() + 1 if count else 0
    sums = np.zeros(width + 1)  # a Fenwick tree: sums over ranges of values in log n steps
    seen, found = 0.0, 0.0
    start = 0
    while start < count:
        stop = start + 1
        while stop < count and same[stop]:
            stop += 1
        for place in range(start, stop):
            at = places[place]
            weight = weights[at]
            if weight == 0.0:
                continue
            below, through = 0.0, 0.0
            node = other[at]
            while node > 0:
                below += sums[node]
                node -= node & -node
            node = other[at] + 1
            while node > 0:
                through += sums[node]
                node -= node & -node
            found += weight * (below - (seen - through))
        for place in range(start, stop):
            at = places[place]
            weight = weights[at]
            seen += weight
            node = other[at] + 1
            while node <= width:
                sums[node] += weight
                node += node & -node
        start = stop
    return found
