"""The repulsive half of the gradient in time O(N), by interpolation on a grid (2D).

After Linderman et al. 2019, "Fast interpolation-based t-SNE for improved visualization of
single-cell RNA-seq data": every point's unit charge is spread over the 4 x 4 grid nodes around it,
one Fourier convolution sums a kernel over all pairs of nodes, and the sums are read at the points
in the same way. Three things differ from the paper:

- the polynomials are cubic B-splines, whose filter is taken out of the kernels' spectra (as in
  Essmann et al. 1995, "A smooth particle mesh Ewald method"): at the same cost they are more
  accurate than Lagrange's polynomials;
- the vector kernel d / (1 + |d|^2)^2 is convolved itself, so one transform of one charge serves the
  whole force;
- Z comes from the charges' spectrum (Parseval's theorem), without a transform back.
"""

import math

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from repscope.workers.numerics.arrays import C64, F32, F64
from repscope.workers.numerics.compiled import nb

STEP = 0.6  # grid step; the kernels vary over a length of 1
SMALLEST, LARGEST = 24, 1024  # nodes across: small layouts get a finer grid, huge ones a coarser
EDGE = 6  # nodes beyond the layout, on which the splines' filter fades out
ROWS = 256  # points of one block of reading
CHUNKS = 8  # grids onto which points are spread at once, then summed in order


