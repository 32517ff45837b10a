"""Layouts to start from."""

import numpy as np
from numpy.typing import NDArray

from repscope.workers.numerics.components import principal_components


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
    mean = features.mean(axis=0, dtype=np.float64)
    layout = principal_components(features, mean, dimensions).project(features)
    if spread is not None:
        layout *= np.float32(spread / max(float(layout[:, 0].std()), 1e-30))
    return layout


def normal_start(count: int, dimensions: int, spread: float, seed: int) -> NDArray[np.float32]:
    """Places around the origin, as t-SNE draws them where it starts from chance.

    Args:
        count: number of points.
        dimensions: number of coordinates of each.
        spread: standard deviation of each coordinate; openTSNE's is 1e-4.
        seed: of the draw.

    Returns:
        Float32 of shape (count, dimensions).
    """
    drawn = np.random.default_rng(seed).standard_normal((count, dimensions), dtype=np.float32)
    return drawn * np.float32(spread)


def uniform_start(count: int, dimensions: int, seed: int) -> NDArray[np.float32]:
    """Places in a square or cube, as umap-learn draws them where it starts from chance.

    Args:
        count: number of points.
        dimensions: number of coordinates of each.
        seed: of the draw.

    Returns:
        Float32 of shape (count, dimensions), each from -10 to 10.
    """
    drawn = np.random.default_rng(seed).uniform(-10.0, 10.0, (count, dimensions))
    return drawn.astype(np.float32)
