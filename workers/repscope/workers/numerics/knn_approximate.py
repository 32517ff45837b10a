"""Approximate nearest neighbors, with their recall measured."""

import warnings

import numpy as np
from numpy.typing import NDArray

from repscope.workers.numerics.knn_exact import Found, nearest_of_rows

SAMPLE = 500  # rows on which recall is measured


def approximate(
    features: NDArray[np.float32], k: int, seed: int
) -> tuple[NDArray[np.int32], NDArray[np.float32], float, float]:
    """Finds about the k nearest rows of every row by nearest-neighbor descent.

    Args:
        features: shape (N, d).
        k: number of neighbors.
        seed: of the descent and of the sample.

    Returns:
        Indices and distances of shape (N, k), recall on a sample of rows, and its standard error.

    Raises:
        ValueError: the search left rows without k neighbors.
    """
    from pynndescent import NNDescent  # seconds to import, so only when asked for

    n = len(features)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        index = NNDescent(features, n_neighbors=k + 1, random_state=seed, low_memory=True)
        found, distances = index.neighbor_graph
    if (found < 0).any():
        raise ValueError("The approximate search found too few neighbors; use method='exact'.")
    indices, distances = _without_self(found, distances)
    rows = np.sort(np.random.default_rng(seed).choice(n, min(SAMPLE, n), replace=False))
    truth, _ = nearest_of_rows(features, rows, k)
    kept = [len(np.intersect1d(a, b)) / k for a, b in zip(indices[rows], truth, strict=True)]
    error = float(np.std(kept, ddof=1) / np.sqrt(len(rows)))
    return indices, distances, float(np.mean(kept)), error


def _without_self(indices: NDArray[np.int32], distances: NDArray[np.float32]) -> Found:
    """Drops each row from its own list, or the farthest entry where it isn't in it."""
    itself = indices == np.arange(len(indices))[:, None]  # (N, k + 1)
    itself[~itself.any(axis=1), -1] = True
    shape = (len(indices), indices.shape[1] - 1)
    return indices[~itself].reshape(shape), distances[~itself].reshape(shape)
