"""Classical multidimensional scaling (Torgerson, 1952)."""

import numpy as np

from repscope.workers.numerics.arrays import F64


def classical(distances: F64, dimensions: int = 2) -> F64:
    """Place things so that their distances come near to those given.

    Args:
        distances: (k, k) symmetric, zeros on the diagonal.
        dimensions: Of the map.

    Returns:
        (k, dimensions) points around the origin, the axis that varies most first; the largest
        coordinate of each axis is positive.
    """
    squares = np.square(distances)
    means = squares.mean(axis=0)
    kernel = -0.5 * (squares - means - means[:, None] + means.mean())
    values, axes = np.linalg.eigh(kernel)
    points = np.zeros((len(distances), dimensions))
    for axis in range(min(dimensions, len(values))):
        line = axes[:, -1 - axis] * np.sqrt(max(values[-1 - axis], 0.0))
        points[:, axis] = line * (np.sign(line[np.argmax(np.abs(line))]) or 1.0)
    return points


def stress(distances: F64, points: F64) -> float:
    """Return the stress of a map: the error of its distances, as a share of them; 0 is exact.

    It is the first of Kruskal (1964).

    Args:
        distances: (k, k) as they should be.
        points: (k, dimensions) the map.
    """
    pairs = np.triu_indices(len(points), 1)
    given = distances[pairs]
    found = np.linalg.norm(points[:, None] - points, axis=2)[pairs]
    whole = float(np.square(found).sum())
    return float(np.sqrt(np.square(given - found).sum() / whole)) if whole > 0.0 else 0.0
