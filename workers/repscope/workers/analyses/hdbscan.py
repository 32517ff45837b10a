"""Clusters by density, in feature space."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from repscope.core.catalogue import Input
from repscope.core.errors import MethodFailed
from repscope.workers.analyses.values import categories
from repscope.workers.context import Context, Readable, Result
from repscope.workers.registry import MethodParams, register


class Params(MethodParams):
    """What counts as a cluster."""

    min_cluster_size: int = Field(
        20, ge=2, le=100_000, description="images that a group needs to be a cluster"
    )
    min_samples: int = Field(
        5, ge=1, le=500, description="neighbors that density is measured over; more is smoother"
    )


@register(
    "clusters",
    "hdbscan",
    version=1,
    title="HDBSCAN",
    params=Params,
    inputs=[Input(name="neighbors", kind="neighbors", description="the nearest-neighbor graph")],
    output="values",
    cost={"constant": 1.5, "rows": 3e-4},
)
def hdbscan(context: Context, params: Params, neighbors: Readable) -> Result:
    """Group the images where the vectors lie dense, and leave the rest outside.

    Lowering a threshold of density, groups appear, grow and merge; those that last longest are
    the clusters (Campello, Moulavi and Sander, 2013). It decides itself how many there are and
    need not put every image into one. It works on the nearest-neighbor graph of the vectors, not
    on the map. In high dimensions density says less, and often most images stay outside.
    """
    from sklearn.cluster import HDBSCAN

    count, k = neighbors.array("indices").shape
    if k < params.min_samples:
        raise MethodFailed(f"'min_samples' must be at most {k}, the neighbors in the graph.")
    context.progress(0.1, "graph")
    graph = _connected(neighbors.array("indices"), neighbors.array("distances"))
    context.progress(0.4, "clusters")
    model = HDBSCAN(
        min_cluster_size=min(params.min_cluster_size, count),
        min_samples=params.min_samples,
        metric="precomputed",
        copy=True,
    ).fit(graph)
    context.progress(1.0)
    found = int(model.labels_.max()) + 1
    outside = float((model.labels_ < 0).mean())
    return categories(
        "density_cluster",
        "HDBSCAN cluster",
        model.labels_,
        [str(cluster) for cluster in range(found)],
        {"clusters": float(found), "outside": outside},
    )


def _connected(indices: NDArray[Any], distances: NDArray[Any]) -> Any:
    """Return the symmetric distance graph as a sparse matrix of one component.

    Pieces that no edge joins are joined by edges longer than all others: they merge last, which
    is what their distance means.
    """
    from scipy.sparse import coo_matrix, csr_matrix
    from scipy.sparse.csgraph import connected_components

    count, k = indices.shape
    rows = np.repeat(np.arange(count), k)
    # A distance of zero would be taken for no edge.
    lengths = np.maximum(distances.ravel().astype(np.float64), 1e-12)
    graph = csr_matrix((lengths, (rows, indices.ravel())), (count, count))
    graph = graph.maximum(graph.T)
    pieces, piece_of = connected_components(graph, directed=False)
    if pieces > 1:
        first = np.unique(piece_of, return_index=True)[1]
        far = np.full(pieces - 1, 4.0 * lengths.max())
        joints = coo_matrix((far, (first[:-1], first[1:])), (count, count))
        graph = graph + joints + joints.T
    return graph.tocsr()
