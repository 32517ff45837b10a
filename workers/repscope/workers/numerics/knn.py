"""Nearest neighbors: one graph for every map, probe and figure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from repscope.workers.numerics.blocks import Progress
from repscope.workers.numerics.knn_exact import nearest_of_all_rows, nearest_of_rows

APPROXIMATE_ROWS = 50_000
"""Up to so many rows exact search takes only seconds; beyond, approximate search spares many.

Of clustered rows approximate search is sooner from about 10,000 on. At 50,000 rows of 384 numbers
exact search takes 6 to 9 s on two cores, approximate search 1.3 to 2 s (`benchmarks.neighbors`).
"""


@dataclass(frozen=True)
class Neighbors:
    """The k nearest neighbors of every row, itself excluded.

    Attributes:
        indices: int32 of shape (N, k), the nearest first, ties by index.
        distances: float32 of shape (N, k).
        exact: False when the search was approximate.
        recall: share of the true neighbors found; 1 when exact, else measured on a sample of rows.
        recall_error: standard error of `recall`.
    """

    indices: NDArray[np.int32]
    distances: NDArray[np.float32]
    exact: bool = True
    recall: float = 1.0
    recall_error: float = 0.0


def knn(
    features: NDArray[np.floating],
    k: int,
    *,
    metric: Literal["euclidean", "cosine"] = "euclidean",
    method: Literal["exact", "approximate"] = "exact",
    seed: int = 0,
    progress: Progress | None = None,
) -> Neighbors:
    """Finds the k nearest neighbors of every row.

    Exact search takes the N x N scores from tiled matrix products in float32, of which symmetry
    saves half, keeps all candidates that rounding could hide among the k nearest, and computes
    their distances anew in float64: the result is exact, whatever the BLAS and the number of
    threads. Approximate search does the same among the rows in those cells of an inverted file
    (Jégou, Douze and Schmid 2011, "Product quantization for nearest neighbor search") that are
    nearest to a row, and says which share of the true neighbors it found.

    Args:
        features: shape (N, d), finite.
        k: number of neighbors, at most N - 1.
        metric: "euclidean", or "cosine" (1 - cosine of the angle; a row of zeros is at distance 1
            from all that are not).
        method: "exact" or "approximate".
        seed: of the approximate search.
        progress: called with the fraction done; raise from it to cancel.

    Returns:
        Indices and distances, nearest first.

    Raises:
        ValueError: the features aren't a finite matrix, or k is out of range.
    """
    rows = prepare(features, metric)
    check_k(k, len(rows))
    if method == "approximate":
        from repscope.workers.numerics.knn_approximate import approximate

        indices, distances, recall, error = approximate(rows, k, seed, progress)
        return Neighbors(indices, _distances(distances, metric), False, recall, error)
    indices, distances = nearest_of_all_rows(rows, k, progress)
    return Neighbors(indices, _distances(distances, metric))


def nearest_to(
    features: NDArray[np.floating],
    rows: Sequence[int] | NDArray[np.integer],
    k: int,
    *,
    metric: Literal["euclidean", "cosine"] = "euclidean",
) -> Neighbors:
    """Finds the exact k nearest neighbors of a few rows only, in time proportional to their number.

    Args:
        features: shape (N, d), finite.
        rows: the rows whose neighbors are wanted, m of them.
        k: number of neighbors, at most N - 1.
        metric: see `knn`.

    Returns:
        Indices and distances of shape (m, k).
    """
    matrix = prepare(features, metric)
    check_k(k, len(matrix))
    indices, distances = nearest_of_rows(matrix, np.asarray(rows, np.int64), k)
    return Neighbors(indices, _distances(distances, metric))


def check_k(k: int, n: int) -> None:
    """Raises ValueError unless k is from 1 to N - 1."""
    if not 1 <= k < n:
        raise ValueError(f"k is {k}; with {n} rows it must be from 1 to {n - 1}.")


def _distances(euclidean: NDArray[np.float32], metric: str) -> NDArray[np.float32]:
    """Turns Euclidean distances of unit rows into cosine distances: |x - y|^2 = 2 - 2 cos."""
    half_squares: NDArray[np.float32] = euclidean * euclidean / np.float32(2)
    return half_squares if metric == "cosine" else euclidean


def prepare(features: NDArray[np.floating], metric: str) -> NDArray[np.float32]:
    """Checks the features, and makes Euclidean order the order of the metric.

    Args:
        features: shape (N, d).
        metric: "euclidean", or "cosine", which scales rows to length 1.

    Returns:
        Contiguous float32 of shape (N, d), or (N, d + 1) where there are rows of zeros.

    Raises:
        ValueError: the features aren't a finite matrix of at least two rows.
    """
    matrix = np.ascontiguousarray(features, dtype=np.float32)
    if matrix.ndim != 2 or len(matrix) < 2 or matrix.shape[1] < 1:
        raise ValueError(f"Features of shape {matrix.shape} are no matrix of at least two rows.")
    if not np.isfinite(matrix).all():
        raise ValueError("The features hold NaN or infinite values; drop or repair those rows.")
    if metric == "euclidean":
        return matrix
    if metric != "cosine":
        raise ValueError(f"The metric is {metric!r}; it must be 'euclidean' or 'cosine'.")
    norms = np.linalg.norm(matrix.astype(np.float64), axis=1, keepdims=True)
    unit = (matrix / np.where(norms == 0, 1, norms)).astype(np.float32)
    if (norms == 0).any():  # an axis of their own puts rows of zeros at a right angle to all others
        unit = np.ascontiguousarray(np.hstack([unit, (norms == 0).astype(np.float32)]))
    return unit
