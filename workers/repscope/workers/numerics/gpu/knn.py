"""Exact nearest neighbors on a GPU."""

from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from repscope.workers.numerics.blocks import Progress
from repscope.workers.numerics.gpu.memory import Tiles, clear_about_memory
from repscope.workers.numerics.gpu.screen import BLOCK_VALUES, Screen, squared_lengths
from repscope.workers.numerics.knn import Neighbors, check_k, prepare

WIDER = 16  # times as many candidates for rows whose first ones prove nothing


@dataclass(frozen=True)
class DeviceNeighbors(Neighbors):
    """Neighbors, and how many rows took more than the first pass.

    Attributes:
        screened_again: rows that needed more candidates to be sure of their neighbors.
        compared_with_all: of these, rows that many candidates left unsure too, as in a crowd of
            duplicates; their distances to all rows were computed.
    """

    screened_again: int = 0
    compared_with_all: int = 0


def knn(
    features: NDArray[np.floating],
    k: int,
    *,
    metric: Literal["euclidean", "cosine"] = "euclidean",
    device: str = "cuda",
    progress: Progress | None = None,
) -> DeviceNeighbors:
    """Finds the k nearest neighbors of every row, exactly.

    Scores of all pairs come from tiled products on tensor cores in TF32. Of each row the best k and
    a spare are kept as candidates, and their distances computed anew from differences in float64.
    Where the spare is larger than all that rounding can have done, the result is exact; the other
    rows are screened again with more candidates, and at last compared with all rows.

    Args:
        features: shape (N, d), finite.
        k: number of neighbors, at most N - 1.
        metric: as of `repscope.workers.numerics.knn.knn`.
        device: where to compute.
        progress: called with the fraction done; raise from it to cancel.

    Returns:
        Indices and distances, nearest first, ties by index.

    Raises:
        ValueError: the features aren't a finite matrix, or k is out of range.
        DeviceMemoryError: the device has too little memory.
    """
    matrix = prepare(features, "euclidean")
    check_k(k, len(matrix))
    with clear_about_memory():
        rows = torch.tensor(matrix, device=device)
        if metric == "cosine":
            rows = unit_rows(rows)
        elif metric != "euclidean":
            raise ValueError(f"The metric is {metric!r}; it must be 'euclidean' or 'cosine'.")
        search = _Search(rows, k)
        again, compared = search.run(progress or (lambda _: None))
        squared = search.squared
        distances = squared / 2 if metric == "cosine" else squared.sqrt()
        return DeviceNeighbors(
            search.indices.cpu().numpy(),
            distances.to(torch.float32).cpu().numpy(),
            screened_again=again,
            compared_with_all=compared,
        )


def unit_rows(rows: Tensor) -> Tensor:
    """Scales rows to length 1; rows of zeros get an axis of their own, as `prepare` gives them."""
    lengths = squared_lengths(rows).sqrt()
    zero = lengths == 0
    step = max(1, BLOCK_VALUES // rows.shape[1])
    unit = torch.empty_like(rows)
    for part in torch.arange(len(rows), device=rows.device).split(step):
        whole = slice(int(part[0]), int(part[-1]) + 1)
        divisor = torch.where(zero[whole], 1.0, lengths[whole])[:, None]
        unit[whole] = (rows[whole] / divisor).to(torch.float32)
    return torch.cat([unit, zero.to(torch.float32)[:, None]], 1) if bool(zero.any()) else unit


class _Search:
    """One search, and what it has found so far."""

    def __init__(self, rows: Tensor, k: int) -> None:
        self.rows, self.k = rows, k
        self.screen = Screen(rows)
        n = len(rows)
        self.indices = torch.empty((n, k), dtype=torch.int32, device=rows.device)
        self.squared = torch.empty((n, k), dtype=torch.float64, device=rows.device)

    def run(self, progress: Progress) -> tuple[int, int]:
        """Finds all neighbors.

        Returns:
            How many rows were screened again, and how many compared with all.
        """
        n, k = len(self.rows), self.k
        everyone = torch.arange(n, device=self.rows.device)
        unsure = self._screened(everyone, min(n - 1, k + k // 2 + 32), progress)
        left = self._screened(unsure, min(n - 1, WIDER * (k + 32)), lambda _: progress(1.0))
        step = max(1, BLOCK_VALUES // n)
        for part in left.split(step):
            self._keep(part, *self._nearest_of(part, everyone.expand(len(part), -1)))
            progress(1.0)
        return len(unsure), len(left)

    def _screened(self, which: Tensor, width: int, progress: Progress) -> Tensor:
        """Finds neighbors among candidates; returns the rows for which these prove nothing."""
        tiles = Tiles(self.rows.device, self.screen.bytes_per_row(width))
        left, done = [which[:0]], 0
        while done < len(which):
            part, sure = tiles.run(partial(self._tile, which[done:], width))
            left.append(part[~sure])
            done += len(part)
            progress(done / len(which))
        return torch.cat(left)

    def _tile(self, left: Tensor, width: int, size: int) -> tuple[Tensor, Tensor]:
        which = left[:size]
        candidates, sure = self.screen.candidates(which, self.k, width)
        # In the order of rows, and sorted stably, candidates at one distance stay so ordered.
        self._keep(which, *self._nearest_of(which, candidates.sort(1).values))
        return which, sure

    def _nearest_of(self, which: Tensor, candidates: Tensor) -> tuple[Tensor, Tensor]:
        """The k nearest of candidates, shape (m, width), in ascending order of their rows."""
        m, width = candidates.shape
        d = self.rows.shape[1]
        squared = torch.empty((m, width), dtype=torch.float64, device=self.rows.device)
        across = max(1, min(width, BLOCK_VALUES // d))
        down = max(1, BLOCK_VALUES // (d * across))
        for top in range(0, m, down):
            here = self.rows[which[top : top + down], None].double()  # (rows, 1, d)
            for low in range(0, width, across):
                there = self.rows[candidates[top : top + down, low : low + across]]
                part = (there.double() - here).square_().sum(2)
                squared[top : top + down, low : low + across] = part
        squared[candidates == which[:, None]] = torch.inf  # a row is no neighbor of itself
        squared, order = torch.sort(squared, dim=1, stable=True)
        return candidates.gather(1, order[:, : self.k]), squared[:, : self.k]

    def _keep(self, which: Tensor, indices: Tensor, squared: Tensor) -> None:
        self.indices[which], self.squared[which] = indices.to(torch.int32), squared
