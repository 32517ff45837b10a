"""By hierarchical clustering."""

from typing import Literal

import numpy as np
from pydantic import Field

from repscope.core.catalogue import Input
from repscope.core.errors import MethodFailed
from repscope.workers.context import Context, Readable, Result
from repscope.workers.orders.given import as_order, given_rows
from repscope.workers.registry import MethodParams, register
from repscope.workers.similarity.rdm import Measure, dissimilarities

#: SciPy holds all pairs twice, in double precision: 0.8 GB at this many rows.
MOST_ROWS = 10_000
#: Up to so many rows neighbors in the order are made as alike as the tree allows.
MOST_OPTIMAL = 3000


class Params(MethodParams):
    """How images are joined."""

    measure: Measure = Field("correlation", description="how dissimilar two images are")
    linkage: Literal["average", "complete", "single"] = Field(
        "average",
        description="how dissimilar two clusters are: by the mean, the largest or the smallest "
        "dissimilarity of their images",
    )


@register(
    "order",
    "clustering",
    version=1,
    title="By clustering",
    params=Params,
    inputs=[
        Input(name="embedding", kind="embedding", description="the vectors to cluster"),
        Input(
            name="rows", kind="order", optional=True, description="which images; else all of them"
        ),
    ],
    output="order",
    cost={"constant": 0.3, "rows*rows": 3e-8, "rows*rows*width": 1e-11},
)
def clustering(
    context: Context, params: Params, embedding: Readable, rows: Readable | None = None
) -> Result:
    """Order images as the leaves of a tree that joins the most alike first.

    Clusters are joined by the mean dissimilarity of their images (Sokal and Michener, 1958) unless
    told otherwise. Up to 3,000 images the leaves are turned so that the sum of dissimilarities of
    neighbors in the order is the least that the tree allows (Bar-Joseph, Gifford and Jaakkola,
    2001). `merges` is the tree as SciPy's `linkage` describes it, its leaves numbered by `rows`.
    The most are 10,000 images.
    """
    from scipy.cluster.hierarchy import leaves_list, linkage, optimal_leaf_ordering

    features = embedding.array("features")
    chosen = given_rows(rows, len(features))
    count = len(chosen)
    if count < 2:
        raise MethodFailed("Clustering needs at least 2 images.")
    if count > MOST_ROWS:
        raise MethodFailed(
            f"{count:,} images are too many to cluster; the most is {MOST_ROWS:,}. Give 'rows' "
            "such as order/sample, or order by a column."
        )
    pairs = dissimilarities(
        np.asarray(features[chosen]), params.measure, lambda share: context.progress(0.4 * share)
    ).astype(np.float64)
    context.progress(0.4, "joining")
    merges = linkage(pairs, params.linkage)
    if count <= MOST_OPTIMAL:
        context.progress(0.6, "turning branches")
        merges = optimal_leaf_ordering(merges, pairs)
    context.progress(1.0)
    return as_order(
        chosen[leaves_list(merges)], {"merges": merges, "rows": chosen}, linkage=params.linkage
    )
