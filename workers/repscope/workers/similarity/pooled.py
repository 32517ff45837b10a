"""Parts of a dissimilarity matrix of any size, at any zoom, without making the matrix."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from repscope.workers.numerics.arrays import F32, F64
from repscope.workers.similarity.cityblock import block
from repscope.workers.similarity.rdm import Measure, directions

#: Up to so many rows all pairs tell how dissimilarities are distributed, beyond it a sample.
ALL_PAIRS = 2000
SAMPLED_PAIRS = 200_000
#: Quantiles that are kept, both ends among them.
QUANTILES = 257
#: Where in its block an image stands that is compared by Manhattan distance; two neighbors in this
#: list are never the same image where a block has two.
_PLACES = (0.0, 0.5, 0.25, 0.75)
_MEETINGS = ((0, 1), (1, 0), (2, 3), (3, 2))


class Pooled:
    """A dissimilarity matrix that is only looked at.

    A pixel covers `step` x `step` pairs and is their mean. For measures that follow from products
    it is exact: with u the rows as unit vectors, the mean of 1 - u.v over two blocks is 1 minus the
    product of the blocks' mean vectors, and that of |a - b|^2 is the mean of |a|^2, plus that of
    |b|^2, minus twice that product. Of Euclidean distances it is the root of the mean square. For
    Manhattan four pairs of each pixel are evaluated.
    """

    def __init__(self, features: NDArray[Any], measure: Measure) -> None:
        """Prepare the vectors.

        Args:
            features: (n, d) real numbers, in the order of the matrix; n at least 2.
            measure: As in `rdm.dissimilarities`.
        """
        self.measure = measure
        self.count = len(features)
        self._angular = measure in ("correlation", "cosine")
        exact = np.asarray(features, np.float64)
        if self._angular:
            exact = directions(exact, centered=measure == "correlation")
        elif measure != "manhattan":
            exact = exact - exact.mean(axis=0)  # changes no distance, and saves digits
        self._still: NDArray[np.bool_] = np.full(self.count, self._angular)
        self._still &= ~exact.any(axis=1)
        self._rows: F32 = np.ascontiguousarray(exact, np.float32)
        self._pools: dict[int, tuple[F32, F64, F64]] = {}

    def tile(self, top: int, left: int, step: int, height: int, width: int) -> F32:
        """Return a part of the matrix.

        Args:
            top: First row of the matrix, a multiple of `step`.
            left: First column, a multiple of `step`.
            step: Rows and columns that a pixel covers.
            height: Pixels, at most those that there are.
            width: Pixels.

        Returns:
            (height, width) mean dissimilarities. Pairs of an image with itself count for nothing,
            and are 0 where a pixel has no other.
        """
        ours = slice(top // step, top // step + height)
        theirs = slice(left // step, left // step + width)
        if self.measure == "manhattan":
            return self._sampled(ours, theirs, step)
        means, squares, still = self._pool(step)
        # Double: a small distance between long vectors is a difference of large numbers.
        tile: F64 = means[ours].astype(np.float64) @ means[theirs].astype(np.float64).T
        if self._angular:
            # Vectors that point nowhere are at 0 from one another and at 1 from all others.
            tile = 1.0 - tile - np.outer(still[ours], still[theirs])
        else:
            tile = squares[ours, None] + squares[None, theirs] - 2.0 * tile
        self._without_self(tile, ours, theirs, step)
        np.maximum(tile, 0.0, out=tile)
        if self.measure == "euclidean":
            np.sqrt(tile, out=tile)
        return tile.astype(np.float32)

    def sample(self) -> tuple[F32, bool]:
        """Return dissimilarities of all pairs of few rows, else of 200,000 random pairs.

        Returns:
            (pairs,) of them, and whether they are a sample; the same one each time.
        """
        if self.count <= ALL_PAIRS:
            whole = self.tile(0, 0, 1, self.count, self.count)
            return whole[np.triu_indices(self.count, 1)], False
        rng = np.random.default_rng(0)
        first = rng.integers(0, self.count, SAMPLED_PAIRS)
        second = (first + rng.integers(1, self.count, SAMPLED_PAIRS)) % self.count
        values = np.empty(SAMPLED_PAIRS, np.float32)
        size = max(1, 2**22 // max(1, self._rows.shape[1]))
        for start in range(0, SAMPLED_PAIRS, size):
            part = slice(start, start + size)
            a, b = self._rows[first[part]], self._rows[second[part]]
            values[part] = self._of_pairs(a, b)
            if self._angular:
                values[part][self._still[first[part]] & self._still[second[part]]] = 0.0
        return values, True

    def _of_pairs(self, a: F32, b: F32) -> F64:
        if self.measure == "manhattan":
            return np.abs(a - b).sum(axis=1, dtype=np.float64)
        if self._angular:
            products = np.einsum("ij,ij->i", a, b, dtype=np.float64)
            return np.maximum(1.0 - products, 0.0)
        squares = np.square(a - b, dtype=np.float64).sum(axis=1)
        return np.sqrt(squares) if self.measure == "euclidean" else squares

    def _sizes(self, step: int) -> NDArray[np.int64]:
        """Return how many rows each block has; the last one may be smaller."""
        starts = np.arange(0, self.count, step)
        return np.minimum(step, self.count - starts)

    def _pool(self, step: int) -> tuple[F32, F64, F64]:
        """Return of each block the mean vector, the mean squared length, the share at rest."""
        if step not in self._pools:
            starts, sizes = np.arange(0, self.count, step), self._sizes(step)
            squares = np.einsum("ij,ij->i", self._rows, self._rows, dtype=np.float64)
            means = self._rows
            if step > 1:
                means = np.empty((len(starts), self._rows.shape[1]), np.float32)
                for index, start in enumerate(starts):
                    means[index] = self._rows[start : start + step].mean(axis=0, dtype=np.float64)
            self._pools[step] = (
                means,
                np.add.reduceat(squares, starts) / sizes,
                np.add.reduceat(self._still.astype(np.float64), starts) / sizes,
            )
        return self._pools[step]

    def _without_self(self, tile: F64, ours: slice, theirs: slice, step: int) -> None:
        """Take pairs of an image with itself, which are 0, out of the means on the diagonal."""
        shared = np.arange(max(ours.start, theirs.start), min(ours.stop, theirs.stop))
        sizes = self._sizes(step)[shared]
        factors = np.where(sizes > 1, sizes / np.maximum(sizes - 1, 1), 0.0)
        tile[shared - ours.start, shared - theirs.start] *= factors

    def _sampled(self, ours: slice, theirs: slice, step: int) -> F32:
        if step == 1:
            return block(self._rows[ours], self._rows[theirs])
        sizes = self._sizes(step)
        starts = np.arange(len(sizes)) * step
        places = [starts + (share * sizes).astype(np.int64) for share in _PLACES]
        meetings = _MEETINGS[: 2 if step < 4 else 4]
        total = np.zeros((ours.stop - ours.start, theirs.stop - theirs.start), np.float32)
        for mine, other in meetings:
            total += block(self._rows[places[mine][ours]], self._rows[places[other][theirs]])
        total /= np.float32(len(meetings))
        return total
