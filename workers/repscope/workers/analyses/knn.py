"""The exact nearest-neighbor graph, by blocks of a matrix product."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from repscope.core.catalogue import Input
from repscope.core.errors import MethodFailed
from repscope.workers.analyses.distances import (
    METRIC_DESCRIPTION,
    Metric,
    pair_distances,
    unit_rows,
)
from repscope.workers.analyses.features import mean_of
from repscope.workers.context import Context, Readable, Result
from repscope.workers.registry import MethodParams, register

Matrix = NDArray[np.float32]

#: Numbers in one block of the distance matrix: 32 MB.
BLOCK_VALUES = 2**23
#: Numbers gathered at once to compute candidate distances again: 32 MB in double precision.
GATHER_VALUES = 2**22
#: Candidates kept for one row when very many are equally near within rounding.
CANDIDATE_LIMIT = 512


class Params(MethodParams):
    """Which neighbors."""

    k: int = Field(90, ge=1, le=1000, description="neighbors of each image, itself not counted")
    metric: Metric = Field("euclidean", description=METRIC_DESCRIPTION)


@register(
    "neighbors",
    "knn",
    version=1,
    title="Exact neighbors",
    params=Params,
    inputs=[Input(name="embedding", kind="embedding", description="the vectors to compare")],
    output="graph",
    default=True,
    cost={
        "constant": 0.1,
        "rows*rows": 2e-8,
        "rows*rows*width": 5e-11,
        "rows*params.k*width": 6e-9,
    },
)
def knn(context: Context, params: Params, embedding: Readable) -> Result:
    """Find for every image the k images whose vectors are nearest to its own.

    Compared with every other image, none left out (brute force), so this is the truth that faster
    searches are measured by. Neighbors are sorted by distance, equal distances by row, and an image
    is never its own neighbor. When there are fewer than k other images, all of them are given.

    Distances come from one matrix product per block, |a|^2 + |b|^2 - 2 ab. In single precision
    that formula loses digits when vectors are near each other and far from the origin, so the
    vectors are centered first, and everything within rounding of the k-th distance is computed
    again directly.
    """
    features = embedding.array("features")  # (N, d)
    count = len(features)
    if count < 2:
        raise MethodFailed("Neighbors need at least 2 images.")
    k = min(params.k, count - 1)
    context.progress(0.0, "reading")
    mean = mean_of(features).astype(np.float32)
    vectors = unit_rows(features) if params.metric == "cosine" else features - mean
    vectors = np.ascontiguousarray(vectors, np.float32)
    squares = np.einsum("ij,ij->i", vectors, vectors)  # (N,)
    if params.metric == "cosine":
        squares[:] = 1.0  # a row of zeros has no length, but its distances are to be counted alike
    indices = context.array("indices", (count, k), "int32")
    distances = context.array("distances", (count, k), "float32")
    rows_per_block = max(1, BLOCK_VALUES // count)
    for start in range(0, count, rows_per_block):
        rows = np.arange(start, min(start + rows_per_block, count))
        context.progress(start / count, f"{start:,} of {count:,} images")
        candidates = _candidates(vectors, squares, rows, k)
        indices[rows], distances[rows] = _nearest(params.metric, features, rows, candidates, k)
    context.progress(1.0, f"{count:,} images")
    return Result(
        {"indices": indices, "distances": distances},
        {"k": k, "metric": params.metric, "exact": True},
    )


def _candidates(
    vectors: Matrix, squares: Matrix, rows: NDArray[np.int64], k: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Find for each row of a block all that can be among its k nearest, given rounding.

    Returns:
        Places in the block and the rows of the candidates, both (pairs,), sorted by both.
    """
    squared = squares[rows, None] + squares - 2.0 * (vectors[rows] @ vectors.T)  # (block, N)
    squared[np.arange(len(rows)), rows] = np.inf
    kth = np.partition(squared, k - 1, axis=1)[:, k - 1]  # (block,)
    # Error bound of a dot product of d float32 numbers: a random walk of d roundings, times 8.
    rounding = 8.0 * np.sqrt(vectors.shape[1]) * np.finfo(np.float32).eps
    reach = kth + 2.0 * rounding * (squares[rows] + squares.max())
    within = squared <= reach[:, None]
    for place in np.flatnonzero(within.sum(axis=1) > k + CANDIDATE_LIMIT):
        # So many equals only when an encoder has collapsed: the lowest rows stand for all.
        nearest = np.argsort(squared[place], kind="stable")[: k + CANDIDATE_LIMIT]
        within[place] = False
        within[place, nearest] = True
    places, others = np.nonzero(within)
    return places, others


def _nearest(
    metric: Metric,
    features: NDArray[Any],
    rows: NDArray[np.int64],
    candidates: tuple[NDArray[np.int64], NDArray[np.int64]],
    k: int,
) -> tuple[NDArray[np.int32], Matrix]:
    """Compute the candidates' distances again, exactly, and keep each row's k smallest.

    Returns:
        Indices and distances, each (block, k), sorted by distance and then by row.
    """
    places, others = candidates
    exact = np.empty(len(places), np.float32)
    pairs = max(1, GATHER_VALUES // features.shape[1])
    for start in range(0, len(places), pairs):
        part = slice(start, start + pairs)
        exact[part] = pair_distances(metric, features[others[part]], features[rows[places[part]]])
    order = np.lexsort((others, exact, places))
    first = np.searchsorted(places, np.arange(len(rows)))  # where each row's candidates begin
    chosen = order[first[:, None] + np.arange(k)]
    return others[chosen].astype(np.int32), exact[chosen]
