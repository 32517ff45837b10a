"""What orders read and return."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from repscope.core.errors import MethodFailed
from repscope.workers.context import Readable, Result


def given_rows(rows: Readable | None, count: int) -> NDArray[np.int32]:
    """Return the rows to put in order.

    Args:
        rows: An order whose images are meant; all images without it.
        count: Images there are.

    Raises:
        MethodFailed: It names an image that is not there.
    """
    if rows is None:
        return np.arange(count, dtype=np.int32)
    chosen = np.asarray(rows.array("order"), np.int32)
    if len(chosen) and int(chosen.max()) >= count:
        raise MethodFailed(
            f"'rows' names row {int(chosen.max()):,}, but there are {count:,} images; it is of "
            "another dataset."
        )
    return chosen


def as_order(
    rows: NDArray[Any], arrays: dict[str, NDArray[Any]] | None = None, **meta: Any
) -> Result:
    """Return an order.

    Args:
        rows: Of the dataset, each at most once.
        arrays: What else is known of the order.
        meta: Facts for readers.
    """
    order = np.ascontiguousarray(rows, np.int32)
    return Result({"order": order, **(arrays or {})}, {"count": len(order), **meta})
