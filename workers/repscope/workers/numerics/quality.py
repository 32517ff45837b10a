"""How far to trust a map: which neighbors survive, which are made up, and at which scale."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from repscope.workers.numerics.arrays import F32, F64, I64
from repscope.workers.numerics.blocks import Progress, bounds, share
from repscope.workers.numerics.compiled import nb
from repscope.workers.numerics.knn import prepare

BLOCKS = 64  # blocks of work, each with a curve of its own


@dataclass(frozen=True)
class Quality:
    """Measures of a map, for each looked-at point.

    Attributes:
        rows: which points were looked at, int64 of shape (m,), ascending.
        count: number of all points N.
        trustworthiness: float64, shape (m,): 1 when the map makes up no neighbors.
        continuity: float64, shape (m,): 1 when the map tears no neighbors apart.
        recall: float64, shape (m,): share of the k nearest neighbors that are so on the map too.
        curve: float64, shape (N - 1,): Q_NX(K), the recall at each neighborhood size K = 1, ..., N
            - 1. A map without any relation to the features has K / (N - 1).
    """

    rows: NDArray[np.int64]
    count: int
    trustworthiness: NDArray[np.float64]
    continuity: NDArray[np.float64]
    recall: NDArray[np.float64]
    curve: NDArray[np.float64]

    def mean(self, measure: Literal["trustworthiness", "continuity", "recall"]) -> float:
        """A measure of the whole map: its mean over the looked-at points."""
        return float(getattr(self, measure).mean())

    def error(self, measure: Literal["trustworthiness", "continuity", "recall"]) -> float:
        """Standard error of `mean`: 0 if all points were looked at, NaN if only one of many was."""
        values = getattr(self, measure)
        if len(values) == self.count:
            return 0.0
        if len(values) < 2:
            return float("nan")
        left_out = 1 - len(values) / self.count  # of a finite population
        return float(np.sqrt(left_out * values.var(ddof=1) / len(values)))


def quality(
    features: NDArray[np.floating],
    layout: NDArray[np.floating],
    k: int = 15,
    *,
    metric: Literal["euclidean", "cosine"] = "euclidean",
    sample: int | None = 1000,
    seed: int = 0,
    progress: Progress | None = None,
) -> Quality:
    """Compares the order of all points, as seen from some, in feature space and on the map.

    Trustworthiness and continuity are those of Venna and Kaski 2006, "Local multidimensional
    scaling"; the curve is that of Lee and Verleysen 2009, "Quality assessment of dimensionality
    reduction: rank-based criteria". Ties in distance are ordered by index.

    Args:
        features: shape (N, d), finite.
        layout: shape (N, dimensions), finite.
        k: neighborhood size of all but the curve, below N / 2.
        metric: of the features; see `knn`. The map's is Euclidean.
        sample: number of points to look at, drawn at random; all when None or not below N. Takes
            time N log N for each.
        seed: of the sample.
        progress: called with the fraction done; raise from it to cancel.

    Returns:
        The measures of each looked-at point, and the curve.

    Raises:
        ValueError: the arrays don't fit together, or k is out of range.
    """
    high = prepare(features, metric)
    low = prepare(layout, "euclidean")
    n = len(high)
    if len(low) != n:
        raise ValueError(f"There are {n} rows of features and {len(low)} points on the map.")
    if not 1 <= k < n / 2:
        raise ValueError(f"k is {k}; with {n} points it must be from 1 to {(n - 1) // 2}.")
    rows = np.arange(n)
    if sample is not None and sample < n:
        rows = np.sort(np.random.default_rng(seed).choice(n, sample, replace=False))
    measures = np.empty((len(rows), 3))
    blocks = bounds(len(rows), len(rows) // BLOCKS + 1)
    joined = np.zeros((len(blocks), n), np.int64)

    def compare(number: int) -> None:
        a = slice(*blocks[number])
        compare_ranks(high, low, rows[a], k, measures[a], joined[number])

    share(compare, range(len(blocks)), len(blocks), progress)
    common = np.cumsum(joined.sum(axis=0)[1:])
    curve = common / (np.arange(1, n) * len(rows))
    return Quality(rows, n, measures[:, 0], measures[:, 1], measures[:, 2], curve)


def neighbor_recall(
    neighbors: NDArray[np.integer], others: NDArray[np.integer]
) -> NDArray[np.float64]:
    """Share of each point's neighbors that are among its neighbors in another graph.

    Args:
        neighbors: indices, shape (N, k), distinct within a row.
        others: indices, shape (N, k), distinct within a row.

    Returns:
        Shape (N,).
    """
    both = np.sort(np.concatenate([neighbors, others], axis=1), axis=1)  # (N, 2k)
    return np.asarray((both[:, 1:] == both[:, :-1]).sum(axis=1) / neighbors.shape[1], np.float64)


@nb.njit(cache=True, nogil=True, fastmath={"reassoc", "contract"})
def _squared_distances(points: F32, row: int, out: F64) -> None:
    """Writes the squared distances from one row to all, shape (N,); to itself -1."""
    for i in range(points.shape[0]):
        total = 0.0
        for d in range(points.shape[1]):
            difference = np.float64(points[row, d]) - np.float64(points[i, d])
            total += difference * difference
        out[i] = total
    out[row] = -1.0


@nb.njit(cache=True, nogil=True)
def compare_ranks(high: F32, low: F32, rows: I64, k: int, measures: F64, joined: I64) -> None:
    """Ranks all points by distance from each row, in both spaces, and compares the ranks.

    Args:
        high: features, shape (N, d).
        low: the map, shape (N, dimensions).
        rows: shape (m,).
        k: neighborhood size.
        measures: written, trustworthiness, continuity and recall of each row, shape (m, 3).
        joined: increased, how many pairs become common neighbors at each neighborhood size, shape
            (N,).
    """
    n = high.shape[0]
    distances = np.empty(n)
    rank_high, rank_low = np.empty(n, np.int64), np.empty(n, np.int64)
    scale = 2.0 / (k * (2 * n - 3 * k - 1))
    for r in range(rows.size):
        _squared_distances(high, rows[r], distances)
        rank_high[np.argsort(distances, kind="mergesort")] = np.arange(n)  # 0 is the row itself
        _squared_distances(low, rows[r], distances)
        rank_low[np.argsort(distances, kind="mergesort")] = np.arange(n)
        intruders, lost, common = 0, 0, 0
        for i in range(n):
            a, b = rank_high[i], rank_low[i]
            joined[max(a, b)] += 1
            if b <= k < a:
                intruders += a - k
            elif a <= k < b:
                lost += b - k
            elif 1 <= a <= k:
                common += 1
        measures[r, 0] = 1 - scale * intruders
        measures[r, 1] = 1 - scale * lost
        measures[r, 2] = common / k
