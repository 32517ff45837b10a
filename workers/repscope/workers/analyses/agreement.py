"""How far an image's neighbors share its class."""

import numpy as np
from pydantic import Field

from repscope.core.catalogue import Input
from repscope.workers.analyses.values import labels_of, numbers
from repscope.workers.context import Context, Readable, Result
from repscope.workers.registry import MethodParams, register


class Params(MethodParams):
    """How many neighbors vote."""

    k: int = Field(
        15,
        ge=1,
        le=500,
        title="Number of neighbors",
        description="neighbors of each image that are asked",
    )


@register(
    "scores",
    "agreement",
    version=1,
    title="k-NN agreement",
    params=Params,
    inputs=[
        Input(name="neighbors", kind="neighbors", description="the nearest-neighbor graph"),
        Input(name="dataset", kind="dataset", description="the images, with classes"),
    ],
    output="values",
    cost={"constant": 0.05, "rows": 1e-6},
)
def agreement(context: Context, params: Params, neighbors: Readable, dataset: Readable) -> Result:
    """Show for every image which share of its nearest neighbors has its class.

    One means that the encoder sees the image among its own kind, zero that it sees it among
    others. The neighbors are those of the vectors, not those on the map. Images without a class
    are left out.
    """
    indices = neighbors.array("indices")[:, : params.k]
    labels = labels_of(dataset, len(indices))
    known = (labels >= 0)[:, None] & (labels[indices] >= 0)
    same = known & (labels[indices] == labels[:, None])
    asked = known.sum(axis=1)
    share = np.divide(same.sum(axis=1), asked, out=np.full(len(labels), np.nan), where=asked > 0)
    context.progress(1.0)
    mean = float(np.nanmean(share)) if np.isfinite(share).any() else float("nan")
    title = f"Share of the {indices.shape[1]} nearest with the same class"
    return numbers("agreement", title, share, {"agreement": mean} if np.isfinite(mean) else {})
