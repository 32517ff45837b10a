"""A symmetric matrix of what every two of several things have in common."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np

from repscope.workers.context import Context, Result

Thing = TypeVar("Thing")


def all_pairs(
    context: Context,
    things: Sequence[Thing],
    compare: Callable[[Thing, Thing], float],
    meta: dict[str, Any],
) -> Result:
    """Compare each with each, itself among them.

    Args:
        context: Hears of the progress.
        things: What is compared.
        compare: Symmetric in both.
        meta: What else is known.

    Returns:
        `matrix` (k, k) float64.
    """
    count = len(things)
    matrix = np.empty((count, count))
    for i in range(count):
        context.progress(i / count, f"{i + 1} of {count}")
        for j in range(i, count):
            matrix[i, j] = matrix[j, i] = compare(things[i], things[j])
    context.progress(1.0)
    return Result({"matrix": matrix}, meta)
