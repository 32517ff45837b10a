"""Principal component analysis."""

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from repscope.core.catalogue import Input
from repscope.core.errors import MethodFailed
from repscope.workers.analyses.features import BLOCK_VALUES, blocks, mean_of
from repscope.workers.context import Context, Readable, Result
from repscope.workers.registry import MethodParams, register

Vectors = NDArray[np.float64]

#: A symmetric matrix of up to this size is decomposed whole, of a larger one only the leading part.
FULL_SIZE = 1024
#: Vectors added in each step of the iteration, and how many steps it may take.
KRYLOV_BLOCK = 8
KRYLOV_STEPS = 24
#: A direction is found when the matrix turns it by less than this share of its eigenvalue.
TOLERANCE = 1e-5


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
    wide = _by_gram if count <= FULL_SIZE else _by_krylov
    find = _by_covariance if width <= FULL_SIZE else wide
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
    values, vectors = np.linalg.eigh(covariance)  # ascending
    leading = slice(None, -k - 1, -1)
    return vectors[:, leading], np.maximum(values[leading], 0.0), float(np.trace(covariance))


def _by_gram(
    context: Context, features: NDArray[Any], mean: Vectors, k: int
) -> tuple[Vectors, Vectors, float]:
    """Decompose the inner products of few but wide vectors; they have the same leading variances.

    Returns:
        As `_by_covariance`; axes without variance are zero.
    """
    count, width = features.shape
    columns = [slice(a, a + BLOCK_VALUES // count) for a in range(0, width, BLOCK_VALUES // count)]
    products = np.zeros((count, count))
    for number, part in enumerate(columns):
        context.progress(0.1 + 0.4 * number / len(columns), "inner products")
        block = features[:, part].astype(np.float64) - mean[part]
        products += block @ block.T
    values, vectors = np.linalg.eigh(products)  # ascending
    leading = [place for place in range(count)[: -k - 1 : -1] if values[place] > 1e-10 * values[-1]]
    axes, variance = np.zeros((width, k)), np.zeros(k)
    variance[: len(leading)] = values[leading] / (count - 1)
    for part in columns:
        block = features[:, part].astype(np.float64) - mean[part]
        axes[part, : len(leading)] = (block.T @ vectors[:, leading]) / np.sqrt(values[leading])
    return axes, variance, float(np.trace(products)) / (count - 1)


def _by_krylov(
    context: Context, features: NDArray[Any], mean: Vectors, k: int
) -> tuple[Vectors, Vectors, float]:
    """Find the leading axes of a wide embedding without its covariance matrix.

    Block Krylov iteration (Musco and Musco, 2015): multiply a block of vectors by the covariance
    again and again, keep all of them, and decompose what the covariance is on their span. The start
    is drawn from a fixed seed, so the result is the same every time. Where the spectrum is too flat
    to tell axes apart within the steps allowed, they are the best ones in that span.

    Returns:
        As `_by_covariance`.
    """

    def multiply(vectors: Vectors) -> tuple[Vectors, float]:
        product, total = np.zeros_like(vectors), 0.0
        for _, block in blocks(features):
            block -= mean
            total += float(np.vdot(block, block))
            product += block.T @ (block @ vectors)
        return product / (len(features) - 1), total / (len(features) - 1)

    start = np.random.default_rng(0).standard_normal((len(mean), KRYLOV_BLOCK))
    block = np.linalg.qr(start)[0]
    basis, images = block, np.zeros((len(mean), 0))  # columns, and the covariance times each
    for step in range(KRYLOV_STEPS):
        context.progress(0.1 + 0.8 * step / KRYLOV_STEPS, f"step {step + 1}")
        product, total = multiply(block)
        images = np.hstack([images, product])
        values, rotation = np.linalg.eigh(basis.T @ images)
        leading = rotation[:, : -k - 1 : -1]
        axes, variance = basis @ leading, np.maximum(values[: -k - 1 : -1], 0.0)
        residual = np.linalg.norm(images @ leading - axes * variance, axis=0)
        if np.all(residual <= TOLERANCE * max(float(variance[0]), 1e-300)):
            break
        block = product
        for _ in range(2):  # the first round leaves only noise where nothing new was found
            block = np.linalg.qr(block - basis @ (basis.T @ block))[0]
        basis = np.hstack([basis, block])
    return axes, variance, total


def _fix_signs(axes: Vectors) -> Vectors:
    """Turn each column so that its largest entry is positive; scikit-learn's convention."""
    largest = np.abs(axes).argmax(axis=0)
    signs = np.where(axes[largest, np.arange(axes.shape[1])] < 0.0, -1.0, 1.0)
    return axes * signs
