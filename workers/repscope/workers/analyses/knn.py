"""The nearest-neighbor graph: computed once for an embedding, it serves every map and measure."""

from typing import Literal

import numpy as np
from pydantic import Field

from repscope.core.catalogue import Input
from repscope.core.errors import MethodFailed
from repscope.workers.analyses.distances import METRIC_DESCRIPTION, Metric
from repscope.workers.analyses.engines import EXACT_ROWS_ON_GPU, MOST_NEIGHBORS, engines_of
from repscope.workers.analyses.features import mean_of
from repscope.workers.context import Context, Readable, Result
from repscope.workers.numerics.knn import APPROXIMATE_ROWS
from repscope.workers.numerics.knn import knn as search
from repscope.workers.registry import MethodParams, register

#: Maps have at most three axes.
COMPONENTS = 3


class Params(MethodParams):
    """Which neighbors."""

    k: int = Field(
        90,
        ge=1,
        le=MOST_NEIGHBORS,
        title="Number of neighbors",
        description="neighbors of each image, itself not counted",
    )
    metric: Metric = Field("euclidean", description=METRIC_DESCRIPTION)
    search: Literal["auto", "exact", "approximate"] = Field(
        "auto",
        description=f"exact compares every image with every other; approximate is sooner for many "
        f"images and may miss some; auto is exact up to {APPROXIMATE_ROWS:,}, on a GPU up to "
        f"{EXACT_ROWS_ON_GPU:,}",
    )


@register(
    "neighbors",
    "knn",
    version=4,
    title="Nearest neighbors",
    params=Params,
    inputs=[Input(name="embedding", kind="embedding", description="the vectors to compare")],
    output="graph",
    default=True,
    cost={"constant": 0.5, "rows*rows": 1e-9, "rows*rows*width": 1e-11},
)
def knn(context: Context, params: Params, embedding: Readable) -> Result:
    """Find for every image the k images whose vectors are nearest to its own.

    Neighbors are sorted by distance, equal distances by row, and an image is never its own
    neighbor. When there are fewer than k other images, all of them are given. Exact search leaves
    none out. Approximate search (an inverted file: Jégou, Douze and Schmid, 2011) compares an image
    with those in the cells of space nearest to it: enough cells to find 95 % of the neighbors,
    unless that would take about as long as exact search. It is measured on a sample of the images:
    the graph says which share of the true neighbors it found.

    The first three principal components are kept beside the graph, for maps to start from.
    """
    features = np.asarray(embedding.array("features"), np.float32)  # (N, d)
    count = len(features)
    if count < 2:
        raise MethodFailed("Neighbors need at least 2 images.")
    mean_of(features)  # tells of an encoder that has broken down
    k = min(params.k, count - 1)
    engines = engines_of(context.device)
    exact = params.search == "exact" or (params.search == "auto" and count <= engines.exact_rows)

    def report(done: float) -> None:
        context.progress(0.95 * done, "comparing")

    report(0.0)
    if exact:
        graph = engines.knn(features, k, params.metric, report)
    else:
        graph = search(features, k, metric=params.metric, method="approximate", progress=report)
    context.progress(0.95, "principal components")
    components = engines.components(features, COMPONENTS)
    return Result(
        {"indices": graph.indices, "distances": graph.distances, "components": components},
        {"k": k, "metric": params.metric, "exact": graph.exact} | engines.meta,
        {"recall": graph.recall, "recall_error": graph.recall_error},
    )
