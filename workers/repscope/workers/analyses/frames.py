"""The window that several maps are looked at through, so that they can be compared."""

import numpy as np
from numpy.typing import NDArray


def frame_of(points: NDArray[np.floating]) -> list[list[float]]:
    """Return the corners of the box around all finite points.

    A view that scales each map to fill the window would hide that one is smaller than another, or
    lies elsewhere; with the box of one of them for all, they keep their place and size.

    Args:
        points: shape (N, dimensions).

    Returns:
        The lowest and the highest coordinate of each axis, as the meta entry `frame` holds them.
    """
    finite = points[np.isfinite(points).all(axis=1)]
    if not len(finite):
        return [[0.0] * points.shape[1], [0.0] * points.shape[1]]
    return [[float(x) for x in finite.min(axis=0)], [float(x) for x in finite.max(axis=0)]]
