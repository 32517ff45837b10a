"""Principal components of a matrix that may be long or wide, read in blocks of rows."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

Vectors = NDArray[np.float64]
Watch = Callable[[str], object]

#: Numbers of one block in double precision: 16 MB.
BLOCK_VALUES = 2**21
#: Up to this width the covariance matrix is summed up: 128 MB.
FULL_WIDTH = 4096
#: Up to this width all axes are found sooner than SciPy is loaded, which can find the leading ones.
LAPACK_WIDTH = 512
#: So few axes of a wide covariance matrix are found 20 times sooner by Lanczos' iteration.
FEW_AXES = 16
#: Relative accuracy of the leading variances beyond `FULL_WIDTH`.
TOLERANCE = 1e-6


@dataclass(frozen=True)
class Components:
    """The leading principal components.

    Attributes:
        mean: shape (d,).
        axes: unit vectors as columns, shape (d, k), the first of the largest variance; the largest
            entry of each is positive, which is scikit-learn's convention. Axes beyond the width of
            the features are zero.
        variance: along each axis, shape (k,).
        total: variance of all axes together.
    """

    mean: Vectors
    axes: Vectors
    variance: Vectors
    total: float

    def project(self, features: NDArray[Any]) -> NDArray[np.float32]:
        """Return the coordinates of all rows, float32 of shape (N, k)."""
        points = np.empty((len(features), self.axes.shape[1]), np.float32)
        with threadpool_limits(1, user_api="blas"):
            for start, block in _blocks(features):
                points[start : start + len(block)] = (block - self.mean) @ self.axes
        return points


def principal_components(
    features: NDArray[Any], mean: Vectors, k: int, watch: Watch | None = None
) -> Components:
    """Find the leading axes of variance.

    Sums run in one order on one thread, so the result is the same to the last bit at any number of
    threads. Memory does not grow with the number of rows.

    Args:
        features: shape (N, d), finite, N at least 2.
        mean: of the rows, shape (d,).
        k: number of axes.
        watch: called with a few words at each step; raise from it to cancel.
    """
    watch = watch or (lambda _: None)
    width = features.shape[1]
    found = min(k, width)
    find = _by_covariance if width <= FULL_WIDTH else _by_lanczos
    with threadpool_limits(1, user_api="blas"):
        axes, variance, total = find(features, mean, found, watch)
    axes = largest_positive(axes)
    missing = ((0, 0), (0, k - found))
    return Components(mean, np.pad(axes, missing), np.pad(variance, missing[1]), total)


def largest_positive(axes: Vectors) -> Vectors:
    """Turn each axis, a column, so that its largest entry is positive."""
    largest = axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])]
    return np.asarray(axes * np.where(largest < 0.0, -1.0, 1.0))


def _blocks(features: NDArray[Any]) -> Iterator[tuple[int, Vectors]]:
    rows = max(1, BLOCK_VALUES // max(1, features.shape[1]))
    for start in range(0, len(features), rows):
        yield start, features[start : start + rows].astype(np.float64)


def _by_covariance(
    features: NDArray[Any], mean: Vectors, k: int, watch: Watch
) -> tuple[Vectors, Vectors, float]:
    """Decompose the covariance matrix, summed up in one pass."""
    covariance = np.zeros((len(mean), len(mean)))
    for start, block in _blocks(features):
        watch(f"covariance of {start:,} rows")
        block -= mean
        covariance += block.T @ block
    covariance /= len(features) - 1
    total = float(np.trace(covariance))
    if total == 0.0:
        return np.eye(len(mean), k), np.zeros(k), 0.0
    if len(mean) <= LAPACK_WIDTH:
        values, vectors = np.linalg.eigh(covariance)  # ascending
    elif k <= FEW_AXES:
        values, vectors = _leading(covariance, k, tolerance=0.0)
    else:
        from scipy.linalg import eigh

        last = len(mean) - 1
        values, vectors = eigh(covariance, subset_by_index=[last - k + 1, last], overwrite_a=True)
    leading = slice(None, -k - 1, -1)
    return vectors[:, leading].copy(), np.maximum(values[leading], 0.0), total


def _by_lanczos(
    features: NDArray[Any], mean: Vectors, k: int, watch: Watch
) -> tuple[Vectors, Vectors, float]:
    """Find the leading axes of wide features without their covariance matrix.

    Lanczos' iteration needs only products of the covariance with a vector, one pass over the
    features each.
    """
    from scipy.sparse.linalg import LinearOperator

    count, width = features.shape
    total = sum(float(np.square(block - mean).sum()) for _, block in _blocks(features))
    if total == 0.0:
        return np.eye(width, k), np.zeros(k), 0.0
    passes = 0

    def multiply(vector: Vectors) -> Vectors:
        nonlocal passes
        passes += 1
        watch(f"pass {passes}")
        product = np.zeros(width)
        for _, block in _blocks(features):
            block -= mean
            product += block.T @ (block @ vector.ravel())
        return product / (count - 1)

    covariance = LinearOperator((width, width), matvec=multiply, dtype=np.float64)
    values, vectors = _leading(covariance, k, TOLERANCE)
    return vectors[:, ::-1].copy(), np.maximum(values[::-1], 0.0), total / (count - 1)


def _leading(covariance: Any, k: int, tolerance: float) -> tuple[Vectors, Vectors]:
    """Return the k largest eigenvalues, ascending, and their vectors, by Lanczos' iteration.

    ARPACK starts at a fixed vector, so the result is the same every time. A tolerance of 0 stands
    for double precision.
    """
    from scipy.sparse.linalg import eigsh

    start = np.random.default_rng(0).standard_normal(covariance.shape[0])
    values, vectors = eigsh(covariance, k=k, v0=start, tol=tolerance)
    return values, vectors