class Interpolation:
    """Repulsion of one layout after another; keeps the kernels' spectra in between."""

    def __init__(self) -> None:
        """Starts without a grid; the first layout makes one."""
        self._nodes, self._size, self._step = 0, 0, 0.0

    def repel(self, layout: NDArray[np.float32], force: NDArray[np.float32]) -> float:
        """Sums (y_i - y_j) / (1 + |y_i - y_j|^2)^2 over j, as `repulsion.repel_2d` does exactly.

        Args:
            layout: float32, shape (N, 2).
            force: written, float32, shape (N, 2).

        Returns:
            Z, the sum of 1 / (1 + |y_i - y_j|^2) over all pairs i != j.
        """
        low, high = extent(layout)
        span = float((high - low).max())
        step = grid_step(span)
        nodes = int(span / step) + 2 * EDGE
        if step != self._step or not 0.7 * self._nodes < nodes <= self._nodes:
            self._plan(nodes, step)
        origin = ((low + high) / 2 - step * (self._nodes - 1) / 2).astype(np.float32)
        scale = np.float32(1 / step)
        charges = spread(layout, origin, scale, self._grids)
        spectrum = scipy.fft.rfft(charges, self._size, axis=1)  # only rows that hold charges
        spectrum = scipy.fft.fft(spectrum, self._size, axis=0, overwrite_x=True)
        z = convolve(spectrum, self._kernel_x, self._kernel_y, self._kernel_z, self._product)
        product = scipy.fft.ifft(self._product, axis=1)[:, : self._nodes]  # only rows of the grid
        read(layout, origin, scale, scipy.fft.irfft(product, self._size, axis=2), force)
        return float(z.sum()) - len(layout)  # without each point's pair with itself

    def _plan(self, nodes: int, step: float) -> None:
        """Chooses the grid and transforms the kernels, sampled at all differences of two nodes."""
        size = 2 * scipy.fft.next_fast_len(nodes + nodes // 16, real=True)
        self._nodes, self._size, self._step = size // 2, size, step
        d = step * scipy.fft.fftfreq(size, 1 / size)  # differences, the negative ones at the end
        dx, dy = d[:, None], d[None, :]  # (M, 1), (1, M)
        q = 1 / (1 + dx**2 + dy**2)
        # Spline coefficients of a kernel are its samples divided, in the spectrum, by a B-spline's
        # samples 1/6, 4/6, 1/6: once for the charges and once for the reading, along each axis.
        filter_x = ((4 + 2 * np.cos(2 * np.pi * scipy.fft.fftfreq(size))) / 6) ** 2
        filter_y = ((4 + 2 * np.cos(2 * np.pi * scipy.fft.rfftfreq(size))) / 6) ** 2
        splines = filter_x[:, None] * filter_y  # (M, M // 2 + 1)
        often = np.full(size // 2 + 1, 2.0)  # entries stand for their mirror images too
        often[[0, -1]] = 1
        # Spectra of odd kernels are imaginary, those of even kernels real.
        self._kernel_x = (scipy.fft.rfft2(dx * q**2).imag / splines).astype(np.float32)
        self._kernel_y = (scipy.fft.rfft2(dy * q**2).imag / splines).astype(np.float32)
        self._kernel_z = (scipy.fft.rfft2(q).real / splines * often / size**2).astype(np.float32)
        # Memory that each iteration uses again; fresh memory would be slower.
        self._grids = np.empty((CHUNKS, self._nodes, self._nodes), np.float32)
        self._product = np.empty((2, size, size // 2 + 1), np.complex64)


def grid_step(span: float) -> float:
    """Grid step for a layout of some width, in jumps of a quarter, so that plans last longer."""
    wanted = min(max(STEP, span / LARGEST), max(span, 1e-30) / SMALLEST)
    return STEP if wanted == STEP else STEP * 1.25 ** math.floor(math.log(wanted / STEP, 1.25))


@nb.njit(cache=True, inline="always")
def _weights(t: np.float32) -> tuple[np.float32, np.float32, np.float32, np.float32]:
    """Cubic B-splines of the nodes -1, 0, 1 and 2 at t in [0, 1)."""
    sixth, half, one = np.float32(1 / 6), np.float32(0.5), np.float32(1)
    s = one - t
    return (
        s * s * s * sixth,
        np.float32(2 / 3) - t * t * (one - half * t),
        np.float32(2 / 3) - s * s * (one - half * s),
        t * t * t * sixth,
    )


@nb.njit(cache=True, fastmath=True)
def extent(layout: F32) -> tuple[F32, F32]:
    """Smallest and largest coordinates, shape (2,) each; NumPy would take a millisecond for it."""
    low, high = layout[0].copy(), layout[0].copy()
    for i in range(layout.shape[0]):
        for d in range(2):
            low[d], high[d] = min(low[d], layout[i, d]), max(high[d], layout[i, d])
    return low, high


@nb.njit(cache=True, parallel=True, fastmath=True)
def spread(layout: F32, origin: F32, scale: np.float32, grids: F32) -> F32:
    """Spreads every point's unit charge over the 16 nodes around it.

    Args:
        layout: shape (N, 2).
        origin: position of the first node, shape (2,).
        scale: nodes per unit.
        grids: scratch, float32 of shape (CHUNKS, nodes, nodes).

    Returns:
        The charges of the nodes, shape (nodes, nodes).
    """
    n, nodes = layout.shape[0], grids.shape[1]
    rows = (n - 1) // CHUNKS + 1
    for chunk in nb.prange(CHUNKS):
        grid = grids[chunk]
        grid[:] = 0
        for i in range(chunk * rows, min(chunk * rows + rows, n)):
            u, v = (layout[i, 0] - origin[0]) * scale, (layout[i, 1] - origin[1]) * scale
            a, b = int(u), int(v)
            wu, wv = _weights(u - np.float32(a)), _weights(v - np.float32(b))
            for r in range(4):
                line = grid[a - 1 + r, b - 1 : b + 3]
                for c in range(4):
                    line[c] += wu[r] * wv[c]
    total = grids[0]
    for r in nb.prange(nodes):
        for chunk in range(1, CHUNKS):
            for c in range(nodes):
                total[r, c] += grids[chunk, r, c]
    return total


@nb.njit(cache=True, parallel=True, fastmath=True)
def convolve(spectrum: C64, kernel_x: F32, kernel_y: F32, kernel_z: F32, product: C64) -> F64:
    """Multiplies the charges' spectrum with both force kernels, and sums up Z in it.

    Args:
        spectrum: complex64, shape (M, M // 2 + 1).
        kernel_x: imaginary part of the spectrum of the force along the first axis, the same shape.
        kernel_y: the same along the second axis.
        kernel_z: spectrum of 1 / (1 + |d|^2), times how often each entry counts.
        product: written, spectra of both components of the force, shape (2, M, M // 2 + 1).

    Returns:
        Z in parts, float64 of shape (M,).
    """
    m, half = spectrum.shape
    z = np.empty(m)
    for r in nb.prange(m):
        total = 0.0
        for c in range(half):
            re, im = spectrum[r, c].real, spectrum[r, c].imag
            product[0, r, c] = complex(-im * kernel_x[r, c], re * kernel_x[r, c])
            product[1, r, c] = complex(-im * kernel_y[r, c], re * kernel_y[r, c])
            total += (re * re + im * im) * kernel_z[r, c]
        z[r] = total
    return z


@nb.njit(cache=True, parallel=True, fastmath=True)
def read(layout: F32, origin: F32, scale: np.float32, sums: F32, force: F32) -> None:
    """Reads the force, shape (2, nodes, nodes), at the points; writes it, shape (N, 2)."""
    n = layout.shape[0]
    for block in nb.prange((n - 1) // ROWS + 1):
        for i in range(block * ROWS, min(block * ROWS + ROWS, n)):
            u, v = (layout[i, 0] - origin[0]) * scale, (layout[i, 1] - origin[1]) * scale
            a, b = int(u), int(v)
            wu, wv = _weights(u - np.float32(a)), _weights(v - np.float32(b))
            x, y = np.float32(0), np.float32(0)
            for r in range(4):
                line_x = sums[0, a - 1 + r, b - 1 : b + 3]
                line_y = sums[1, a - 1 + r, b - 1 : b + 3]
                for c in range(4):
                    weight = wu[r] * wv[c]
                    x += weight * line_x[c]
                    y += weight * line_y[c]
            force[i, 0], force[i, 1] = x, y
