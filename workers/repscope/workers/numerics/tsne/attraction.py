"""The attractive half of the gradient: a walk over the sparse affinities.

After van der Maaten 2014, "Accelerating t-SNE using tree-based algorithms", equation 5.
"""

import numpy as np

from repscope.workers.numerics.arrays import F32, F64, I32
from repscope.workers.numerics.compiled import nb

ROWS = 256  # rows of one block of work


@nb.njit(cache=True, parallel=True, fastmath=True)
def attract_2d(
    indptr: I32, indices: I32, values: F32, longest: int, layout: F32, force: F32
) -> None:
    """Sums p_ij (y_i - y_j) / (1 + |y_i - y_j|^2) over j.

    A row's neighbors are first fetched one after another into a short array, as 64-bit words that
    hold x and y, and then go through the arithmetic in SIMD: twice as fast as fetching within it.

    Args:
        indptr: of the affinities, shape (N + 1,), with `indices` and `values`.
        indices: see `indptr`.
        values: see `indptr`.
        longest: number of entries of the longest row.
        layout: float32, shape (N, 2).
        force: written, float32, shape (N, 2).
    """
    n = layout.shape[0]
    words = layout.view(np.int64)[:, 0]
    one = np.float32(1)
    for block in nb.prange((n - 1) // ROWS + 1):
        fetched = np.empty(longest, np.int64)
        for i in range(block * ROWS, min(block * ROWS + ROWS, n)):
            columns, p = indices[indptr[i] : indptr[i + 1]], values[indptr[i] : indptr[i + 1]]
            for e in range(columns.size):
                fetched[e] = words[columns[e]]
            x, y = layout[i, 0], layout[i, 1]
            sum_x, sum_y = np.float32(0), np.float32(0)
            for e in range(columns.size):
                dx = x - np.int32(fetched[e]).view(np.float32)
                dy = y - np.int32(fetched[e] >> 32).view(np.float32)
                pull = p[e] / (one + dx * dx + dy * dy)
                sum_x += pull * dx
                sum_y += pull * dy
            force[i, 0], force[i, 1] = sum_x, sum_y


@nb.njit(cache=True, parallel=True, fastmath=True)
def attract_3d(
    indptr: I32, indices: I32, values: F32, longest: int, layout: F32, force: F32
) -> None:
    """The same as `attract_2d` for a layout of shape (N, 3)."""
    n = layout.shape[0]
    one = np.float32(1)
    for block in nb.prange((n - 1) // ROWS + 1):
        fetched = np.empty((3, longest), np.float32)
        for i in range(block * ROWS, min(block * ROWS + ROWS, n)):
            columns, p = indices[indptr[i] : indptr[i + 1]], values[indptr[i] : indptr[i + 1]]
            for e in range(columns.size):
                j = columns[e]
                for d in range(3):
                    fetched[d, e] = layout[j, d]
            x, y, z = layout[i, 0], layout[i, 1], layout[i, 2]
            sum_x, sum_y, sum_z = np.float32(0), np.float32(0), np.float32(0)
            for e in range(columns.size):
                dx, dy, dz = x - fetched[0, e], y - fetched[1, e], z - fetched[2, e]
                pull = p[e] / (one + dx * dx + dy * dy + dz * dz)
                sum_x += pull * dx
                sum_y += pull * dy
                sum_z += pull * dz
            force[i, 0], force[i, 1], force[i, 2] = sum_x, sum_y, sum_z


@nb.njit(cache=True, parallel=True, fastmath=True)
def log_kernel(indptr: I32, indices: I32, values: F32, layout: F32) -> F64:
    """Sums p_ij log(1 + |y_i - y_j|^2) over j: what the divergence weighs by P; shape (N,)."""
    n, dimensions = layout.shape
    result = np.empty(n)
    for i in nb.prange(n):
        total = 0.0
        for e in range(indptr[i], indptr[i + 1]):
            squared = np.float32(0)
            for d in range(dimensions):
                difference = layout[i, d] - layout[indices[e], d]
                squared += difference * difference
            total += values[e] * np.log1p(squared)
        result[i] = total
    return result
