"""Shares in whole numbers: how many of each class, and which."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from repscope.workers.numerics.arrays import I64


def apportion(total: int, sizes: NDArray[Any]) -> I64:
    """Divide `total` among groups in proportion to their sizes.

    The method of largest remainders: each group gets its share rounded down, and what is left goes
    one by one to the groups whose shares lost most, of equal ones to the larger, then to the first.

    Args:
        total: Number to divide, at most the sum of the sizes.
        sizes: Size of each group, (groups,).

    Returns:
        (groups,) that sums to `total`, no entry larger than its group.

    Raises:
        ValueError: When there is less than `total`.
    """
    sizes = np.asarray(sizes, np.int64)
    everything = int(sizes.sum())
    if not 0 <= total <= everything:
        raise ValueError(f"{total} cannot be divided among groups of {everything} together")
    if total == 0:
        return np.zeros(len(sizes), np.int64)
    # Whole numbers throughout: a share such as 0.1 * 30 is not 3 in floating point.
    shares, lost = np.divmod(total * sizes, everything)
    order = np.lexsort((np.arange(len(sizes)), -sizes, -lost))
    shares[order[: total - int(shares.sum())]] += 1
    return shares


def stratified(groups: NDArray[Any], total: int, rng: np.random.Generator) -> I64:
    """Draw rows so that every group keeps its share.

    Args:
        groups: Group of each row, (rows,) of whole numbers.
        total: How many rows to draw.
        rng: Decides which.

    Returns:
        The rows drawn, in ascending order.

    Raises:
        ValueError: When there are fewer than `total` rows.
    """
    _, group, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    wanted = apportion(total, sizes)
    # In random order, then by group: the first of each group are a random draw from it.
    shuffled = rng.permutation(len(group))
    by_group = shuffled[np.argsort(group[shuffled], kind="stable")]
    place = np.arange(len(group)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return np.sort(by_group[place < np.repeat(wanted, sizes)]).astype(np.int64)
