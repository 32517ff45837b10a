"""Images worth a second look: outliers, near-duplicates, likely mislabels."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from repscope.core.catalogue import Input
from repscope.workers.analyses.values import labels_of, numbers
from repscope.workers.context import Context, Readable, Result
from repscope.workers.registry import MethodParams, register


class Params(MethodParams):
    """What counts as unusual."""

    k: int = Field(
        15,
        ge=2,
        le=500,
        title="Number of neighbors",
        description="neighbors that an image is compared with",
    )
    most: int = Field(200, ge=1, le=100_000, description="longest list to make")
    duplicate: float = Field(
        0.1,
        ge=0.0,
        le=1.0,
        description="two images are near-duplicates when their distance is at most this share "
        "of the usual distance to a nearest neighbor",
    )
    confidence: float = Field(
        0.8,
        ge=0.5,
        le=1.0,
        description="a label is doubted when this share of the neighbors has one other class",
    )


@register(
    "findings",
    "unusual",
    version=1,
    title="Worth a second look",
    params=Params,
    inputs=[
        Input(name="neighbors", kind="neighbors", description="the nearest-neighbor graph"),
        Input(name="dataset", kind="dataset", description="the images"),
    ],
    output="values",
    cost={"constant": 0.1, "rows": 1e-5},
)
def unusual(context: Context, params: Params, neighbors: Readable, dataset: Readable) -> Result:
    """List the outliers, the near-duplicates and the labels that their neighbors doubt.

    An outlier lies in a thinner region than its neighbors do (local outlier factor, Breunig et
    al., 2000; about 1 is usual). Near-duplicates are almost on the same spot. A label is doubted
    when nearly all neighbors have one and the same other class. All three are hints by this
    encoder: look at the images before you believe them.
    """
    indices = neighbors.array("indices")[:, : params.k]
    distances = neighbors.array("distances")[:, : params.k].astype(np.float64)
    factor = local_outlier_factor(indices, distances)
    context.progress(0.5, "lists")
    outliers = np.argsort(-factor, kind="stable")[: params.most]
    duplicates = near_duplicates(indices, distances, params.duplicate)[: params.most]
    lists = [
        _list("outliers", "Outliers", "lie in a thinner region than their neighbors"),
        _list("duplicates", "Near-duplicates", "pairs on almost the same spot"),
    ]
    arrays = {"outliers": outliers.astype(np.int32), "duplicates": duplicates}
    if dataset.meta["classes"]:
        labels = labels_of(dataset, len(indices))
        rows, suggested = doubted(labels, indices, params.confidence)
        arrays |= {"mislabels": rows[: params.most], "suggested": suggested[: params.most]}
        lists.append(_list("mislabels", "Likely mislabels", "have neighbors of one other class"))
    context.progress(1.0)
    found = numbers("outlier", "Local outlier factor", factor)
    return Result(found.arrays | arrays, found.meta | {"lists": lists})


def local_outlier_factor(
    indices: NDArray[Any], distances: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return how much thinner each point's surroundings are than its neighbors' (Breunig 2000).

    Args:
        indices: (N, k) nearest neighbors.
        distances: (N, k), ascending.
    """
    reach = np.maximum(distances, distances[indices, -1])  # (N, k) reachability distances
    density = 1.0 / (reach.mean(axis=1) + 1e-10)  # the constant is scikit-learn's, for duplicates
    return (density[indices] / density[:, None]).mean(axis=1)


def near_duplicates(
    indices: NDArray[Any], distances: NDArray[np.float64], share: float
) -> NDArray[np.int32]:
    """Return pairs of rows (pairs, 2), the nearest first, each pair once."""
    limit = share * float(np.median(distances[:, 0]))
    rows, places = np.nonzero(distances <= limit)
    pairs = np.stack([rows, indices[rows, places]], axis=1)
    pairs.sort(axis=1)
    pairs, first = np.unique(pairs, axis=0, return_index=True)
    order = np.argsort(distances[rows, places][first], kind="stable")
    return pairs[order].astype(np.int32).reshape(-1, 2)


def doubted(
    labels: NDArray[np.int32], indices: NDArray[Any], confidence: float
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return rows whose neighbors mostly have one other class, and that class; surest first."""
    classes = int(labels.max()) + 1
    votes = np.zeros((len(labels), max(classes, 1)), np.int32)
    for place in range(indices.shape[1]):
        given = labels[indices[:, place]]
        known = np.flatnonzero(given >= 0)
        votes[known, given[known]] += 1
    winner = votes.argmax(axis=1)
    share = votes.max(axis=1) / indices.shape[1]
    rows = np.flatnonzero((share >= confidence) & (winner != labels) & (labels >= 0))
    rows = rows[np.argsort(-share[rows], kind="stable")]
    return rows.astype(np.int32), winner[rows].astype(np.int32)


def _list(name: str, title: str, reason: str) -> dict[str, str]:
    return {"name": name, "title": title, "description": reason, "array": name}
