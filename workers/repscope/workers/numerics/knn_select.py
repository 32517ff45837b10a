"""Compiled selection of nearest neighbors out of tiles of scores, and their exact distances.

A score is `x . y - |y|^2 / 2 = (|x|^2 - |x - y|^2) / 2`: for one `x`, the larger it is, the nearer
is `y`. Every row keeps a short list of candidates. A tile of scores is read once, as maxima over
groups of columns; only in a group whose maximum reaches the row's threshold are single scores
looked at. A full list raises its threshold.
"""

import numpy as np

from repscope.workers.numerics.arrays import F32, F64, I32, I64
from repscope.workers.numerics.compiled import nb

LANES = 64  # groups of columns in a tile: every 64th column is one group
STRIP = 16  # columns turned into rows at a time: one cache line


@nb.njit(cache=True, nogil=True)
def _kth_largest(scores: F32, ids: I32, k: int) -> np.float32:
    """Reorders both arrays so that the k largest scores come first (Hoare 1961).

    Returns:
        The smallest of these k.
    """
    low, high = 0, scores.size - 1
    while low < high:
        pivot = scores[(low + high) // 2]
        i, j = low, high
        while i <= j:
            while scores[i] > pivot:
                i += 1
            while scores[j] < pivot:
                j -= 1
            if i <= j:
                scores[i], scores[j] = scores[j], scores[i]
                ids[i], ids[j] = ids[j], ids[i]
                i += 1
                j -= 1
        if k - 1 <= j:
            high = j
        elif k - 1 >= i:
            low = i
        else:
            break
    return scores[k - 1]


@nb.njit(cache=True, nogil=True)
def _margin(norm: np.float32, best: np.float32, slack: np.float32) -> np.float32:
    """How far below the k-th best score a true neighbor's score may lie, for rounding.

    Rounding moves a score by at most `slack |x| |y|`, twice counts, and only rows within the k-th
    distance `D` of `x` matter, for which `|y| <= |x| + D`.
    """
    reach = norm + np.sqrt(max(norm * norm - np.float32(2) * best, np.float32(0)))
    return np.float32(2.5) * slack * reach * reach


@nb.njit(cache=True, nogil=True)
def _compact(
    scores: F32, ids: I32, rank: int, norm: np.float32, slack: np.float32
) -> tuple[int, np.float32]:
    """Drops candidates that score below the one of a rank, but for rounding.

    Returns:
        Number of candidates kept, and the threshold that they and new ones must reach.
    """
    best = _kth_largest(scores, ids, rank)
    threshold = best - _margin(norm, best, slack)
    kept = rank
    for i in range(rank, scores.size):
        if scores[i] >= threshold:
            scores[kept], ids[kept] = scores[i], ids[i]
            kept += 1
    return kept, threshold


@nb.njit(cache=True, nogil=True, fastmath={"nnan", "nsz"})
def _offer(
    products: F32,
    halves: F32,
    norm: np.float32,
    start: int,
    scores: F32,
    ids: I32,
    count: int,
    threshold: np.float32,
    rank: int,
    slack: np.float32,
    best: F32,
) -> tuple[int, np.float32]:
    """Offers one row's products x . y, shape (n,), to its list of candidates.

    `best` is scratch, shape (LANES,); the other arguments are those of `select_rows`.

    Returns:
        Length and threshold of the list; a threshold of infinity gives the row up.
    """
    n, capacity = products.size, scores.size
    group = (n - 1) // LANES + 1
    best[:] = -np.inf
    for low in range(0, n, LANES):
        part, half = products[low : low + LANES], halves[low : low + LANES]
        for lane in range(part.size):
            best[lane] = max(best[lane], part[lane] - half[lane])
    beaten = 0
    for lane in range(LANES):
        beaten += best[lane] >= threshold
    if beaten == 0:
        return count, threshold
    for lane in range(LANES):
        if best[lane] < threshold:
            continue
        if count + group > capacity:
            count, threshold = _compact(scores[:count], ids[:count], rank, norm, slack)
            if count + group > capacity:  # too many tie
                return 0, np.float32(np.inf)
        for c in range(lane, n, LANES):  # without a branch: a wrong guess would cost more
            score = products[c] - halves[c]
            scores[count], ids[count] = score, start + c
            count += score >= threshold
    return count, threshold


@nb.njit(cache=True, nogil=True)
def select_rows(
    tile: F32,
    halves: F32,
    norms: F32,
    lists: I64,
    start: int,
    scores: F32,
    ids: I32,
    counts: I64,
    thresholds: F32,
    rank: int,
    slack: np.float32,
) -> None:
    """Offers a tile's columns to the candidate lists of its rows.

    Args:
        tile: dot products x . y, shape (m, n).
        halves: |y|^2 / 2 of the columns, shape (n,).
        norms: |x| of the rows, shape (m,).
        lists: number of each row's list, shape (m,).
        start: id of the tile's first column.
        scores: candidate lists, shape (lists, capacity).
        ids: of the candidates, shape (lists, capacity).
        counts: length of each list, shape (lists,).
        thresholds: that a candidate must reach, shape (lists,).
        rank: of the candidate that sets the threshold when a list is full.
        slack: relative rounding error of a dot product.
    """
    best = np.empty(LANES, np.float32)
    for r in range(tile.shape[0]):
        row = lists[r]
        counts[row], thresholds[row] = _offer(
            tile[r], halves, norms[r], start, scores[row], ids[row],
            counts[row], thresholds[row], rank, slack, best,
        )  # fmt: skip


@nb.njit(cache=True, nogil=True)
def select_columns(
    tile: F32,
    halves: F32,
    norms: F32,
    lists: I64,
    start: int,
    scores: F32,
    ids: I32,
    counts: I64,
    thresholds: F32,
    rank: int,
    slack: np.float32,
) -> None:
    """Offers a tile's rows to the lists of its columns: the other half that symmetry gives.

    See `select_rows`, with rows and columns exchanged: `halves` has shape (m,), `norms` and `lists`
    have shape (n,).
    """
    m, n = tile.shape
    best = np.empty(LANES, np.float32)
    turned = np.empty((STRIP, m + STRIP), np.float32)  # the padding spreads rows over the cache
    for low in range(0, n, STRIP):
        width = min(STRIP, n - low)
        for above in range(0, m, STRIP):
            square = tile[above : above + STRIP, low : low + STRIP]
            for c in range(width):
                for r in range(square.shape[0]):
                    turned[c, above + r] = square[r, c]
        for c in range(width):
            row = lists[low + c]
            counts[row], thresholds[row] = _offer(
                turned[c, :m], halves, norms[low + c], start, scores[row], ids[row],
                counts[row], thresholds[row], rank, slack, best,
            )  # fmt: skip


@nb.njit(cache=True, nogil=True, fastmath={"reassoc", "contract"})
def _squared_distance(x: F32, y: F32) -> float:
    """Sum of squared differences in float64: exact for integers, the same for (x, y) and (y, x)."""
    total = 0.0
    for i in range(x.size):
        difference = np.float64(x[i]) - np.float64(y[i])
        total += difference * difference
    return total


@nb.njit(cache=True, nogil=True)
def _write_nearest(candidates: I64, squared: F64, indices: I32, distances: F32) -> None:
    """Sorts candidates, given by ascending index, by distance; writes as many as fit."""
    order = np.argsort(squared, kind="mergesort")  # stable: ties stay ordered by index
    for i in range(indices.size):
        indices[i] = candidates[order[i]]
        distances[i] = np.sqrt(squared[order[i]])


@nb.njit(cache=True, nogil=True)
def rescore(
    features: F32,
    order: I64,
    norms: F32,
    places: I64,
    scores: F32,
    ids: I32,
    counts: I64,
    thresholds: F32,
    k: int,
    slack: np.float32,
    indices: I32,
    distances: F32,
) -> None:
    """Turns candidate lists into the exact k nearest, where they are sure to hold them.

    Args:
        features: shape (N, d).
        order: row of `features` of each id, shape (N,).
        norms: |x| of each id, shape (N,).
        places: id of each list's row, shape (m,).
        scores: candidate lists, shape (m, capacity).
        ids: of the candidates, shape (m, capacity).
        counts: length of each list, shape (m,); set to 0 where the list may lack a neighbor.
        thresholds: above which a list is complete, shape (m,).
        k: how many neighbors are wanted.
        slack: relative rounding error of a dot product.
        indices: written, shape (N, k).
        distances: written, shape (N, k).
    """
    for r in range(places.size):
        count = counts[r]
        if count >= k:
            count, threshold = _compact(
                scores[r, :count], ids[r, :count], k, norms[places[r]], slack
            )
            if threshold < thresholds[r]:
                count = 0
        if count < k:
            counts[r] = 0
            continue
        row = order[places[r]]
        candidates = np.sort(order[ids[r, :count]])
        squared = np.empty(count)
        for i in range(count):
            squared[i] = _squared_distance(features[row], features[candidates[i]])
        _write_nearest(candidates, squared, indices[row], distances[row])


@nb.njit(cache=True, nogil=True)
def nearest_of_all(features: F32, row: int, indices: I32, distances: F32) -> None:
    """Finds one row's nearest neighbors by the exact distances to all; writes shapes (k,)."""
    n = features.shape[0]
    candidates = np.empty(n - 1, np.int64)
    squared = np.empty(n - 1)
    for i in range(n - 1):
        candidates[i] = i if i < row else i + 1
        squared[i] = _squared_distance(features[row], features[candidates[i]])
    _write_nearest(candidates, squared, indices, distances)
