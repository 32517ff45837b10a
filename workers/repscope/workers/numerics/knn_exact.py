"""Exact nearest neighbors by tiled matrix products."""

import math
import threading

import numpy as np
from numpy.typing import NDArray

from repscope.workers.numerics import knn_select
from repscope.workers.numerics.blocks import Progress, bounds, share
from repscope.workers.numerics.knn_rows import BLOCK, Rows

LISTS = 1 << 30  # bytes that the lists of candidates may take

Found = tuple[NDArray[np.int32], NDArray[np.float32]]  # indices and distances


def nearest_of_all_rows(
    features: NDArray[np.float32], k: int, progress: Progress | None = None
) -> Found:
    """Finds the k nearest rows of every row by Euclidean distance.

    Args:
        features: shape (N, d).
        k: number of neighbors.
        progress: called with the fraction done.

    Returns:
        Indices and distances of shape (N, k), nearest first, ties by index.
    """
    search = _Search(features, k)
    capacity = search.capacity
    size = max(1, LISTS // (8 * capacity * BLOCK))  # blocks of rows whose lists fit in memory
    for begin in range(0, len(search.blocks), size):
        panel = range(begin, min(begin + size, len(search.blocks)))

        def report(done: float, panel: range = panel) -> None:
            if progress is not None:
                progress((panel.start + done * len(panel)) / len(search.blocks))

        search.run(panel, report)
    return search.indices, search.distances


def nearest_of_rows(features: NDArray[np.float32], rows: NDArray[np.int64], k: int) -> Found:
    """Finds the k nearest rows of a few rows by all their distances in float64.

    Args:
        features: shape (N, d).
        rows: shape (m,).
        k: number of neighbors.

    Returns:
        Indices and distances of shape (m, k).
    """
    indices, distances = np.empty((len(rows), k), np.int32), np.empty((len(rows), k), np.float32)

    def find(i: int) -> None:
        knn_select.nearest_of_all(features, rows[i], indices[i], distances[i])

    share(find, range(len(rows)), len(rows))
    return indices, distances


class _Search(Rows):
    """One search: rows in the order of their visit, and what is found."""

    def __init__(self, features: NDArray[np.float32], k: int) -> None:
        n = len(features)
        # In random order every stretch of columns looks alike, so thresholds rise early even when
        # rows come sorted. Centering makes norms, and so the rounding of scores, small.
        order = np.random.default_rng(0).permutation(n)
        super().__init__(features, k, (features - features.mean(axis=0))[order], order)
        self.blocks = bounds(n, BLOCK)

    def run(self, panel: range, report: Progress) -> None:
        """Finds the neighbors of a panel: a stretch of blocks whose lists are in memory together.

        Blocks of the panel meet once, for symmetry gives the other half; each meets all other
        blocks.
        """
        first, last = self.blocks[panel.start][0], self.blocks[panel.stop - 1][1]
        lists = self.lists(last - first)
        seen = dict.fromkeys(panel, 0)
        locks = {block: threading.Lock() for block in panel}
        local = threading.local()  # a tile for each thread, for fresh memory is slow

        def meet(pair: tuple[int, int]) -> None:
            i, j = pair
            a, b = slice(*self.blocks[i]), slice(*self.blocks[j])
            x, y = self.rows[a], self.rows[b]
            if not hasattr(local, "tile"):
                local.tile = np.empty(BLOCK * BLOCK, np.float32)
            tile = local.tile[: len(x) * len(y)].reshape(len(x), len(y))
            np.matmul(x, y.T, out=tile)
            if i == j:
                np.fill_diagonal(tile, -np.inf)  # a row is no neighbor of itself
            with locks[i]:
                seen[i] += len(y)
                knn_select.select_rows(
                    tile, self.halves[b], self.norms[a], np.arange(a.start, a.stop) - first,
                    b.start, *lists, self.rank(seen[i]), self.slack,
                )  # fmt: skip
            if i != j and j in panel:
                with locks[j]:
                    seen[j] += len(x)
                    knn_select.select_columns(
                        tile, self.halves[a], self.norms[b], np.arange(b.start, b.stop) - first,
                        a.start, *lists, self.rank(seen[j]), self.slack,
                    )  # fmt: skip

        def finish(part: tuple[int, int]) -> None:
            low, high = part
            self.finish(first + np.arange(low, high), lists.part(low, high))

        pairs = [(i, j) for i in panel for j in range(len(self.blocks)) if j >= i or j not in panel]
        share(meet, pairs, len(pairs), report)
        parts = bounds(last - first, BLOCK)
        share(finish, parts, len(parts))
        unsure = self.order[first + np.flatnonzero(lists.counts < self.k)]
        self.indices[unsure], self.distances[unsure] = nearest_of_rows(
            self.features, unsure, self.k
        )

    def rank(self, seen: int) -> int:
        """Which candidate's score sets the threshold of a row that has seen so many others.

        The k-th best so far is a safe threshold but a low one. Rows come in random order, so among
        those seen about `k seen / N` are among the k nearest of all. The threshold stays three
        standard deviations below that; a row that it nevertheless cost a neighbor ends with a list
        too short, is noticed, and is searched again.
        """
        expected = self.k * seen / len(self.rows)
        return min(self.k, math.ceil(expected + 3 * math.sqrt(expected) + 4))
