"""Measures of two dissimilarity matrices that are products of vectors, of any draw of images.

All follow from one Gram matrix: of values or ranks, centered or not. Whitened measures take into
account that dissimilarities which share an image vary together (Diedrichsen et al., 2021). When the
noise of all patterns is independent and alike, the covariance of dissimilarities is that of squared
distances between pure noise: V = (C C') squared entry by entry, where a row of C is +1 at one image
of a pair and -1 at the other. So V is 4 on the diagonal, 1 for pairs that share an image, else 0,
and V z = x is solved in closed form, without a matrix of pairs by pairs.
"""

from typing import Literal

import numpy as np

from repscope.workers.numerics.arrays import F64, I64
from repscope.workers.numerics.compiled import nb
from repscope.workers.similarity.condensed import offset
from repscope.workers.similarity.ranks import order, tied, weighted_ranks

Product = Literal[
    "spearman", "rho-a", "pearson", "cosine", "whitened-cosine", "whitened-correlation"
]

#: Share of a vector that is rounding: what a control explains in full leaves no more.
SPENT = 1e-12
_RANKED = ("spearman", "rho-a")
_WHITENED = ("whitened-cosine", "whitened-correlation")


class Products:
    """Vectors of dissimilarity matrices, and their products."""

    def __init__(self, rows: list[np.ndarray], by: Product, images: int) -> None:
        """Sort them, where ranks are compared.

        Args:
            rows: Condensed matrices of the same images, (pairs,) each.
            by: The measure.
            images: How many images they are of.
        """
        self.by = by
        self.images = images
        self._rows = rows
        self._sorted = []
        if by in _RANKED:
            places = [order(row) for row in rows]
            self._sorted = [(p, tied(row, p)) for row, p in zip(rows, places, strict=True)]

    def vectors(self, counts: I64 | None = None) -> tuple[F64, F64]:
        """Return two forms of the vectors; products of one with the other make the measure.

        Args:
            counts: (images,) how many times each image is drawn; by default once. Pairs of an image
                with itself are left out.

        Returns:
            (k, pairs) twice. Of measures that are not whitened it is the same array.
        """
        if counts is None:
            counts = np.ones(self.images, np.int64)
        weights = pair_weights(counts)
        found = np.empty((len(self._rows), len(weights)))
        for index, row in enumerate(self._rows):
            if self._sorted:
                row = weighted_ranks(*self._sorted[index], weights)
            found[index] = row
            if self.by not in ("cosine", "whitened-cosine"):
                found[index] -= weights @ found[index] / weights.sum()
        if self.by not in _WHITENED:
            found *= np.sqrt(weights)
            return found, found
        whitened = np.empty_like(found)
        for index in range(len(found)):
            whiten(found[index], counts.astype(np.float64), whitened[index])
        return found * weights, whitened

    def limit(self, counts: I64 | None = None) -> float | None:
        """Return the squared length that every vector is taken to have; none for its own.

        For rho-a it is that of ranks without ties.
        """
        if self.by != "rho-a":
            return None
        drawn = np.ones(self.images, np.int64) if counts is None else counts
        total = float(pair_weights(drawn).sum())
        return (total**3 - total) / 12.0


def remainder(gram: F64, controls: int) -> F64:
    """Take out of a Gram matrix what its last vectors explain of the others.

    Args:
        gram: (k + controls, k + controls).
        controls: How many vectors are controls.

    Returns:
        (k, k) products of what is left of the first vectors.
    """
    if controls == 0:
        return gram
    own, across, inner = (
        gram[:-controls, :-controls],
        gram[:-controls, -controls:],
        gram[-controls:, -controls:],
    )
    left: F64 = own - across @ np.linalg.pinv(inner, hermitian=True) @ across.T
    spent = np.diagonal(left) <= SPENT * np.diagonal(own)
    left[spent] = left[:, spent] = 0.0
    return left


@nb.njit(nogil=True, cache=True)
def pair_weights(counts: I64) -> F64:
    """Return how often each pair of images is there, when each image is drawn so many times."""
    count = len(counts)
    weights = np.empty(count * (count - 1) // 2)
    place = 0
    for i in range(count):
        for j in range(i + 1, count):
            weights[place] = counts[i] * counts[j]
            place += 1
    return weights


@nb.njit(nogil=True, cache=True)
def whiten(row: F64, counts: F64, out: F64) -> None:
    """Solve V z = x, where V is the covariance of dissimilarities of independent noise.

    Of images that are drawn several times, V is that of all pairs of two different ones; copies of
    a pair have the same solution. With s_i = sum over k of c_k z_ik it reads
    2 z_ij + s_i + s_j = x_ij, and summed over j it gives s.

    Args:
        row: (pairs,) x.
        counts: (n,) c, how many times each image is there.
        out: (pairs,) takes z.
    """
    count = len(counts)
    sums = np.zeros(count)
    place = 0
    for i in range(count):
        for j in range(i + 1, count):
            sums[i] += counts[j] * row[place]
            sums[j] += counts[i] * row[place]
            place += 1
    scale = 2.0 + counts.sum() - 2.0 * counts
    shares = counts / scale
    total = (shares @ sums) / (1.0 + shares.sum())
    sums = (sums - total) / scale
    place = 0
    for i in range(count):
        for j in range(i + 1, count):
            out[place] = 0.5 * (row[place] - sums[i] - sums[j])
            place += 1


@nb.njit(nogil=True, cache=True)
def permuted_products(square: F64, rows: F64, permutation: I64) -> F64:
    """Return the products of vectors with one whose images are permuted.

    Args:
        square: (n, n) the one, as a symmetric matrix.
        rows: (m, pairs) the others.
        permutation: (n,) which image stands in each place.

    Returns:
        (m,) products.
    """
    count = len(square)
    moved = np.empty(rows.shape[1])
    place = 0
    for i in range(count):
        line = square[permutation[i]]
        for j in range(i + 1, count):
            moved[place] = line[permutation[j]]
            place += 1
    return rows @ moved


def unfold(vector: F64, images: int) -> F64:
    """Return a vector of pairs as a symmetric matrix with zeros on its diagonal."""
    square = np.zeros((images, images))
    for row in range(images - 1):
        place = offset(row, images)
        square[row, row + 1 :] = vector[place : place + images - row - 1]
    square += square.T
    return square
