"""Approximate nearest neighbors by an inverted file, with their recall measured.

Jégou, Douze and Schmid 2011, "Product quantization for nearest neighbor search", without the
quantization: rows are cut into cells, and compared with those in the few cells nearest to them.
"""

import math

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from threadpoolctl import threadpool_limits

from repscope.workers.numerics import knn_select
from repscope.workers.numerics.arrays import F32, I64
from repscope.workers.numerics.blocks import Progress, bounds, share
from repscope.workers.numerics.knn_rows import BLOCK, Rows

TRAINING = 64  # rows for each center on which centers are trained
ROUNDS = 5  # of their training; more hardly make better cells
SAMPLE = 500  # rows on which recall is measured
AIM = 0.95  # recall for which enough cells are probed
MOST = 1 / 4  # of all rows, compared with each at most: half of the products of exact search
QUERIES = 1024  # rows searched together: the more, the more of them probe the same cell
FEW = 64  # rows searched together in all cells


def approximate(
    features: NDArray[np.float32], k: int, seed: int, progress: Progress | None = None
) -> tuple[NDArray[np.int32], NDArray[np.float32], float, float]:
    """Finds many of the k nearest rows of every row, in the cells nearest to it.

    How many cells are probed is told by a sample of rows, whose true neighbors are found first: as
    few as hold 95 % of these, but not so many that exact search would be about as fast.

    Args:
        features: shape (N, d).
        k: number of neighbors.
        seed: of the cells and of the sample.
        progress: called with the fraction done.

    Returns:
        Indices and distances of shape (N, k), sorted, recall on the sample, and its standard error.
    """
    n = len(features)
    report = progress or (lambda done: None)
    rng = np.random.default_rng(seed)
    with threadpool_limits(1, user_api="blas"):  # sums in the same order at any number of threads
        search = _Search(features, k, rng, lambda done: report(0.1 * done))
        sample = np.sort(rng.choice(n, min(SAMPLE, n), replace=False))  # places
        everywhere = len(search.centers)
        search.run(sample, FEW, everywhere, lambda done: report(0.1 + 0.1 * done))
        truth = search.indices[search.order[sample]].copy()
        probes = search.probes_for(sample, truth)
        search.run(np.arange(n), QUERIES, probes, lambda done: report(0.2 + 0.8 * done))
    found = search.indices[search.order[sample]]
    kept = [len(np.intersect1d(a, b)) / k for a, b in zip(found, truth, strict=True)]
    error = float(np.std(kept, ddof=1) / np.sqrt(len(kept)))
    return search.indices, search.distances, float(np.mean(kept)), error


class _Search(Rows):
    """One search: rows in the order of their cells, and what is found.

    Attributes:
        centers: of the cells, shape (cells, d).
        cells: the cell of each row of `features`, shape (N,).
        starts: the place of the first row of each cell, and one past the last: (cells + 1,).
    """

    def __init__(self, features: F32, k: int, rng: np.random.Generator, report: Progress) -> None:
        rows = features - features.mean(axis=0)
        self.centers = _trained(rows, rng, lambda _: report(0.0))
        self.cells = _assign(rows, self.centers, report)
        order = np.argsort(self.cells, kind="stable")
        super().__init__(features, k, rows[order], order)
        self.starts = np.searchsorted(self.cells[order], np.arange(len(self.centers) + 1))

    def probes_for(self, places: I64, truth: NDArray[np.int32]) -> int:
        """How many cells are probed: enough to find the aim's share of neighbors, or the most.

        Args:
            places: of the sample, shape (m,).
            truth: their true neighbors, rows of `features`, shape (m, k).
        """
        nearest = np.argsort(-_nearness(self.rows[places], self.centers), axis=1)  # (m, cells)
        needed = np.take_along_axis(np.argsort(nearest, axis=1), self.cells[truth], axis=1) + 1
        enough = int(np.quantile(needed, AIM, method="inverted_cdf"))
        # Cells differ in size, and the nearest are often the largest.
        compared = np.cumsum(np.diff(self.starts)[nearest], axis=1).mean(axis=0)  # (cells,)
        most = int(np.searchsorted(compared, MOST * len(self.rows), side="right"))
        return max(1, min(enough, most))

    def run(self, places: I64, size: int, probes: int, report: Progress | None = None) -> None:
        """Finds the neighbors of some places, so many of them together, in their nearest cells."""
        blocks = bounds(len(places), size)
        share(lambda block: self._find(places[slice(*block)], probes), blocks, len(blocks), report)

    def _find(self, places: I64, probes: int) -> None:
        """Finds the neighbors of a few places: for each cell, a product of those that probe it."""
        x, norms, lists = self.rows[places], self.norms[places], self.lists(len(places))
        nearness = _nearness(x, self.centers)
        probed = nearness >= np.partition(nearness, -probes, axis=1)[:, -probes, None]  # (m, cells)
        votes = probed.sum(axis=0)
        # Cells that most of the rows probe are near to most, so thresholds rise early.
        for cell in np.argsort(-votes, kind="stable")[: np.count_nonzero(votes)]:
            some = np.flatnonzero(probed[:, cell])
            queries = x[some]
            for low, high in bounds(self.starts[cell + 1] - self.starts[cell], BLOCK):
                start, stop = self.starts[cell] + low, self.starts[cell] + high
                tile = queries @ self.rows[start:stop].T
                own = places[some] - start
                inside = np.flatnonzero((own >= 0) & (own < stop - start))
                tile[inside, own[inside]] = -np.inf  # a row is no neighbor of itself
                knn_select.select_rows(
                    tile, self.halves[start:stop], norms[some], some, start, *lists, self.k,
                    self.slack,
                )  # fmt: skip
        unsure = self.finish(places, lists)
        if probes < len(self.centers):  # their cells hold too few, or too many at one distance
            for low, high in bounds(len(unsure), FEW):
                self._find(unsure[low:high], len(self.centers))
            return
        for row in self.order[unsure]:
            knn_select.nearest_of_all(self.features, row, self.indices[row], self.distances[row])


def _trained(rows: F32, rng: np.random.Generator, report: Progress) -> F32:
    """Trains about sqrt(N) centers on a sample of the rows by k-means (Lloyd 1982)."""
    count = round(math.sqrt(len(rows)))
    sample = rows[rng.permutation(len(rows))[: TRAINING * count]]
    centers = sample[:count]
    for _ in range(ROUNDS):
        cells = _assign(sample, centers, report)
        ones, ends = np.ones(len(sample), np.float32), np.arange(len(sample) + 1)
        members = csr_array((ones, cells, ends), shape=(len(sample), count))
        sizes = np.bincount(cells, minlength=count)[:, None]
        # An empty cell keeps its center.
        centers = np.where(sizes, members.T @ sample / np.maximum(sizes, 1), centers)
        centers = centers.astype(np.float32)
    return centers


def _assign(rows: F32, centers: F32, report: Progress) -> I64:
    """Finds the nearest center of every row."""
    cells = np.empty(len(rows), np.int64)

    def assign(block: tuple[int, int]) -> None:
        part = slice(*block)
        cells[part] = _nearness(rows[part], centers).argmax(axis=1)

    blocks = bounds(len(rows), BLOCK)
    share(assign, blocks, len(blocks), report)
    return cells


def _nearness(x: F32, centers: F32) -> F32:
    """Scores of all centers for some rows, larger where nearer: shape (m, cells)."""
    scores: F32 = x @ centers.T - np.einsum("ij,ij->i", centers, centers) / 2
    return scores
