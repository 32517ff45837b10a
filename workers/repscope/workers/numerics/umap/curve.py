"""The curve that turns distances on the map into memberships."""

import numpy as np

from repscope.workers.numerics.arrays import F64

ROUNDS = 200  # it takes about ten, from anywhere that the parameters allow
SETTLED = 1e-12  # relative fall of the squared errors


def fit_curve(min_dist: float = 0.1, spread: float = 1.0) -> tuple[float, float]:
    """Fits 1 / (1 + a d^(2b)) to a plateau of width min_dist and an exponential fall beyond.

    McInnes, Healy and Melville 2018, definition 11; the samples are umap-learn's. Least squares by
    Levenberg and Marquardt's method, here because importing SciPy's takes a first map longer than
    all its steps.

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
    logs = np.log(np.maximum(d, 1e-300))
    # In logarithms of a and b, which keeps both above 0.
    at, damping = np.zeros(2), 1e-3
    powers, values = _curve(logs, at)
    errors = wanted - values
    for _ in range(ROUNDS):
        slope = -(values**2) * powers
        jacobian = np.stack([slope, slope * 2 * np.exp(at[1]) * logs], axis=1)  # (300, 2)
        normal = jacobian.T @ jacobian
        damped = normal + damping * np.diag(np.diag(normal))
        further = at + np.linalg.solve(damped, jacobian.T @ errors)
        further_powers, further_values = _curve(logs, further)
        further_errors = wanted - further_values
        fall = errors @ errors - further_errors @ further_errors
        if not fall > 0:
            if damping > 1e9:  # no direction leads down
                break
            damping *= 10
            continue
        settled = fall <= SETTLED * (errors @ errors)
        at, powers, values, errors = further, further_powers, further_values, further_errors
        damping /= 10
        if settled:
            break
    return float(np.exp(at[0])), float(np.exp(at[1]))


def _curve(logs: F64, at: F64) -> tuple[F64, F64]:
    """Return a d^(2b) and the curve; `logs` of the distances, `at` of a and b."""
    powers = np.exp(np.minimum(at[0] + 2 * np.exp(at[1]) * logs, 700))  # e^710 is too large
    return powers, 1 / (1 + powers)
