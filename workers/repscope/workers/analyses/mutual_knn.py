"""Mutual nearest neighbors of several embeddings."""

import numpy as np
from pydantic import Field

from repscope.core.errors import MethodFailed
from repscope.workers.analyses.distances import METRIC_DESCRIPTION, Metric
from repscope.workers.analyses.pairs import EMBEDDINGS, all_pairs, images_of
from repscope.workers.context import Context, Readable, Result
from repscope.workers.numerics.knn import knn
from repscope.workers.registry import MethodParams, register
from repscope.workers.similarity.neighbors import overlap


class Params(MethodParams):
    """Which neighbors."""

    k: int = Field(10, ge=1, le=1000, description="neighbors of each image, itself not counted")
    metric: Metric = Field("cosine", description=METRIC_DESCRIPTION)


@register(
    "similarity",
    "mutual_knn",
    version=1,
    title="Mutual nearest neighbors",
    params=Params,
    inputs=EMBEDDINGS,
    output="matrix",
    cost={"constant": 0.5, "rows*rows": 1e-9, "rows*rows*width": 1e-11},
)
def mutual_knn(
    context: Context,
    params: Params,
    embeddings: list[Readable],
    others: list[Readable] | None = None,
) -> Result:
    """Compare embeddings by the share of nearest neighbors that are the same.

    It asks what is near only, and nothing of the far: 1 where each image has the same k neighbors
    in both, k / (N - 1) by chance (Huh, Cheung, Wang and Isola, 2024).
    """
    every = [*embeddings, *(others or [])]
    count = images_of(every)
    if count <= params.k:
        raise MethodFailed(
            f"{count:,} images have {count - 1:,} neighbors each; take fewer neighbors than that, "
            "or more images."
        )
    graphs = []
    for index, each in enumerate(every):
        context.progress(0.9 * index / len(every), f"neighbors: {index + 1} of {len(every)}")
        features = np.asarray(each.array("features"), np.float32)
        graphs.append(knn(features, params.k, metric=params.metric).indices)
    first = len(embeddings)
    meta = {"k": params.k, "metric": params.metric, "chance": params.k / (count - 1)}
    return all_pairs(context, graphs[:first], overlap, meta, graphs[first:])
