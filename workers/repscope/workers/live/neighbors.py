"""The nearest neighbors of one image, at once."""

import numpy as np
from pydantic import Field

from repscope.core.catalogue import Input
from repscope.core.errors import InvalidRecipe, MethodFailed
from repscope.workers.analyses.distances import METRIC_DESCRIPTION, Metric, pair_distances
from repscope.workers.context import Context, Readable, Result
from repscope.workers.registry import MethodParams, register

#: Numbers compared at a time: a block that stays in the processor's cache.
BLOCK_VALUES = 2**18


class Params(MethodParams):
    """Whose neighbors."""

    row: int = Field(description="row of the image in its dataset", ge=0, le=100_000_000)
    k: int = Field(12, ge=1, le=1000, description="how many neighbors, the image not counted")
    metric: Metric = Field("euclidean", description=METRIC_DESCRIPTION)


@register(
    "live",
    "neighbors",
    version=1,
    title="Neighbors of one image",
    params=Params,
    inputs=[Input(name="embedding", kind="embedding", description="the vectors to compare")],
    output="graph",
    queue="live",
    cost={"constant": 0.002, "rows*width": 1e-9},
)
def neighbors(context: Context, params: Params, embedding: Readable) -> Result:
    """Find the images whose vectors are nearest to one image's.

    The same answer as that image's row in the exact graph, up to rounding, without the rest of the
    graph: sorted by distance, equal distances by row. When there are fewer than k other images, all
    are given.
    """
    features = embedding.array("features")  # (N, d)
    count, width = features.shape
    if params.row >= count:
        raise InvalidRecipe(
            f"'row' must be at most {count - 1}; it is {params.row}.", field="params.row"
        )
    if count < 2:
        raise MethodFailed("Neighbors need at least 2 images.")
    k = min(params.k, count - 1)
    query = features[params.row : params.row + 1].astype(np.float32)
    distances = np.empty(count, np.float32)
    rows = max(1, BLOCK_VALUES // width)
    for start in range(0, count, rows):
        part = slice(start, start + rows)
        distances[part] = pair_distances(params.metric, features[part], query)
    distances[params.row] = np.inf
    kth = np.partition(distances, k - 1)[k - 1]
    nearest = np.flatnonzero(distances <= kth)
    nearest = nearest[np.argsort(distances[nearest], kind="stable")[:k]]
    return Result(
        {"indices": nearest.astype(np.int32), "distances": distances[nearest]},
        {"k": k, "metric": params.metric},
    )
