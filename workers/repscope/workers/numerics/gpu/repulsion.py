"""The repulsive half of t-SNE's gradient over all pairs, on a GPU."""

import torch
from torch import Tensor

from repscope.workers.numerics.gpu.memory import Tiles


class AllPairs:
    """Exact repulsion of one layout after another; a tile is a stretch of rows against all."""

    def __init__(self, count: int, dimensions: int, device: torch.device) -> None:
        """Chooses tiles for N points."""
        self._tiles = Tiles(device, 4 * (dimensions + 3) * count)

    def repel(self, layout: Tensor) -> tuple[Tensor, Tensor]:
        """Sums (y_i - y_j) / (1 + |y_i - y_j|^2)^2 over j.

        Args:
            layout: float32, shape (dimensions, N).

        Returns:
            The sums, the same shape, and Z, the sum of 1 / (1 + |y_i - y_j|^2) over all pairs
            i != j, a float64 tensor without axes.
        """
        return self._tiles.run(lambda size: _repel(layout, size))


def _repel(layout: Tensor, size: int) -> tuple[Tensor, Tensor]:
    n = layout.shape[1]
    force, z = torch.empty_like(layout), torch.zeros((), dtype=torch.float64, device=layout.device)
    for low in range(0, n, size):
        rows = slice(low, min(low + size, n))
        differences = [axis[rows, None] - axis for axis in layout]  # (rows, N) each
        q = torch.ones_like(differences[0])
        for difference in differences:
            q.addcmul_(difference, difference)
        q.reciprocal_()
        # Each point's pair with itself counts 1.
        z += (q.sum(1).double() - 1).sum()
        q.square_()
        for axis, difference in enumerate(differences):
            force[axis, rows] = difference.mul_(q).sum(1)
    return force, z
