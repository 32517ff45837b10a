"""Principal component analysis."""

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from repscope.core.catalogue import Input
from repscope.core.errors import MethodFailed
from repscope.workers.analyses.features import blocks, mean_of
from repscope.workers.context import Context, Readable, Result
from repscope.workers.registry import MethodParams, register

Vectors = NDArray[np.float64]

#: Up to this width the covariance matrix is summed up: 128 MB.
FULL_WIDTH = 4096
#: Up to this width all axes are found sooner than SciPy is loaded, which can find the leading ones.
LAPACK_WIDTH = 512
#: Relative accuracy of the leading variances beyond that width.
TOLERANCE = 1e-6


class Params(MethodParams):
    """Size of the map."""

    dimensions: Literal[2, 3] = Field(2, description="number of axes of the map")


@register(
    "projection",
    "pca",
    version=1,
    title="PCA",
    params=Params,
    inputs=[Input(name="embedding", kind="embedding", description="the vectors to project")],
    output="points",
    cost={"constant": 0.1, "rows*width": 1e-8, "rows*width*width": 2e-11},
)
def pca(context: Context, params: Params, embedding: Readable) -> Result:
    """Look at the vectors from the side from which they spread the most.

    The axes are the directions of largest variance: the first shows the most that any straight
    axis can show, the second the most of what is left, and so on (Pearson, 1901; Hotelling, 1933).
    The map is a shadow: what is near in space is near in the map, but not the other way round.
    Each axis says which share of the variance it shows; when the shares are small, most of what
    the encoder knows is not in the picture.

    Signs are fixed so that the largest weight of each axis is positive.
    """
    features = embedding.array("features")  # (N, d)
    count, width = features.shape
    if count < 2 or width < params.dimensions:
        raise MethodFailed(
            f"A PCA with {params.dimensions} axes needs at least 2 images and "
            f"{params.dimensions} features; this embedding has {count} and {width}."
        )
    context.progress(0.0, "mean")
    mean = mean_of(features)
    find = _by_covariance if width <= FULL_WIDTH else _by_lanczos
    axes, variance, total = find(context, features, mean, params.dimensions)
    axes = _fix_signs(axes)
    points = np.empty((count, params.dimensions), np.float32)
    for start, block in blocks(features):
        points[start : start + len(block)] = (block - mean) @ axes
    context.progress(1.0)
    shares = variance / total if total > 0.0 else np.zeros_like(variance)
    titles = [f"PC {i + 1} ({share:.1%})" for i, share in enumerate(shares)]
    return Result(
        {"points": points},
        {"axes": titles, "explained_variance": [float(share) for share in shares]},
        {"explained_variance": float(shares.sum())},
    )


def _by_covariance(
    context: Context, features: NDArray[Any], mean: Vectors, k: int
) -> tuple[Vectors, Vectors, float]:
    """Decompose the covariance matrix, summed up in one pass.

    Returns:
        The k leading axes as columns (d, k), the variance along each, and the total variance.
    """
    covariance = np.zeros((len(mean), len(mean)))
    for start, block in blocks(features):
        context.progress(0.1 + 0.8 * start / len(features), "covariance")
        block -= mean
        covariance += block.T @ block
    covariance /= len(features) - 1
    total = float(np.trace(covariance))
    if len(mean) <= LAPACK_WIDTH:
        values, vectors = np.linalg.eigh(covariance)  # ascending
    else:
        from scipy.linalg import eigh

        last = len(mean) - 1
        values, vectors = eigh(covariance, subset_by_index=[last - k + 1, last], overwrite_a=True)
    leading = slice(None, -k - 1, -1)
    return vectors[:, leading], np.maximum(values[leading], 0.0), total


def _by_lanczos(
    context: Context, features: NDArray[Any], mean: Vectors, k: int
) -> tuple[Vectors, Vectors, float]:
    """Find the leading axes of a wide embedding without its covariance matrix.

    ARPACK's Lanczos iteration needs only products of the covariance with a vector, one pass over
    the embedding each. Its start is fixed, so the result is the same every time.

    Returns:
        As `_by_covariance`.
    """
    from scipy.sparse.linalg import LinearOperator, eigsh

    count, width = features.shape
    total = sum(float(np.square(block - mean).sum()) for _, block in blocks(features)) / (count - 1)
    if total == 0.0:
        return np.eye(width, k), np.zeros(k), 0.0
    passes = 0

    def multiply(vector: Vectors) -> Vectors:
        nonlocal passes
        passes += 1
        context.progress(None, f"pass {passes}")
        product = np.zeros(width)
        for _, block in blocks(features):
            block -= mean
            product += block.T @ (block @ vector.ravel())
        return product / (count - 1)

    covariance = LinearOperator((width, width), matvec=multiply, dtype=np.float64)
    start = np.random.default_rng(0).standard_normal(width)
    values, vectors = eigsh(covariance, k=k, v0=start, tol=TOLERANCE)  # ascending
    return vectors[:, ::-1], np.maximum(values[::-1], 0.0), total


def _fix_signs(axes: Vectors) -> Vectors:
    """Turn each column so that its largest entry is positive; scikit-learn's convention."""
    largest = np.abs(axes).argmax(axis=0)
    signs = np.where(axes[largest, np.arange(axes.shape[1])] < 0.0, -1.0, 1.0)
    return axes * signs
