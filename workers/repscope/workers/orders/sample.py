"""A fair sample."""

import numpy as np
from pydantic import Field

from repscope.core.catalogue import Input
from repscope.workers.context import Context, Readable, Result
from repscope.workers.datasets.labels import groups_of
from repscope.workers.numerics.apportion import stratified
from repscope.workers.orders.given import as_order
from repscope.workers.registry import MethodParams, register


class Params(MethodParams):
    """How many."""

    count: int = Field(
        1000, ge=2, le=20_000, description="how many images; all when there are fewer"
    )


@register(
    "order",
    "sample",
    version=1,
    title="A sample by label",
    params=Params,
    inputs=[Input(name="dataset", kind="dataset", description="the images to draw from")],
    output="order",
    seeded=True,
    cost={"constant": 0.05, "rows": 1e-7},
)
def sample(context: Context, params: Params, dataset: Readable) -> Result:
    """Draw images at random so that every class keeps its share, and order them by label.

    Within a class, and where there are none, they stay in the order of the dataset. The seed
    decides which are drawn.
    """
    total = int(dataset.meta["count"])
    labels = groups_of(dataset)
    rows = stratified(labels, min(params.count, total), context.rng)
    missing = labels[rows] < 0
    return as_order(rows[np.lexsort((labels[rows], missing))])
