"""The curve that turns distances on the map into memberships."""

import numpy as np
from scipy.optimize import curve_fit


def fit_curve(min_dist: float = 0.1, spread: float = 1.0) -> tuple[float, float]:
    """Fits 1 / (1 + a d^(2b)) to a plateau of width min_dist and an exponential fall beyond.

    McInnes, Healy and Melville 2018, definition 11; the samples are umap-learn's.

    Args:
        min_dist: distance on the map below which points are as good as together, at least 0.
        spread: scale of the fall, above 0.

    Returns:
        a and b.

    Raises:
        ValueError: min_dist is negative or not below 3 x spread.
    """
    if not 0 <= min_dist < 3 * spread:
        raise ValueError(f"min_dist is {min_dist:g}; it must be from 0 to below 3 x spread.")
    d = np.linspace(0, 3 * spread, 300)
    wanted = np.where(d < min_dist, 1.0, np.exp(-(d - min_dist) / spread))
    (a, b), _ = curve_fit(lambda d, a, b: 1 / (1 + a * d ** (2 * b)), d, wanted)
    return float(a), float(b)
