"""Gradient descent on the Kullback-Leibler divergence."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import reverse_cuthill_mckee

from repscope.workers.numerics.arrays import F32
from repscope.workers.numerics.compiled import nb
from repscope.workers.numerics.tsne.affinities import Affinities
from repscope.workers.numerics.tsne.attraction import attract_2d, attract_3d
from repscope.workers.numerics.tsne.divergence import Divergence
from repscope.workers.numerics.tsne.interpolation import Interpolation
from repscope.workers.numerics.tsne.repulsion import repel_2d, repel_3d

Callback = Callable[[int, float, NDArray[np.float32]], object]
"""Called with the iteration, the divergence and the layout; returns True to stop."""

EXACT_2D = 4_000
"""Up to this many points the repulsion of all pairs is faster than interpolation."""
EXACT_3D = 20_000
"""In three dimensions all pairs are the only way, and more points would take too long."""


ROWS = 256  # points of one block of work


@dataclass(frozen=True)
class Layout:
    """A finished map.

    Attributes:
        points: float32, shape (N, dimensions), centered.
        divergence: Kullback-Leibler divergence from the affinities to the map.
        exact: whether `divergence` comes from all pairs, or its Z from interpolation.
        iterations: how many were done.
    """

    points: NDArray[np.float32]
    divergence: float
    exact: bool
    iterations: int


def tsne(
    affinities: Affinities,
    start: NDArray[np.floating],
    *,
    iterations: int = 750,
    early_iterations: int = 250,
    early_exaggeration: float = 12.0,
    exaggeration: float = 1.0,
    learning_rate: float | None = None,
    repulsion: Literal["auto", "exact", "interpolation"] = "auto",
    callback: Callback | None = None,
    every: int = 50,
) -> Layout:
    """Makes a t-SNE map (van der Maaten and Hinton 2008, "Visualizing data using t-SNE").

    The schedule is the field's: exaggerated affinities and momentum 0.5, then 0.8; one gain a
    coordinate (Jacobs 1988); learning rate N / exaggeration (Belkina et al. 2019); steps of at most
    5. The same input gives the same map to the last bit at any number of threads.

    Exaggeration draws points together that are so few that each is a neighbor of all, until single
    precision cannot tell them apart; the second phase then begins at the start.

    Args:
        affinities: joint probabilities of N points.
        start: layout to start from, shape (N, 2) or (N, 3): `pca_start(features, 2, 1e-4)`, or a
            map to flow on from, then with `early_iterations=0`.
        iterations: number of all iterations.
        early_iterations: number of those with `early_exaggeration`.
        early_exaggeration: factor on the affinities in the early iterations.
        exaggeration: factor on the affinities after them.
        learning_rate: for both phases; N / exaggeration of each when None.
        repulsion: "exact" over all pairs, "interpolation" on a grid (2D only), or the faster one.
        callback: called every so many iterations, and after the last; returns True to finish early.
        every: iterations between two calls.

    Returns:
        The map and its divergence.

    Raises:
        ValueError: the start doesn't fit, or the map would be too slow in three dimensions.
    """
    n, dimensions = check_start(affinities.rows, start, repulsion)
    exact = repulsion == "exact" or dimensions == 3 or (repulsion == "auto" and n <= EXACT_2D)
    # In this order neighbors lie close together in memory, which doubles the speed of the
    # attraction.
    order = reverse_cuthill_mckee(affinities.matrix(), symmetric_mode=True)
    matrix = affinities.matrix()[order][:, order].tocsr()
    matrix.sort_indices()
    p = (matrix.indptr, matrix.indices, matrix.data, int(np.diff(matrix.indptr).max()))
    divergence = Divergence(*p[:3])

    layout = np.ascontiguousarray(start, np.float32)[order]
    attraction, repelling = np.empty_like(layout), np.empty_like(layout)
    update, gains = np.zeros_like(layout), np.ones_like(layout)
    attract = attract_2d if dimensions == 2 else attract_3d
    all_pairs = repel_2d if dimensions == 2 else repel_3d
    repel: Callable[[F32, F32], float] = all_pairs if exact else Interpolation().repel

    def points() -> NDArray[np.float32]:
        result = np.empty_like(layout)
        result[order] = layout - layout.mean(axis=0, dtype=np.float64).astype(np.float32)
        return result

    done, stop = 0, False
    while done < iterations and not stop:
        early = done < early_iterations
        factor = early_exaggeration if early else exaggeration
        if done == early_iterations:
            gains[:] = 1  # each phase starts its gains and momentum anew
            update[:] = 0
            if np.ptp(layout) < np.ptp(start):
                layout[:] = np.asarray(start, np.float32)[order]
        attract(*p, layout, attraction)
        z = repel(layout, repelling)
        rate = learning_rate if learning_rate is not None else n / factor
        if callback is not None and done % every == 0 and done > 0:
            stop = bool(callback(done, divergence(layout, z), points()))
            if stop:
                break
        step(
            layout, attraction, repelling, update, gains,
            np.float32(factor), np.float32(1 / z), np.float32(rate),
            np.float32(0.5 if early else 0.8),
        )  # fmt: skip
        done += 1
    final = divergence(layout, repel(layout, repelling))
    if callback is not None and not stop:
        callback(done, final, points())
    return Layout(points(), final, exact, done)


def check_start(n: int, start: NDArray[np.floating], repulsion: str) -> tuple[int, int]:
    """Returns N and the number of dimensions; raises ValueError where the start doesn't fit."""
    if start.ndim != 2 or len(start) != n or start.shape[1] not in (2, 3):
        raise ValueError(f"The start has shape {start.shape}; it must be ({n}, 2) or ({n}, 3).")
    if not np.isfinite(start).all():
        raise ValueError("The start holds NaN or infinite values.")
    if start.shape[1] == 3:
        if repulsion == "interpolation":
            raise ValueError("Interpolation works in two dimensions only; use 'exact' for three.")
        if n > EXACT_3D:
            raise ValueError(
                f"t-SNE in three dimensions compares all pairs and takes up to {EXACT_3D} points; "
                f"there are {n}. Choose two dimensions, or UMAP."
            )
    return n, int(start.shape[1])


