"""The attractive half of t-SNE's gradient on a GPU: sums over the rows of the affinities."""

import torch
from torch import Tensor

from repscope.workers.numerics.gpu.join import Rows
from repscope.workers.numerics.gpu.memory import Tiles
from repscope.workers.numerics.gpu.stretches import Stretches

BYTES_PER_ENTRY = 48  # of all that is computed from one affinity


class Attraction:
    """Attraction of one layout after another; a tile is a stretch of rows with their entries."""

    def __init__(self, affinities: Rows) -> None:
        """Takes the affinities of N points."""
        self._p = affinities
        self._lengths = affinities.indptr.diff()
        self._tiles = Tiles(affinities.values.device, BYTES_PER_ENTRY)
        p = affinities.values[affinities.values > 0].double()
        self._entropy = (p * p.log()).sum()
        self._stretches = Stretches(affinities.indptr)

    def force(self, layout: Tensor) -> Tensor:
        """Sums p_ij (y_i - y_j) / (1 + |y_i - y_j|^2) over j.

        Args:
            layout: float32, shape (dimensions, N).

        Returns:
            The same shape.
        """
        return self._tiles.run(lambda size: self._force(layout, size))

    def divergence(self, layout: Tensor, z: Tensor) -> float:
        """The Kullback-Leibler divergence of a layout whose normalization is Z.

        Args:
            layout: float32, shape (dimensions, N).
            z: float64, a single number.
        """
        return self._tiles.run(lambda size: self._divergence(layout, z, size))

    def _force(self, layout: Tensor, size: int) -> Tensor:
        force = torch.empty_like(layout)
        for rows, entries in self._stretches.of(size):
            differences, squared = self._differences(layout, rows, entries)
            weights = self._p.values[entries] / squared.add_(1)
            offsets = self._p.indptr[rows.start : rows.stop + 1] - entries.start
            for axis, difference in enumerate(differences):
                force[axis, rows] = torch.segment_reduce(
                    difference.mul_(weights), "sum", offsets=offsets, initial=0, unsafe=True
                )
        return force

    def _divergence(self, layout: Tensor, z: Tensor, size: int) -> float:
        total = self._entropy + z.log()
        for rows, entries in self._stretches.of(size):
            _, squared = self._differences(layout, rows, entries)
            total = total + (self._p.values[entries] * squared.log1p_()).sum(dtype=torch.float64)
        return float(total)

    def _differences(
        self, layout: Tensor, rows: slice, entries: slice
    ) -> tuple[list[Tensor], Tensor]:
        """Each entry's y_i - y_j, one tensor for each axis, and its squared length."""
        ends, count = self._p.indices[entries], entries.stop - entries.start
        differences = []
        squared = torch.zeros(count, device=layout.device)
        for axis in layout:
            starts = axis[rows].repeat_interleave(self._lengths[rows], output_size=count)
            difference = starts.sub_(axis.index_select(0, ends))
            squared.addcmul_(difference, difference)
            differences.append(difference)
        return differences, squared
