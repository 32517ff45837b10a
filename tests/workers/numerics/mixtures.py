"""Random features in clusters, for the tests of this folder."""

import numpy as np
from numpy.typing import NDArray


def mixture(n: int, d: int, clusters: int = 8, seed: int = 0) -> NDArray[np.float32]:
    """Draws n points of d dimensions around a few random centers."""
    rng = np.random.default_rng(seed)
    centers = 2 * rng.standard_normal((clusters, d))
    points = centers[rng.integers(clusters, size=n)] + rng.standard_normal((n, d))
    return points.astype(np.float32)
