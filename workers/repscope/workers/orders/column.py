"""By what is known of each image."""

import numpy as np
from pydantic import Field

from repscope.core.catalogue import Input
from repscope.workers.context import Context, Readable, Result
from repscope.workers.orders.given import as_order, given_rows
from repscope.workers.registry import MethodParams, register
from repscope.workers.similarity.known import known_of


class Params(MethodParams):
    """By what."""

    column: str = Field(
        "label", max_length=200, description="name of a column: a category or a number"
    )


@register(
    "order",
    "column",
    version=1,
    title="By a column",
    params=Params,
    inputs=[
        Input(name="dataset", kind="dataset", description="the images"),
        Input(
            name="rows", kind="order", optional=True, description="which images; else all of them"
        ),
    ],
    output="order",
    default=True,
    cost={"constant": 0.05, "rows": 1e-7},
)
def column(
    context: Context, params: Params, dataset: Readable, rows: Readable | None = None
) -> Result:
    """Order images by their label, or by another category or number.

    Categories follow one another as the dataset lists them, numbers ascend, and images without a
    value come last. Images of equal value stay in the order in which they were.
    """
    known = known_of(dataset, params.column)
    chosen = given_rows(rows, int(dataset.meta["count"]))
    values = known.values[chosen]
    missing = values < 0 if known.names is not None else np.isnan(values)
    return as_order(chosen[np.lexsort((np.where(missing, 0.0, values), missing))])
