"""Stochastic gradient descent on the layout of a fuzzy graph.

After McInnes, Healy and Melville 2018, "UMAP: Uniform manifold approximation and projection for
dimension reduction", sections 3.2 and 4.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from repscope.workers.numerics.arrays import F32, F64, I32
from repscope.workers.numerics.blocks import at_most
from repscope.workers.numerics.compiled import nb
from repscope.workers.numerics.umap.curve import fit_curve
from repscope.workers.numerics.umap.power import power_table

Callback = Callable[[int, NDArray[np.float32]], object]
"""Called with the epoch and the layout; returns True to stop."""

ROWS = 256  # points of one block of work
EDGES = 50_000  # of a thread: an epoch takes it about a millisecond


def umap(
    graph: csr_matrix,
    start: NDArray[np.floating],
    *,
    min_dist: float = 0.1,
    spread: float = 1.0,
    epochs: int | None = None,
    negatives: int = 5,
    repulsion_strength: float = 1.0,
    learning_rate: float = 0.5,
    seed: int = 0,
    callback: Callback | None = None,
    every: int = 10,
) -> NDArray[np.float32]:
    """Makes a UMAP of a graph from `fuzzy_graph`.

    Edges and random points are drawn as often, and steps are clipped and cooled, as in umap-learn.
    What differs is the order: in an epoch each point goes through its own edges, one step after
    another, while all others stand where the last epoch left them. So points are shared among
    threads without races, and the same seed gives the same map to the last bit at any number of
    threads.

    Args:
        graph: symmetric memberships, shape (N, N).
        start: layout to start from, shape (N, 2) or (N, 3): `spectral_start(graph)`, or a map to
            flow on from.
        min_dist: how close points may lie.
        spread: scale of the map.
        epochs: 500 up to 10,000 points and 200 above when None.
        negatives: random points that push a point away each time one of its edges is drawn.
        repulsion_strength: factor on their pushes.
        learning_rate: of the first epoch; falls linearly to 0. Half of umap-learn's, for all points
            move at once: neighbors that both jump to where the other was do not come closer.
        seed: of the random points.
        callback: called every so many epochs, and after the last; returns True to finish early.
        every: epochs between two calls.

    Returns:
        Float32 of shape (N, dimensions).

    Raises:
        ValueError: the start doesn't fit.
    """
    n = graph.shape[0]
    check_start(n, start)
    if epochs is None:
        epochs = 500 if n <= 10_000 else 200
    a, b = fit_curve(min_dist, spread)
    powers, polynomial = power_table(b)
    drawn = graph.astype(np.float64)
    drawn.data /= drawn.data.max()  # how often an edge is drawn in an epoch
    drawn.data[drawn.data * epochs < 1] = 0
    drawn.eliminate_zeros()

    dimensions = start.shape[1]
    here = np.zeros((n, 3), np.float32)  # a flat map lies in space with z = 0
    here[:, :dimensions] = start
    there = np.empty_like(here)
    with at_most(drawn.nnz // EDGES):
        for number in range(epochs):
            rate = np.float32(learning_rate * (1 - number / epochs))
            run_epoch(
                drawn.indptr, drawn.indices, drawn.data, here, there, np.float32(a), np.float32(b),
                powers, polynomial, np.float32(repulsion_strength), rate, negatives, number,
                np.uint64(seed),
            )  # fmt: skip
            here, there = there, here
            done = number + 1
            due = done % every == 0 or done == epochs
            if callback is not None and due and callback(done, here[:, :dimensions].copy()):
                break
    return here[:, :dimensions].copy()


def check_start(n: int, start: NDArray[np.floating]) -> None:
    """Raises ValueError unless the start is a finite layout of N points."""
    if start.ndim != 2 or len(start) != n or start.shape[1] not in (2, 3):
        raise ValueError(f"The start has shape {start.shape}; it must be ({n}, 2) or ({n}, 3).")
    if not np.isfinite(start).all():
        raise ValueError("The start holds NaN or infinite values.")


@nb.njit(cache=True)
def _hash(x: np.uint64) -> np.uint64:
    """Turns a counter into 64 random bits (splitmix64; Steele, Lea and Flood 2014)."""
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


@nb.njit(cache=True, fastmath=True)
def _power(x: np.float32, powers: F32, polynomial: F32) -> np.float32:
    """x^b; see `power_table`."""
    bits = np.float32(x).view(np.int32)
    t = np.int32((bits & 0x7FFFFF) | 0x3F800000).view(np.float32) - np.float32(1)
    t2 = t * t
    low = polynomial[0] + polynomial[1] * t + t2 * (polynomial[2] + polynomial[3] * t)
    return powers[bits >> 23] * (low + t2 * t2 * (polynomial[4] + polynomial[5] * t))


@nb.njit(cache=True, fastmath=True)
def _clip(x: np.float32) -> np.float32:
    limit = np.float32(4)
    return limit if x > limit else -limit if x < -limit else x


@nb.njit(cache=True, parallel=True, fastmath=True)
def run_epoch(
    indptr: I32,
    indices: I32,
    rates: F64,
    here: F32,
    there: F32,
    a: np.float32,
    b: np.float32,
    powers: F32,
    polynomial: F32,
    gamma: np.float32,
    alpha: np.float32,
    negatives: int,
    epoch: int,
    seed: np.uint64,
) -> None:
    """Moves every point once through those of its edges that are due.

    As in the paper's algorithm 5, an edge that is drawn moves the point it starts from (each edge
    is there in both directions); umap-learn moves the other end as well. The random points of one
    edge push together. A point begins at another of its edges each time: the last edge has the last
    word, and if it were always the same one, a map of rows that lie sorted would tear.

    Args:
        indptr: of the graph's rows, shape (N + 1,), with `indices` and `rates`.
        indices: see `indptr`.
        rates: how often each edge is drawn per epoch, float64, at most 1.
        here: the layout before the epoch, float32, shape (N, 3).
        there: written, the layout after it.
        a: of the curve.
        b: of the curve.
        powers: of b, see `power_table`.
        polynomial: see `powers`.
        gamma: strength of the repulsion.
        alpha: learning rate.
        negatives: random points for each edge drawn.
        epoch: number of the epoch.
        seed: of the random points.
    """
    n = here.shape[0]
    one, tiny, least = np.float32(1), np.float32(1e-3), np.float32(1e-30)
    pull, push = np.float32(-2) * a * b, np.float32(2) * gamma * b
    for block in nb.prange((n - 1) // ROWS + 1):
        for i in range(block * ROWS, min(block * ROWS + ROWS, n)):
            x, y, z = here[i, 0], here[i, 1], here[i, 2]
            state = _hash(seed + np.uint64(0x9E3779B97F4A7C15) * np.uint64(epoch * n + i + 1))
            first, last = indptr[i], indptr[i + 1]
            e = first - 1 + np.int64(((state >> np.uint64(32)) * np.uint64(last - first)) >> 32)
            for _ in range(last - first):
                e = e + 1 if e + 1 < last else first
                if np.floor(rates[e] * (epoch + 1)) == np.floor(rates[e] * epoch):
                    continue
                j = indices[e]
                dx, dy, dz = x - here[j, 0], y - here[j, 1], z - here[j, 2]
                squared = dx * dx + dy * dy + dz * dz + least
                power = _power(squared, powers, polynomial)
                force = pull * power / (squared * (one + a * power))
                x += alpha * _clip(force * dx)
                y += alpha * _clip(force * dy)
                z += alpha * _clip(force * dz)
                sum_x, sum_y, sum_z = np.float32(0), np.float32(0), np.float32(0)
                for _ in range(negatives):
                    state = state * np.uint64(6364136223846793005) + np.uint64(1442695040888963407)
                    j = np.int64(((state >> np.uint64(32)) * np.uint64(n)) >> np.uint64(32))
                    dx, dy, dz = x - here[j, 0], y - here[j, 1], z - here[j, 2]
                    squared = dx * dx + dy * dy + dz * dz + least
                    power = _power(squared, powers, polynomial)
                    force = push / ((tiny + squared) * (one + a * power))
                    sum_x += _clip(force * dx)
                    sum_y += _clip(force * dy)
                    sum_z += _clip(force * dz)
                x += alpha * sum_x
                y += alpha * sum_y
                z += alpha * sum_z
            there[i, 0], there[i, 1], there[i, 2] = x, y, z
