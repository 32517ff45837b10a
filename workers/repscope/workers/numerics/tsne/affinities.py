"""Affinities P of t-SNE out of a neighbor graph.

After van der Maaten and Hinton 2008, "Visualizing data using t-SNE", sections 2 and 3.1.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from repscope.workers.numerics.arrays import F32, F64
from repscope.workers.numerics.compiled import nb


@dataclass(frozen=True)
class Affinities:
    """The symmetric matrix of joint probabilities p_ij, sparse by rows; they sum to 1.

    Attributes:
        indptr: int32, shape (N + 1,); row i has the entries from `indptr[i]` to `indptr[i + 1]`.
        indices: int32, shape (entries,), ascending within a row.
        values: float32, shape (entries,).
    """

    indptr: NDArray[np.int32]
    indices: NDArray[np.int32]
    values: NDArray[np.float32]

    @property
    def rows(self) -> int:
        """Number of points N."""
        return len(self.indptr) - 1

    def matrix(self) -> csr_matrix:
        """The same as a SciPy matrix of shape (N, N)."""
        return csr_matrix((self.values, self.indices, self.indptr), shape=(self.rows, self.rows))


def affinities(
    indices: NDArray[np.integer], distances: NDArray[np.floating], perplexity: float = 30.0
) -> Affinities:
    """Turns the nearest neighbors into joint probabilities.

    Row i's kernel exp(-beta_i d_ij^2) gets the width at which its distribution p_j|i has the wanted
    perplexity; then p_ij = (p_j|i + p_i|j) / 2N. The kernel is cut off at 3 x perplexity neighbors
    where the graph has more (van der Maaten 2014, section 3.1).

    Args:
        indices: nearest neighbors, shape (N, k), without the point itself.
        distances: theirs, shape (N, k), ascending.
        perplexity: effective number of neighbors, below k; about 3 x perplexity neighbors are
            needed for all of the kernel.

    Returns:
        The joint probabilities.

    Raises:
        ValueError: the perplexity is below 1, or the graph has too few neighbors for it.
    """
    n, k = len(indices), kernel_size(indices.shape[1], perplexity)
    conditional = calibrate(np.ascontiguousarray(distances[:, :k], np.float32), float(perplexity))
    starts = np.arange(0, n * k + 1, k)
    one_sided = csr_matrix(
        (conditional.ravel(), indices[:, :k].ravel().astype(np.int32), starts), shape=(n, n)
    )
    one_sided.sort_indices()
    joint = one_sided + one_sided.T.tocsr()
    joint.sort_indices()
    values = joint.data / joint.data.sum()
    return Affinities(
        joint.indptr.astype(np.int32), joint.indices.astype(np.int32), values.astype(np.float32)
    )


def kernel_size(k: int, perplexity: float) -> int:
    """How many of k neighbors the kernel uses; ValueError where the perplexity doesn't fit."""
    if not 1 <= perplexity < k:
        raise ValueError(
            f"The perplexity is {perplexity:g} and the graph has {k} neighbors a point: give one "
            "of at least 1, or make the graph with k = 3 x perplexity."
        )
    return min(k, max(1, int(3 * perplexity)))


@nb.njit(cache=True, parallel=True)
def calibrate(distances: F32, perplexity: float) -> F64:
    """Finds each row's kernel width by bisection, or Newton's step where it stays in the bracket.

    Args:
        distances: shape (N, k), ascending.
        perplexity: exp of the wanted entropy.

    Returns:
        Conditional probabilities p_j|i, float64 of shape (N, k).
    """
    n, k = distances.shape
    target = np.log(perplexity)
    result = np.empty((n, k))
    for i in nb.prange(n):
        row = result[i]
        nearest = np.float64(distances[i, 0]) ** 2
        mean = 0.0
        for j in range(k):
            mean += (np.float64(distances[i, j]) ** 2 - nearest) / k
        low, high, beta = 0.0, np.inf, 1.0 / max(mean, 1e-300)
        for _ in range(200):
            total, first, second = 0.0, 0.0, 0.0  # sums of p, p e and p e^2
            for j in range(k):
                e = np.float64(distances[i, j]) ** 2 - nearest  # keeps the largest p at 1
                row[j] = np.exp(-beta * e)
                total += row[j]
                first += row[j] * e
                second += row[j] * e * e
            first, second = first / total, second / total
            excess = np.log(total) + beta * first - target  # of entropy; it falls with beta
            if abs(excess) < 1e-8:
                break
            if excess > 0:
                low = beta
            else:
                high = beta
            slope = -beta * (second - first * first)
            step = beta - excess / slope if slope < 0 else beta
            if low < step < high and step < 4 * beta:
                beta = step
            elif high == np.inf:
                beta *= 2
            else:
                beta = (low + high) / 2
            if beta in (low, high) or beta > 1e300:  # among ties no width reaches the target
                break
        row /= total
    return result
