"""The patches that hold the largest share of an image's attention."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def keep_mass(maps: NDArray[Any], mass: float) -> NDArray[np.bool_]:
    """Keep the patches with most attention, until they hold a share of it.

    The patch with which the share is reached is kept too (as in DINO's visualization: Caron et al.,
    2021), so that a share above 0 keeps at least one patch. Of equal patches the last is kept
    first.

    Args:
        maps: (..., patches), not negative; they need not add up to 1.
        mass: Share to keep, 0 to 1.

    Returns:
        (..., patches), true where a patch is kept.
    """
    values = np.asarray(maps, np.float64)
    order = np.argsort(values, axis=-1, kind="stable")
    ascending = np.take_along_axis(values, order, axis=-1)
    total = ascending.sum(axis=-1, keepdims=True)
    shares = np.cumsum(ascending, axis=-1) / np.where(total > 0.0, total, 1.0)
    kept = np.empty(values.shape, bool)
    np.put_along_axis(kept, order, shares > 1.0 - mass, axis=-1)
    return kept
