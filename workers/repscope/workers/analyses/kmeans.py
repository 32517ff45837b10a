"""Clusters by k-means, in feature space."""

import numpy as np
from pydantic import Field

from repscope.core.catalogue import Input
from repscope.core.errors import MethodFailed
from repscope.workers.analyses.values import categories
from repscope.workers.context import Context, Readable, Result
from repscope.workers.registry import MethodParams, register

#: Images per cluster in the sample that the centers start from: enough to place them, and cheap.
SAMPLE_PER_CLUSTER = 64
SAMPLE_LEAST = 1024
#: Up to so many clusters one bad start costs much and a second one little.
FEW_CLUSTERS = 20
#: Rounds over all images. Those after them cost as much and gain less than 1% of inertia together.
ROUNDS = 15


class Params(MethodParams):
    """How many clusters."""

    k: int = Field(
        10,
        ge=2,
        le=500,
        title="Number of clusters",
        description="in how many groups the images are put",
    )


@register(
    "clusters",
    "kmeans",
    version=2,
    title="k-means",
    params=Params,
    inputs=[Input(name="embedding", kind="embedding", description="the vectors to group")],
    output="values",
    seeded=True,
    cost={"constant": 1.5, "rows*width*params.k": 1.5e-8},
)
def kmeans(context: Context, params: Params, embedding: Readable) -> Result:
    """Group the images into k clusters around k mean vectors.

    Each image belongs to the nearest center and each center is the mean of its images (Lloyd,
    1982). The clusters are found among the vectors themselves, not on the map, so a cluster that
    lies in two pieces on the map shows where the map tore it. k-means finds k clusters whether
    there are any or not, and likes them round and of one size.

    The centers start from k-means++ (Arthur and Vassilvitskii, 2007) on a sample and take at most
    15 rounds over all images.
    """
    from sklearn.cluster import KMeans

    features = np.asarray(embedding.array("features"), np.float32)
    count = len(features)
    if count < params.k:
        raise MethodFailed(f"{params.k} clusters need at least {params.k} images, not {count}.")
    context.progress(0.0, "centers of a sample")
    size = min(count, max(SAMPLE_LEAST, SAMPLE_PER_CLUSTER * params.k))
    sample = features[np.sort(context.rng.choice(count, size, replace=False))]
    starts = 2 if params.k <= FEW_CLUSTERS else 1
    first = KMeans(params.k, n_init=starts, tol=1e-3, random_state=context.seed).fit(sample)
    context.progress(0.3, "all images")
    model = KMeans(params.k, init=first.cluster_centers_, n_init=1, max_iter=ROUNDS).fit(features)
    context.progress(1.0)
    names = [str(cluster) for cluster in range(params.k)]
    return categories(
        "cluster", "k-means cluster", model.labels_, names, {"inertia": float(model.inertia_)}
    )
