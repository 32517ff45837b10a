"""Distances between rows of an embedding, and the order that they give."""

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Metric = Literal["euclidean", "cosine"]

METRIC_DESCRIPTION = (
    "euclidean: length of the difference; cosine: 1 minus the cosine of the angle, "
    "which ignores the length of the vectors"
)


def unit_rows(features: NDArray[Any]) -> NDArray[Any]:
    """Scale each row to length 1; a row of zeros stays, at cosine distance 1 from all others."""
    norms = np.linalg.norm(features, axis=1, keepdims=True)
    return features / np.where(norms == 0.0, 1.0, norms)


def pair_distances(metric: Metric, a: NDArray[Any], b: NDArray[Any]) -> NDArray[np.float32]:
    """Return the distance of each row of `a` to the same row of `b`, computed without cancellation.

    In double precision, then rounded: distances that are equal on paper are equal here, whatever
    the order of the sum, so that ties can be told from noise.

    Args:
        metric: Which distance.
        a: (pairs, d) vectors.
        b: (pairs, d) or (1, d) vectors.
    """
    a, b = a.astype(np.float64), b.astype(np.float64)
    if metric == "cosine":
        cosine = np.einsum("ij,ij->i", unit_rows(a), np.broadcast_to(unit_rows(b), a.shape))
        cosine[~a.any(axis=1) & ~b.any(axis=1)] = 1.0  # two rows of zeros are the same
        return np.maximum(1.0 - cosine, 0.0).astype(np.float32)
    difference = a - b
    return np.sqrt(np.einsum("ij,ij->i", difference, difference)).astype(np.float32)
