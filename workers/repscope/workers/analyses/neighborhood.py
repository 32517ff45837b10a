"""How far to trust a map: which neighbors survive on it."""

import numpy as np
from pydantic import Field

from repscope.core.catalogue import Input
from repscope.core.errors import MethodFailed
from repscope.workers.analyses.distances import METRIC_DESCRIPTION, Metric
from repscope.workers.context import Context, Readable, Result
from repscope.workers.datasets.description import column
from repscope.workers.numerics.quality import neighbor_recall, quality
from repscope.workers.registry import MethodParams, register

#: Up to this many images all are looked at; each takes time in proportion to their number.
ALL_ROWS = 5000
#: Sizes at which the curve of all scales is kept: enough for a smooth line.
CURVE_POINTS = 200


class Params(MethodParams):
    """At which scale to look."""

    k: int = Field(
        15, ge=1, le=500, title="Number of neighbors", description="size of a neighborhood"
    )
    sample: int | None = Field(
        None,
        ge=10,
        le=100_000,
        description="images to rank from; empty for all up to 5,000, 1,000 above",
    )
    metric: Metric = Field("euclidean", description=METRIC_DESCRIPTION)


@register(
    "trust",
    "neighborhood",
    version=1,
    title="Neighbors kept",
    params=Params,
    inputs=[
        Input(name="projection", kind="projection", description="the map"),
        Input(name="neighbors", kind="neighbors", description="the graph in feature space"),
        Input(name="embedding", kind="embedding", description="the vectors"),
    ],
    output="values",
    seeded=True,
    cost={"constant": 0.5, "rows": 2e-4, "rows*width": 2e-7},
)
def neighborhood(
    context: Context,
    params: Params,
    projection: Readable,
    neighbors: Readable,
    embedding: Readable,
) -> Result:
    """Show which share of each image's nearest neighbors is near on the map too.

    Recall is the strict measure: of the k nearest in feature space, how many are among the k
    nearest on the map. Trustworthiness falls when strangers look like neighbors, continuity when
    neighbors are torn apart; both forgive near misses, so they are high for almost any map (Venna
    and Kaski, 2006). The curve gives the recall at every scale, less what chance would give (Lee
    and Verleysen, 2009).
    """
    from scipy.spatial import cKDTree

    points = np.asarray(projection.array("points"), np.float32)
    indices = neighbors.array("indices")
    count = len(points)
    if len(indices) != count:
        raise MethodFailed(f"The map has {count} points, the graph {len(indices)}.")
    k = min(params.k, indices.shape[1], (count - 1) // 2)
    if k < 1:
        raise MethodFailed("A neighborhood needs at least 3 images.")
    context.progress(0.0, "neighbors on the map")
    near = cKDTree(points).query(points, k + 1)[1]
    near = _without_self(near)
    recall = neighbor_recall(np.asarray(indices[:, :k]), near)
    sample = params.sample or (count if count <= ALL_ROWS else 1000)
    measured = quality(
        np.asarray(embedding.array("features"), np.float32),
        points,
        k,
        metric=params.metric,
        sample=sample,
        seed=context.seed,
        progress=lambda done: context.progress(0.1 + 0.9 * done, "ranks"),
    )
    columns = {"recall": recall}
    for name in ("trustworthiness", "continuity"):
        columns[name] = np.full(count, np.nan)
        columns[name][measured.rows] = getattr(measured, name)
    titles = {
        "recall": f"Share of the {k} nearest kept",
        "trustworthiness": "Trustworthiness",
        "continuity": "Continuity",
    }
    sizes = np.unique(np.geomspace(1, count - 2, CURVE_POINTS).astype(int)) if count > 3 else [1]
    kept = measured.curve[np.asarray(sizes) - 1]
    chance = np.asarray(sizes) / (count - 1)
    arrays = {f"column_{name}": values.astype(np.float32) for name, values in columns.items()}
    arrays["curve_k"] = np.asarray(sizes, np.int32)
    arrays["curve_kept"] = kept.astype(np.float32)
    arrays["curve_above_chance"] = ((kept - chance) / (1.0 - chance)).astype(np.float32)
    return Result(
        arrays,
        {
            "columns": [column(n, titles[n], "number", f"column_{n}") for n in columns],
            "count": count,
            "k": k,
            "looked_at": len(measured.rows),
        },
        {
            "recall": float(recall.mean()),
            "trustworthiness": measured.mean("trustworthiness"),
            "trustworthiness_error": measured.error("trustworthiness"),
            "continuity": measured.mean("continuity"),
            "continuity_error": measured.error("continuity"),
        },
    )


def _without_self(near: np.ndarray) -> np.ndarray:
    """Take each point off its own list; where copies crowd it out, the last of the list."""
    count, width = near.shape
    own = near == np.arange(count)[:, None]
    own[~own.any(axis=1), -1] = True
    return np.ascontiguousarray(near[~own].reshape(count, width - 1))
