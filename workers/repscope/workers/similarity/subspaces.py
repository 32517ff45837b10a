"""Comparisons of embeddings by rotation and by linear maps: Procrustes and CCA."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from repscope.workers.numerics.arrays import F64


def centered(features: NDArray[Any]) -> F64:
    """Take the mean off vectors, (n, d), and make the largest number left 1: squares stay exact."""
    rows = np.asarray(features, np.float64)
    rows = rows - rows.mean(axis=0)
    return rows / (np.abs(rows).max(initial=0.0) or 1.0)


def shape(features: NDArray[Any]) -> F64:
    """Prepare an embedding, (n, d), for `procrustes`.

    Returns:
        (n, min(n, d)) the centered vectors with Frobenius norm 1, turned into fewer axes where
        there are more features than images; not numbers where all vectors are the same.
    """
    rows = centered(features)
    if rows.shape[1] > len(rows):
        rows = np.asarray(np.linalg.qr(rows.T, mode="r")).T
    norm = np.linalg.norm(rows)
    return rows / norm if norm > 0.0 else rows * np.nan


def procrustes(x: F64, y: F64) -> float:
    """Return how alike two shapes are after the best rotation.

    It is 1 less half the squared orthogonal Procrustes distance: the sum of the singular values of
    x' y. 1 where one embedding is the other but for rotation, shift and scale; 0 where no direction
    of one varies with any of the other (Ding, Denain and Steinhardt, 2021).
    """
    if np.isnan(x).any() or np.isnan(y).any():
        return float("nan")
    return float(np.linalg.svd(x.T @ y, compute_uv=False).sum())


def subspace(features: NDArray[Any], kept: float = 1.0) -> F64:
    """Prepare an embedding, (n, d), for `cca`.

    Args:
        features: The embedding.
        kept: Share of the variance whose principal components are kept, the largest first; 1 keeps
            all that are more than rounding.

    Returns:
        (n, r) orthonormal axes, r the number of components.
    """
    rows = centered(features)
    left, values, _ = np.linalg.svd(rows, full_matrices=False)
    largest = values[0] if len(values) else 0.0
    rank = int((values > largest * max(rows.shape) * np.finfo(np.float64).eps * 8.0).sum())
    shares = np.cumsum(np.square(values[:rank]))
    if rank and kept < 1.0:
        rank = int(np.searchsorted(shares, kept * shares[-1])) + 1
    return left[:, :rank]


def cca(x: F64, y: F64) -> float:
    """Return the mean canonical correlation of two subspaces, over the smaller one's dimensions.

    Not a number where one has no dimension.
    """
    count = min(x.shape[1], y.shape[1])
    if count == 0:
        return float("nan")
    return float(np.linalg.svd(x.T @ y, compute_uv=False).clip(0.0, 1.0).sum() / count)
