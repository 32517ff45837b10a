"""The repulsive half of the gradient over all pairs, exact."""

import numpy as np

from repscope.workers.numerics.arrays import F32
from repscope.workers.numerics.compiled import nb


@nb.njit(cache=True, parallel=True, fastmath=True)
def repel_2d(layout: F32, force: F32) -> float:
    """Sums (y_i - y_j) / (1 + |y_i - y_j|^2)^2 over j.

    Args:
        layout: float32, shape (N, 2).
        force: written, float32, shape (N, 2).

    Returns:
        Z, the sum of 1 / (1 + |y_i - y_j|^2) over all pairs i != j.
    """
    n = layout.shape[0]
    xs, ys = layout[:, 0].copy(), layout[:, 1].copy()
    sums = np.empty(n, np.float32)
    one = np.float32(1)
    for i in nb.prange(n):
        x, y = xs[i], ys[i]
        total, sum_x, sum_y = np.float32(0), np.float32(0), np.float32(0)
        for j in range(n):
            dx, dy = x - xs[j], y - ys[j]
            q = one / (one + dx * dx + dy * dy)
            total += q
            q *= q
            sum_x += q * dx
            sum_y += q * dy
        sums[i] = total - one
        force[i, 0], force[i, 1] = sum_x, sum_y
    z = 0.0
    for i in range(n):
        z += sums[i]
    return z


@nb.njit(cache=True, parallel=True, fastmath=True)
def repel_3d(layout: F32, force: F32) -> float:
    """The same as `repel_2d` for a layout of shape (N, 3)."""
    n = layout.shape[0]
    xs, ys, zs = layout[:, 0].copy(), layout[:, 1].copy(), layout[:, 2].copy()
    sums = np.empty(n, np.float32)
    one = np.float32(1)
    for i in nb.prange(n):
        x, y, z = xs[i], ys[i], zs[i]
        total = np.float32(0)
        sum_x, sum_y, sum_z = np.float32(0), np.float32(0), np.float32(0)
        for j in range(n):
            dx, dy, dz = x - xs[j], y - ys[j], z - zs[j]
            q = one / (one + dx * dx + dy * dy + dz * dz)
            total += q
            q *= q
            sum_x += q * dx
            sum_y += q * dy
            sum_z += q * dz
        sums[i] = total - one
        force[i, 0], force[i, 1], force[i, 2] = sum_x, sum_y, sum_z
    z_total = 0.0
    for i in range(n):
        z_total += sums[i]
    return z_total
