"""The fuzzy simplicial set of UMAP out of a neighbor graph.

After McInnes, Healy and Melville 2018, "UMAP: Uniform manifold approximation and projection for
dimension reduction", sections 3.1 and 4.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from repscope.workers.numerics.arrays import F32
from repscope.workers.numerics.compiled import nb


def fuzzy_graph(
    indices: NDArray[np.integer], distances: NDArray[np.floating], n_neighbors: int = 15
) -> csr_matrix:
    """Turns the nearest neighbors into a symmetric graph of memberships.

    Row i's distances, less the one to its nearest neighbor (rho), are scaled by sigma so that its
    memberships exp(-(d - rho) / sigma) sum to log2(n_neighbors); opposite edges are joined by a + b
    - a b.

    Args:
        indices: nearest neighbors, shape (N, k), without the point itself.
        distances: theirs, shape (N, k), ascending.
        n_neighbors: size of a neighborhood, the point itself counted, as in umap-learn: n_neighbors
            - 1 of the graph are used.

    Returns:
        Memberships in (0, 1], float32, with sorted columns and an empty diagonal.

    Raises:
        ValueError: n_neighbors is below 2, or the graph has too few neighbors for it.
    """
    n, k = indices.shape
    check_neighbors(n_neighbors, k)
    used = n_neighbors - 1
    nearest = np.ascontiguousarray(distances[:, :used], np.float32)
    strengths = memberships(nearest, float(nearest.mean(dtype=np.float64)) * used / n_neighbors)
    columns = np.array(indices[:, :used], np.int32, order="C")  # it is sorted in place
    starts = np.arange(0, n * used + 1, used, dtype=np.int32)
    one_sided = csr_matrix((strengths.ravel(), columns.ravel(), starts), shape=(n, n))
    one_sided.sort_indices()
    other_sided = one_sided.T.tocsr()
    both = one_sided + other_sided - one_sided.multiply(other_sided)
    both.eliminate_zeros()
    both.sort_indices()
    return both.astype(np.float32)


def check_neighbors(n_neighbors: int, k: int) -> None:
    """Raises ValueError unless a graph of k neighbors a point is large enough."""
    if not 2 <= n_neighbors <= k + 1:
        raise ValueError(
            f"n_neighbors is {n_neighbors}; with {k} neighbors a point in the graph it must be "
            f"from 2 to {k + 1}."
        )


@nb.njit(cache=True, parallel=True)
def memberships(distances: F32, overall: float) -> F32:
    """Memberships of each row's neighbors, with rho and sigma found as umap-learn finds them.

    Args:
        distances: shape (N, k), ascending, without the point itself.
        overall: mean of all distances, each point's to itself counted.

    Returns:
        Float32 of shape (N, k).
    """
    n, k = distances.shape
    target = np.log2(k + 1)
    result = np.empty((n, k), np.float32)
    for i in nb.prange(n):
        rho = 0.0  # the nearest neighbor at a distance
        mean = 0.0
        for j in range(k):
            d = np.float64(distances[i, j])
            mean += d / (k + 1)
            if rho == 0.0:
                rho = d
        low, high, sigma = 0.0, np.inf, 1.0
        for _ in range(64):
            total = 0.0
            for j in range(k):
                d = distances[i, j] - rho
                total += np.exp(-d / sigma) if d > 0 else 1.0
            if abs(total - target) < 1e-5:
                break
            if total > target:
                high = sigma
                sigma = (low + high) / 2
            else:
                low = sigma
                sigma = sigma * 2 if high == np.inf else (low + high) / 2
        sigma = max(sigma, 1e-3 * (mean if rho > 0 else overall))
        for j in range(k):
            d = distances[i, j] - rho
            result[i, j] = np.exp(-d / sigma) if d > 0 and sigma > 0 else 1.0
    return result
