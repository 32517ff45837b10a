"""Where a UMAP starts: the graph's slowest modes."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags_array
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import eigsh
from threadpoolctl import threadpool_limits

from repscope.workers.numerics.start import pca_start

DENSE = 200  # below this many points all eigenvectors are as quick as a few


def spectral_start(
    graph: csr_matrix,
    dimensions: int = 2,
    *,
    features: NDArray[np.floating] | None = None,
    seed: int = 0,
) -> NDArray[np.float32]:
    """Lays out the points by the leading eigenvectors of the normalized graph Laplacian.

    A graph in several pieces has no such modes; its points start from their principal components.

    Args:
        graph: symmetric memberships, shape (N, N).
        dimensions: 2 or 3.
        features: shape (N, d), needed where the graph may be in pieces.
        seed: of the small noise that sets apart points at the same place.

    Returns:
        Float32 of shape (N, dimensions), each axis from 0 to 10.

    Raises:
        ValueError: the graph is in pieces and there are no features.
    """
    pieces, _ = connected_components(graph, directed=False)
    if pieces == 1:
        return _scaled(_slowest_modes(graph, dimensions), seed)
    if features is None:
        raise ValueError(
            f"The graph is in {pieces} pieces; give the features, or a larger n_neighbors."
        )
    return component_start(features, dimensions, seed=seed)


def component_start(
    features: NDArray[np.floating], dimensions: int = 2, *, seed: int = 0
) -> NDArray[np.float32]:
    """Lays out the points by their principal components, on the scale of `spectral_start`.

    Args:
        features: shape (N, d), finite.
        dimensions: 2 or 3.
        seed: of the small noise that sets apart points at the same place.

    Returns:
        Float32 of shape (N, dimensions), each axis from 0 to 10.
    """
    return _scaled(pca_start(features, dimensions).astype(np.float64), seed)


def _scaled(layout: NDArray[np.float64], seed: int) -> NDArray[np.float32]:
    """Stretches each axis to 0 to 10, and sets apart points at the same place."""
    layout *= 10 / np.abs(layout).max()
    layout += np.random.default_rng(seed).normal(scale=1e-4, size=layout.shape)
    low, high = layout.min(axis=0), layout.max(axis=0)
    return np.ascontiguousarray(10 * (layout - low) / (high - low), dtype=np.float32)


def _slowest_modes(graph: csr_matrix, dimensions: int) -> NDArray[np.float64]:
    """Eigenvectors 2 to dimensions + 1 of D^-1/2 G D^-1/2, the largest eigenvalue first."""
    n = graph.shape[0]
    roots = np.sqrt(np.asarray(graph.sum(axis=0), np.float64).ravel())
    scale = diags_array(1 / roots)
    normalized = (scale @ graph.astype(np.float64) @ scale).tocsr()
    with threadpool_limits(1, user_api="blas"):  # sums in BLAS depend on the number of threads
        if n < max(DENSE, dimensions + 3):
            _, vectors = np.linalg.eigh(normalized.toarray())
        else:
            _, vectors = eigsh(
                normalized, dimensions + 1, which="LA", v0=roots / np.linalg.norm(roots) + 1 / n,
                ncv=min(n - 1, max(2 * dimensions + 3, int(np.sqrt(n)))), tol=1e-4, maxiter=5 * n,
            )  # fmt: skip
    modes = vectors[:, ::-1][:, 1 : dimensions + 1]
    missing = dimensions - modes.shape[1]  # fewer points than axes
    return np.hstack([modes, np.zeros((n, missing))]) if missing > 0 else modes.copy()