@nb.njit(cache=True, parallel=True, fastmath=True)
def step(
    layout: F32,
    attraction: F32,
    repulsion: F32,
    update: F32,
    gains: F32,
    factor: np.float32,
    inverse_z: np.float32,
    rate: np.float32,
    momentum: np.float32,
) -> None:
    """One step down the gradient, factor * attraction - repulsion / Z, with gains and momentum.

    A gain grows by 0.2 while a coordinate moves on against its gradient's sign, else shrinks by
    0.8.

    Args:
        layout: float32, shape (N, dimensions), changed as are `update` and `gains`.
        attraction: the same shape.
        repulsion: the same shape.
        update: the last step, the same shape.
        gains: the same shape.
        factor: exaggeration.
        inverse_z: 1 / Z.
        rate: learning rate.
        momentum: share of the last step that is kept.
    """
    n, dimensions = layout.shape
    # Blocks of fixed size: at the ends of a loop SIMD rounds differently, so they must not depend
    # on the number of threads.
    for block in nb.prange((n - 1) // ROWS + 1):
        for i in range(block * ROWS, min(block * ROWS + ROWS, n)):
            length = np.float32(0)
            for d in range(dimensions):
                gradient = factor * attraction[i, d] - repulsion[i, d] * inverse_z
                if (update[i, d] > 0) != (gradient > 0):
                    gains[i, d] += np.float32(0.2)
                else:
                    gains[i, d] = max(gains[i, d] * np.float32(0.8), np.float32(0.01))
                update[i, d] = momentum * update[i, d] - rate * gains[i, d] * gradient
                length += update[i, d] * update[i, d]
            if length > 25:
                for d in range(dimensions):
                    update[i, d] *= np.float32(5) / np.sqrt(length)
            for d in range(dimensions):
                layout[i, d] += update[i, d]
