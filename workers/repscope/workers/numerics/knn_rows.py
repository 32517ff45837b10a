"""What exact and approximate search share: rows in an order of their own, and what they found."""

from typing import NamedTuple

import numpy as np

from repscope.workers.numerics import knn_select
from repscope.workers.numerics.arrays import F32, I32, I64

BLOCK = 512  # rows; a tile of 512 x 512 scores stays in a core's cache


class Lists(NamedTuple):
    """Lists of candidates of m rows, in the order in which the kernels of `knn_select` take them.

    Attributes:
        scores: shape (m, capacity).
        ids: places of the candidates, shape (m, capacity).
        counts: length of each list, shape (m,).
        thresholds: that a candidate must reach, shape (m,).
    """

    scores: F32
    ids: I32
    counts: I64
    thresholds: F32

    def part(self, low: int, high: int) -> "Lists":
        """Some of the lists, in the same memory."""
        scores, ids, counts, thresholds = self
        return Lists(scores[low:high], ids[low:high], counts[low:high], thresholds[low:high])


class Rows:
    """Rows among which neighbors are searched, each at its place.

    Attributes:
        features: shape (N, d).
        k: number of neighbors.
        rows: the features centered, by place, shape (N, d).
        order: the row of `features` at each place, shape (N,).
        halves: |x|^2 / 2 of each place, shape (N,).
        norms: |x| of each place, shape (N,).
        capacity: length of a list of candidates.
        slack: relative rounding error of a dot product.
        indices: the neighbors found, in the order of `features`, shape (N, k).
        distances: of these, shape (N, k).
    """

    def __init__(self, features: F32, k: int, rows: F32, order: I64) -> None:
        """Takes the rows in the order of their places."""
        n, d = features.shape
        self.features, self.k, self.rows, self.order = features, k, rows, order
        self.indices, self.distances = np.empty((n, k), np.int32), np.empty((n, k), np.float32)
        squares = np.einsum("ij,ij->i", rows, rows)
        self.halves, self.norms = squares / 2, np.sqrt(squares)
        self.capacity = min(n + BLOCK, 2 * k + 96)
        # Higham 2002, section 3.1: a bound for any order of summing. BLAS sums longer rows in
        # blocks, which stay below it.
        self.slack = np.float32((min(d, 4096) + 16) * 2.0**-24)

    def lists(self, count: int) -> Lists:
        """Makes empty lists, which take every candidate but one that scores minus infinity."""
        return Lists(
            np.empty((count, self.capacity), np.float32),
            np.empty((count, self.capacity), np.int32),
            np.zeros(count, np.int64),
            np.full(count, np.finfo(np.float32).min),
        )

    def finish(self, places: I64, lists: Lists) -> I64:
        """Writes the exact k nearest out of each place's list.

        Args:
            places: whose lists they are, shape (m,).
            lists: of candidates; their counts become 0 where they may lack a neighbor.

        Returns:
            The places where they may lack one, or hold fewer than k.
        """
        knn_select.rescore(
            self.features, self.order, self.norms, places, *lists, self.k, self.slack,
            self.indices, self.distances,
        )  # fmt: skip
        unsure: I64 = places[lists.counts < self.k]
        return unsure
