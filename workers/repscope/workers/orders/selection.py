"""What somebody selected."""

from repscope.core.catalogue import Input
from repscope.workers.context import Context, Readable, Result
from repscope.workers.orders.given import as_order
from repscope.workers.registry import NoParams, register


@register(
    "order",
    "selection",
    version=1,
    title="Selected images",
    inputs=[Input(name="selection", kind="selection", description="the images")],
    output="order",
    cost={"constant": 0.02},
)
def selection(context: Context, params: NoParams, selection: Readable) -> Result:
    """Take the images of a selection, in the order of the dataset.

    Give it as `rows` to another order, such as order/clustering, to arrange the same images anew.
    """
    return as_order(selection.array("rows"))
