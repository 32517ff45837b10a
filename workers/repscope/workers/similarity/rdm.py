"""Representational dissimilarity matrices (Kriegeskorte, Mur and Bandettini, 2008).

All measures but Manhattan follow from products of rows, which are made a tile at a time, of the
half above the diagonal alone, and written at once where they belong: nothing as large as the whole
matrix is ever held beside the result.
"""

import math
from collections.abc import Iterator
from threading import local
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from repscope.workers.numerics.arrays import F32, F64
from repscope.workers.numerics.blocks import Progress, bounds, share
from repscope.workers.similarity.cityblock import block
from repscope.workers.similarity.condensed import length
from repscope.workers.similarity.tiles import finish, put

Measure = Literal["correlation", "cosine", "euclidean", "sqeuclidean", "manhattan"]

#: Rows and columns of a tile: 2 MB, which stay in the cache until they are written.
_ROWS, _COLUMNS = 256, 2048


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
    fill = _Cityblock(features) if measure == "manhattan" else _Products(features, measure)
    tiles = list(_tiles(count))
    share(lambda tile: fill(*tile, condensed), tiles, len(tiles), progress)
    return condensed


def _tiles(count: int) -> Iterator[tuple[int, int, int, int]]:
    """Iterate over first and last row, first and last column of tiles above the diagonal."""
    for start, stop in bounds(count - 1, _ROWS):
        for left in range(start, count, _COLUMNS):
            yield start, stop, left, min(left + _COLUMNS, count)


class _Products:
    """Tiles of the measures that follow from products of rows.

    All are squared distances: of rows of length 1 they are twice 1 minus the cosine. Rows are
    centered before, which changes no distance. Then no row is further from the origin than from the
    one that is furthest from it, so what rounding does is small beside the largest value.
    """

    def __init__(self, features: NDArray[Any], measure: Measure) -> None:
        self._root = measure == "euclidean"
        angular = measure in ("correlation", "cosine")
        count, width = features.shape
        blocks = bounds(count, _ROWS)
        exact = np.empty((count, width))
        sums = np.empty((len(blocks), width))
        still = np.zeros(count, np.bool_)

        def read(number: int) -> None:
            rows = slice(*blocks[number])
            exact[rows] = features[rows]
            if angular:
                exact[rows] = directions(exact[rows], centered=measure == "correlation")
                still[rows] = ~exact[rows].any(axis=1)
            sums[number] = exact[rows].sum(axis=0)

        share(read, range(len(blocks)), len(blocks))
        mean = sums.sum(axis=0) / count
        squares = np.empty(count)
        single = np.empty((count, width), np.float32)

        def center(number: int) -> None:
            rows = slice(*blocks[number])
            exact[rows] -= mean
            if angular:
                exact[rows] *= math.sqrt(0.5)
            squares[rows] = np.einsum("ij,ij->i", exact[rows], exact[rows])
            single[rows] = exact[rows]

        share(center, range(len(blocks)), len(blocks))
        self._exact: F64 | None = exact if self._root else None
        self._squares = squares
        self._single_squares = squares.astype(np.float32)
        self._single = single
        self._still = still
        self._any_still = bool(still.any())
        self._local = local()

    def __call__(self, start: int, stop: int, left: int, right: int, out: F32) -> None:
        tile = self._buffer(stop - start, right - left)
        np.matmul(self._single[start:stop], self._single[left:right].T, out=tile)
        squares = self._single_squares
        near = finish(tile, squares, start, left, self._root, out)
        if near and self._root:
            self._mend(start, stop, left, right, out)
        if self._any_still:
            self._set_still(start, stop, left, right, out)

    def _mend(self, start: int, stop: int, left: int, right: int, out: F32) -> None:
        """Make a tile anew in double precision, where single has lost digits."""
        assert self._exact is not None, "kept for distances"
        sums = self._squares[start:stop, None] + self._squares[left:right]
        exact = sums - 2.0 * (self._exact[start:stop] @ self._exact[left:right].T)
        distances = np.sqrt(np.maximum(exact, 0.0)).astype(np.float32)
        put(distances, start, left, len(self._squares), out)

    def _buffer(self, rows: int, columns: int) -> F32:
        """Return a tile for this thread to fill; the one before is not read any more."""
        if not hasattr(self._local, "buffer"):
            self._local.buffer = np.empty(_ROWS * _COLUMNS, np.float32)
        buffer: F32 = self._local.buffer
        return buffer[: rows * columns].reshape(rows, columns)

    def _set_still(self, start: int, stop: int, left: int, right: int, out: F32) -> None:
        """What points nowhere is at 1 from what points somewhere."""
        ours, theirs = self._still[start:stop, None], self._still[left:right]
        rows, columns = np.nonzero(ours | theirs)
        rows, columns = rows + start, columns + left
        above = columns > rows
        rows, columns = rows[above], columns[above]
        count = len(self._still)
        places = rows * count - rows * (rows + 1) // 2 + columns - rows - 1
        out[places] = self._still[rows] ^ self._still[columns]


def directions(rows: NDArray[np.float64], *, centered: bool) -> NDArray[np.float64]:
    """Scale rows to length 1, after their own mean is taken off where `centered`."""
    largest = np.abs(rows).max(axis=1, keepdims=True, initial=0.0)
    if centered:
        rows = rows - rows.mean(axis=1, keepdims=True)
        # What is left of equal numbers is rounding, and points nowhere.
        rows[np.abs(rows).max(axis=1) <= 1e-12 * largest[:, 0]] = 0.0
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(norms == 0.0, 1.0, norms)


class _Cityblock:
    """Tiles of sums of absolute differences."""

    def __init__(self, features: NDArray[Any]) -> None:
        self._rows = np.ascontiguousarray(features, np.float32)

    def __call__(self, start: int, stop: int, left: int, right: int, out: F32) -> None:
        tile = block(self._rows[start:stop], self._rows[left:right])
        put(tile, start, left, len(self._rows), out)
