"""Representational dissimilarity matrices (Kriegeskorte, Mur and Bandettini, 2008).

All measures but Manhattan follow from products of rows, which are made a block at a time, of the
half above the diagonal alone, and written at once where they belong: nothing as large as the whole
matrix is ever held beside the result.
"""

import math
from threading import local
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from repscope.workers.numerics.arrays import F32
from repscope.workers.numerics.blocks import Progress, bounds, share
from repscope.workers.similarity.cityblock import block
from repscope.workers.similarity.condensed import length, offset

Measure = Literal["correlation", "cosine", "euclidean", "sqeuclidean", "manhattan"]

#: Rows of a block.
_BLOCK = 128
#: A squared distance below this share of what it is the difference of has lost digits in single
#: precision; its block is made anew in double.
_CANCELED = 0.05


def dissimilarities(
    features: NDArray[Any],
    measure: Measure,
    progress: Progress | None = None,
    out: F32 | None = None,
) -> F32:
    """Return the dissimilarity of every pair of rows.

    Args:
        features: (n, d) real numbers; n at least 2.
        measure: `correlation` and `cosine` are 1 minus Pearson's correlation or the cosine of two
            rows, 0 to 2; a row that does not vary, or is zero, is at 1 from all others, and at 0
            from its like. The others are distances as in `scipy.spatial.distance.pdist`, where
            Manhattan is `cityblock`.
        progress: Called with the share done; cancels by raising.
        out: Where the result goes, such as a file that is mapped; by default a new array.

    Returns:
        (n (n - 1) / 2,) float32, condensed as SciPy does it. Within 1e-6 of the largest value.
    """
    count = len(features)
    condensed = np.empty(length(count), np.float32) if out is None else out
    make = _Cityblock(features) if measure == "manhattan" else _Products(features, measure)

    def work(bounds: tuple[int, int]) -> None:
        start, stop = bounds
        made = make(start, stop)  # (stop - start, count - start)
        for row in range(start, stop):
            place = offset(row, count)
            values = made[row - start, row - start + 1 :]
            condensed[place : place + len(values)] = values

    blocks = bounds(count - 1, _BLOCK)
    share(work, blocks, len(blocks), progress)
    return condensed


class _Products:
    """Blocks of the measures that follow from products of rows.

    All are squared distances: of rows of length 1 they are twice 1 minus the cosine. Rows are
    centered before, which changes no distance. Then no row is further from the origin than from the
    one that is furthest from it, so what rounding does is small beside the largest value.
    """

    def __init__(self, features: NDArray[Any], measure: Measure) -> None:
        self._root = measure == "euclidean"
        angular = measure in ("correlation", "cosine")
        exact = np.asarray(features, np.float64)
        if angular:
            exact = _directions(exact, centered=measure == "correlation")
        self._still: NDArray[np.bool_] = np.full(len(exact), angular) & ~exact.any(axis=1)
        exact = exact - exact.mean(axis=0)
        if angular:
            exact *= math.sqrt(0.5)
        self._exact = exact
        self._squares = np.einsum("ij,ij->i", exact, exact)
        # |a - b|^2 = (-2 a, |a|^2, 1) . (b, 1, |b|^2): one product gives the distance.
        ones, squares = np.ones((len(exact), 1)), self._squares[:, None]
        self._ours = np.hstack([-2.0 * exact, squares, ones]).astype(np.float32)
        self._theirs = np.hstack([exact, ones, squares]).astype(np.float32)
        self._local = local()

    def __call__(self, start: int, stop: int) -> F32:
        block = self._buffer((stop - start, len(self._exact) - start))
        np.matmul(self._ours[start:stop], self._theirs[start:].T, out=block)
        own = np.arange(stop - start)
        block[own, own] = np.inf  # that a row cancels with itself is no loss, and nobody reads it
        if self._root and block.min() < 2.0 * _CANCELED * self._squares.max():
            self._mend(block, start, stop)
        np.maximum(block, 0.0, out=block)
        if self._root:
            np.sqrt(block, out=block)
        self._set_still(block, start, stop)
        return block

    def _mend(self, block: F32, start: int, stop: int) -> None:
        """Make a block anew in double precision, where single has lost digits."""
        sums = self._squares[start:stop, None] + self._squares[start:]
        if (block < _CANCELED * sums).any():
            block[:] = sums - 2.0 * (self._exact[start:stop] @ self._exact[start:].T)

    def _buffer(self, shape: tuple[int, int]) -> F32:
        """Return a block for this thread to fill; the one before is not read any more."""
        if not hasattr(self._local, "buffer"):
            self._local.buffer = np.empty(_BLOCK * len(self._exact), np.float32)
        buffer: F32 = self._local.buffer
        return buffer[: shape[0] * shape[1]].reshape(shape)

    def _set_still(self, block: F32, start: int, stop: int) -> None:
        """What points nowhere is at 1 from what points somewhere."""
        if self._still.any():
            ours, theirs = self._still[start:stop, None], self._still[start:]
            block[ours ^ theirs] = 1.0
            block[ours & theirs] = 0.0


def _directions(rows: NDArray[np.float64], *, centered: bool) -> NDArray[np.float64]:
    """Scale rows to length 1, after their own mean is taken off where `centered`."""
    largest = np.abs(rows).max(axis=1, keepdims=True, initial=0.0)
    if centered:
        rows = rows - rows.mean(axis=1, keepdims=True)
        # What is left of equal numbers is rounding, and points nowhere.
        rows[np.abs(rows).max(axis=1) <= 1e-12 * largest[:, 0]] = 0.0
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(norms == 0.0, 1.0, norms)


class _Cityblock:
    """Blocks of sums of absolute differences."""

    def __init__(self, features: NDArray[Any]) -> None:
        self._rows = np.ascontiguousarray(features, np.float32)

    def __call__(self, start: int, stop: int) -> F32:
        return block(self._rows[start:stop], self._rows[start:])
