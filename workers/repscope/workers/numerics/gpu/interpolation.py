"""The repulsive half of t-SNE's gradient in time O(N), by interpolation on a grid, on a GPU (2D).

The scheme is that of `repscope.workers.numerics.tsne.interpolation`. What differs is how charges
are summed up: thousands of threads add to the same nodes, in any order, so the charges are added as
integers in units of 2^-36, for which the order makes no difference.
"""

import scipy.fft
import torch
from torch import Tensor

from repscope.workers.numerics.tsne.interpolation import EDGE, grid_step

UNIT = 2.0**-36  # of a charge; 64 bits hold the charges of 100 million points at one node


class Interpolation:
    """Repulsion of one layout after another; keeps the kernels' spectra in between."""

    def __init__(self) -> None:
        """Starts without a grid; the first layout makes one."""
        self._nodes, self._size, self._step = 0, 0, 0.0

    def repel(self, layout: Tensor) -> tuple[Tensor, Tensor]:
        """Sums (y_i - y_j) / (1 + |y_i - y_j|^2)^2 over j.

        Args:
            layout: float32, shape (2, N).

        Returns:
            The sums, shape (2, N), and Z, a float64 tensor without axes.
        """
        low, high = torch.aminmax(layout, dim=1)
        span = float((high - low).max())
        step = grid_step(span)
        nodes = int(span / step) + 2 * EDGE
        if step != self._step or not 0.7 * self._nodes < nodes <= self._nodes:
            self._plan(nodes, step, layout.device)
        origin = (low + high) / 2 - step * (self._nodes - 1) / 2
        at, weights = self._around(layout, origin, 1 / step)
        spectrum = torch.fft.rfft2(self._spread(at, weights), s=(self._size, self._size))
        z = (spectrum.abs().double().square_() * self._kernel_z).sum() - layout.shape[1]
        force = torch.empty_like(layout)
        for axis, kernel in enumerate((self._kernel_x, self._kernel_y)):
            sums = torch.fft.irfft2(spectrum * kernel, s=(self._size, self._size))
            sums = sums[: self._nodes, : self._nodes].flatten()
            force[axis] = (sums[at] * weights).sum(0)
        return force, z

    def _around(self, layout: Tensor, origin: Tensor, scale: float) -> tuple[Tensor, Tensor]:
        """The 16 nodes around each point, and their weights; shape (16, N) each."""
        places = (layout - origin[:, None]) * scale
        corners = places.floor()
        u, v = _splines(places - corners)  # (4, N) each
        a, b = corners.to(torch.int64)
        steps = torch.arange(-1, 3, device=layout.device)
        at = (a + steps[:, None])[:, None] * self._nodes + (b + steps[:, None])
        return at.flatten(0, 1), (u[:, None] * v).flatten(0, 1)

    def _spread(self, at: Tensor, weights: Tensor) -> Tensor:
        """Charges of the nodes, float32 of shape (nodes, nodes)."""
        charges = torch.zeros(self._nodes**2, dtype=torch.int64, device=at.device)
        for nodes, weight in zip(at, weights, strict=True):
            charges.index_add_(0, nodes, (weight.double() / UNIT).round_().to(torch.int64))
        return (charges.double() * UNIT).to(torch.float32).view(self._nodes, self._nodes)

    def _plan(self, nodes: int, step: float, device: torch.device) -> None:
        """Chooses the grid and transforms the kernels, sampled at all differences of two nodes."""
        size = 2 * scipy.fft.next_fast_len(nodes + nodes // 16, real=True)
        self._nodes, self._size, self._step = size // 2, size, step
        waves = torch.fft.fftfreq(size, dtype=torch.float64, device=device)  # cycles per node
        d = step * size * waves  # differences, the negative ones at the end
        dx, dy = d[:, None], d[None, :]
        q = 1 / (1 + dx**2 + dy**2)
        # The splines' filter, once for the charges and once for the reading, along each axis.
        spline = ((4 + 2 * torch.cos(2 * torch.pi * waves)) / 6) ** 2
        half = size // 2 + 1
        splines = spline[:, None] * spline[:half]
        often = torch.full((half,), 2.0, dtype=torch.float64, device=device)
        often[[0, -1]] = 1  # all other entries stand for their mirror images too
        # Spectra of odd kernels are imaginary, those of even kernels real.
        self._kernel_x, self._kernel_y = (
            (1j * (torch.fft.rfft2(axis * q**2).imag / splines)).to(torch.complex64)
            for axis in (dx, dy)
        )
        self._kernel_z = torch.fft.rfft2(q).real / splines * often / size**2


def _splines(t: Tensor) -> tuple[Tensor, Tensor]:
    """Cubic B-splines of the nodes -1, 0, 1 and 2 at t in [0, 1), shape (2, N)."""
    s = 1 - t
    weights = torch.stack(
        [s**3 / 6, 2 / 3 - t * t * (1 - t / 2), 2 / 3 - s * s * (1 - s / 2), t**3 / 6], 1
    )  # (2, 4, N)
    return weights[0], weights[1]
