"""Along a map."""

import numpy as np

from repscope.core.catalogue import Input
from repscope.core.errors import MethodFailed
from repscope.workers.context import Context, Readable, Result
from repscope.workers.numerics.arrays import I64
from repscope.workers.orders.given import as_order
from repscope.workers.registry import NoParams, register

#: The curve goes through a grid of 2^BITS by 2^BITS cells.
BITS = 16


@register(
    "order",
    "map",
    version=1,
    title="Along a map",
    inputs=[Input(name="projection", kind="projection", description="a map of two axes or more")],
    output="order",
    cost={"constant": 0.05, "rows": 1e-6},
)
def map_(context: Context, params: NoParams, projection: Readable) -> Result:
    """Order images along a Hilbert curve through the first two axes of a map.

    The curve visits every place once without leaps (Hilbert, 1891), so what is near in the order is
    near on the map; what is near on the map may be far apart in the order.
    """
    points = np.asarray(projection.array("points"), np.float64)
    if points.shape[1] < 2:
        raise MethodFailed("An order along a map needs a map of at least two axes.")
    low, high = points[:, :2].min(axis=0), points[:, :2].max(axis=0)
    side = 2**BITS - 1
    cells = np.rint((points[:, :2] - low) / max(float((high - low).max()), 1e-300) * side)
    return as_order(np.argsort(hilbert(cells.astype(np.int64), BITS), kind="stable"))


def hilbert(cells: I64, bits: int) -> I64:
    """Return where on the Hilbert curve each cell lies.

    Args:
        cells: (n, 2) whole numbers from 0 to 2^bits - 1.
        bits: Levels of the curve.

    Returns:
        (n,) numbers from 0 to 4^bits - 1; cells of consecutive numbers share a side.
    """
    x, y = cells[:, 0].copy(), cells[:, 1].copy()
    places = np.zeros(len(cells), np.int64)
    for level in range(bits - 1, -1, -1):
        right, up = (x >> level) & 1, (y >> level) & 1
        places = 4 * places + ((3 * right) ^ up)
        x &= (1 << level) - 1
        y &= (1 << level) - 1
        # The curve within a quarter is that of the whole, turned in the lower two.
        turned = (up == 0) & (right == 1)
        x[turned], y[turned] = (1 << level) - 1 - x[turned], (1 << level) - 1 - y[turned]
        lower = up == 0
        x[lower], y[lower] = y[lower].copy(), x[lower].copy()
    return places
