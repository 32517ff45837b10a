"""Layouts to start from."""

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from repscope.workers.numerics.blocks import bounds, share

ROWS = 4096  # rows of one block


def pca_start(
    features: NDArray[np.floating], dimensions: int = 2, spread: float | None = None
) -> NDArray[np.float32]:
    """The first principal components, the same to the last bit at any number of threads.

    Args:
        features: shape (N, d), finite.
        dimensions: number of components.
        spread: standard deviation that the first component is scaled to, where given; t-SNE starts
            well from 1e-4 (Kobak and Berens 2019, "The art of using t-SNE for single-cell
            transcriptomics").

    Returns:
        Float32 of shape (N, dimensions), zero mean; each component's largest loading is positive.
        Missing dimensions of narrow features are zero.
    """
    n, d = features.shape
    mean = features.mean(axis=0, dtype=np.float64)
    blocks = bounds(n, ROWS)
    parts = np.empty((len(blocks), d, d))

    def multiply(number: int) -> None:
        rows = features[slice(*blocks[number])] - mean
        np.matmul(rows.T, rows, out=parts[number])

    share(multiply, range(len(blocks)), len(blocks))
    covariance = parts.sum(axis=0)
    axes = np.zeros((d, dimensions))
    with threadpool_limits(1, user_api="blas"):
        _, vectors = np.linalg.eigh(covariance)  # ascending
        kept = min(dimensions, d)
        axes[:, :kept] = vectors[:, ::-1][:, :kept]
        axes *= np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(dimensions)])
        layout = np.concatenate([(features[slice(*b)] - mean) @ axes for b in blocks])
    if spread is not None:
        layout *= spread / max(float(layout[:, 0].std()), 1e-300)
    return np.ascontiguousarray(layout, dtype=np.float32)
