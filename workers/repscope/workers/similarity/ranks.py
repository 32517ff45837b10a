"""Ranks of many numbers: sorted by their digits, and of any number of times each is drawn."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from repscope.workers.numerics.arrays import F32, F64, I64
from repscope.workers.numerics.compiled import nb

U64 = NDArray[np.uint64]

#: Bits of a number that one pass sorts by: three passes for 32.
_DIGIT = 11


def order(values: NDArray[Any]) -> I64:
    """Return the places of numbers in ascending order; of equal ones, the first first.

    Args:
        values: (n,) numbers without NaN; those in single precision are sorted by their digits,
            which is faster than by comparing them.
    """
    if values.dtype == np.float32:
        return (_in_order(values) & np.uint64(0xFFFFFFFF)).astype(np.int64)
    return np.argsort(values, kind="stable").astype(np.int64)


def tied(values: NDArray[Any], places: I64) -> NDArray[np.bool_]:
    """Tell which numbers, in ascending order, equal the one before.

    Args:
        values: (n,) numbers.
        places: Their order.
    """
    ascending = values[places]
    same = np.zeros(len(values), np.bool_)
    same[1:] = ascending[1:] == ascending[:-1]
    return same


def ranks(values: NDArray[Any]) -> F64:
    """Return the ranks of numbers, from 1; equal ones share the mean of theirs.

    Args:
        values: (n,) numbers without NaN.
    """
    if values.dtype == np.float32:
        return _shared(_in_order(values), np.empty(len(values)))
    places = order(values)
    return weighted_ranks(places, tied(values, places), np.ones(len(values)))


@nb.njit(nogil=True, cache=True)
def weighted_ranks(places: I64, same: NDArray[np.bool_], weights: F64) -> F64:
    """Return the ranks of numbers of which each is there several times, or not at all.

    Args:
        places: (n,) the order of the numbers.
        same: (n,) which equal the one before, in that order.
        weights: (n,) how many times each is there.

    Returns:
        (n,) the rank that each of its copies has, from 1; equal ones share the mean of theirs.
    """
    found = np.empty(len(places))
    before = 0.0
    start = 0
    while start < len(places):
        stop = start + 1
        there = weights[places[start]]
        while stop < len(places) and same[stop]:
            there += weights[places[stop]]
            stop += 1
        for place in range(start, stop):
            found[places[place]] = before + (there + 1.0) / 2.0
        before += there
        start = stop
    return found


def _in_order(values: NDArray[Any]) -> U64:
    """Sort numbers in single precision, with their places."""
    # NumPy's arrays lie in large pages, which compiled code does not ask for: half the time.
    spare = np.empty((2, len(values)), np.uint64)
    return _sorted(np.ascontiguousarray(values + np.float32(0.0)), spare[0], spare[1])  # -0 is 0


@nb.njit(nogil=True, cache=True)
def _sorted(values: F32, items: U64, others: U64) -> U64:
    """Sort by 11 bits at a time, the lowest first (radix sort).

    Args:
        values: (n,) numbers.
        items: (n,) to work in.
        others: (n,) to work in.

    Returns:
        (n,) in ascending order: bits that ascend as the numbers do, then 32 bits of the place.
    """
    count = len(values)
    bits = values.view(np.uint32)
    counts = np.zeros((3, 1 << _DIGIT), np.int64)
    mask = np.uint64((1 << _DIGIT) - 1)
    for i in range(count):
        # As whole numbers, floats ascend; negative ones do when all their bits are turned.
        key = bits[i]
        key = ~key if key >> np.uint32(31) else key | np.uint32(0x80000000)
        item = (np.uint64(key) << np.uint64(32)) | np.uint64(i)
        items[i] = item
        for step in range(3):
            counts[step, (item >> np.uint64(32 + step * _DIGIT)) & mask] += 1
    for step in range(3):
        total = 0
        for digit in range(1 << _DIGIT):
            number = counts[step, digit]
            counts[step, digit] = total
            total += number
        shift = np.uint64(32 + step * _DIGIT)
        for i in range(count):
            item = items[i]
            digit = (item >> shift) & mask
            others[counts[step, digit]] = item
            counts[step, digit] += 1
        items, others = others, items
    return items


@nb.njit(nogil=True, cache=True)
def _shared(items: U64, found: F64) -> F64:
    """Write ranks, from what `_sorted` gives; equal numbers share the mean of theirs."""
    count = len(items)
    start = 0
    while start < count:
        key = items[start] >> np.uint64(32)
        stop = start + 1
        while stop < count and items[stop] >> np.uint64(32) == key:
            stop += 1
        rank = (start + 1 + stop) / 2.0
        for place in range(start, stop):
            found[items[place] & np.uint64(0xFFFFFFFF)] = rank
        start = stop
    return found
