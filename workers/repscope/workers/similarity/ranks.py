"""Ranks of many numbers: sorted by their digits, and of any number of times each is drawn."""

from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from repscope.workers.numerics.arrays import F32, F64, I64

#: Bits of a number that one pass sorts by: three passes for 32.
_DIGIT = 11


def order(values: NDArray[Any]) -> I64:
    """Return the places of numbers in ascending order; of equal ones, the first first.

    Args:
        values: (n,) numbers without NaN; those in single precision are sorted by their digits,
            which is faster than by comparing them.
    """
    if values.dtype == np.float32:
        return _by_digits(np.ascontiguousarray(values + np.float32(0.0)))  # -0 is 0
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
    places = order(values)
    return weighted_ranks(places, tied(values, places), np.ones(len(values)))


@numba.njit(nogil=True, cache=True)
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


@numba.njit(nogil=True, cache=True)
def _by_digits(values: F32) -> I64:
    """Sort by 11 bits at a time, the lowest first (radix sort)."""
    count = len(values)
    bits = values.view(np.uint32)
    keys = np.empty(count, np.uint32)
    counts = np.zeros((3, 1 << _DIGIT), np.int64)
    mask = np.uint32((1 << _DIGIT) - 1)
    for i in range(count):
        # As whole numbers, floats ascend; negative ones do when all their bits are turned.
        key = bits[i]
        key = ~key if key >> np.uint32(31) else key | np.uint32(0x80000000)
        keys[i] = key
        counts[0, key & mask] += 1
        counts[1, (key >> np.uint32(_DIGIT)) & mask] += 1
        counts[2, key >> np.uint32(2 * _DIGIT)] += 1
    places = np.arange(count)
    others, other_keys = np.empty(count, np.int64), np.empty(count, np.uint32)
    for step in range(3):
        total = 0
        for digit in range(1 << _DIGIT):
            number = counts[step, digit]
            counts[step, digit] = total
            total += number
        shift = np.uint32(step * _DIGIT)
        for i in range(count):
            key = keys[i]
            digit = (key >> shift) & mask
            to = counts[step, digit]
            counts[step, digit] += 1
            others[to] = places[i]
            other_keys[to] = key
        places, others = others, places
        keys, other_keys = other_keys, keys
    return places
