"""Stochastic gradient descent on the layout of a fuzzy graph, on a GPU."""

from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from repscope.workers.numerics.gpu.chance import Chance
from repscope.workers.numerics.gpu.join import Rows
from repscope.workers.numerics.gpu.memory import Tiles, clear_about_memory
from repscope.workers.numerics.gpu.stretches import Stretches
from repscope.workers.numerics.gpu.turns import Turns, turns_of
from repscope.workers.numerics.umap.curve import fit_curve
from repscope.workers.numerics.umap.optimize import Callback, check_start

TURNS = 128  # edges that one point goes through in an epoch


def umap(
    graph: Rows,
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
    """Makes a UMAP of a graph where the graph is, as the CPU's engine makes it.

    In an epoch each point goes through its own edges that are due, one step after another, while
    all others stand where the last epoch left them; the random points are those of the CPU. All
    points take their first steps together, then those that have a second, and so on: no two threads
    write to one place, and the same seed gives the same map on the same device. Only hubs with more
    than 128 edges due in one epoch do otherwise: each takes 128 of them, others each time.

    Args:
        graph: memberships from `fuzzy_graph`.
        start: layout to start from, shape (N, 2) or (N, 3).
        min_dist: this and the other arguments are those of `repscope.workers.numerics.umap.umap`.
        spread: scale of the map.
        epochs: 500 up to 10,000 points and 200 above when None.
        negatives: random points that push a point away each time one of its edges is drawn.
        repulsion_strength: factor on their pushes.
        learning_rate: of the first epoch; falls linearly to 0.
        seed: of the random points.
        callback: called every so many epochs, and after the last; returns True to finish early.
        every: epochs between two calls.

    Returns:
        Float32 of shape (N, dimensions).

    Raises:
        ValueError: the start doesn't fit.
        DeviceMemoryError: the device has too little memory.
    """
    n = graph.count
    check_start(n, start)
    if epochs is None:
        epochs = 500 if n <= 10_000 else 200
    a, b = fit_curve(min_dist, spread)
    with clear_about_memory():
        device = graph.values.device
        rates = graph.values.double()
        rates /= rates.max()  # how often an edge is drawn in an epoch
        rates[rates * epochs < 1] = 0
        here = torch.tensor(np.ascontiguousarray(start, np.float32), device=device)
        stretches = Stretches(graph.indptr)
        # Of one edge, of which at most about half are due in an epoch.
        tiles = Tiles(device, 64 + negatives * (20 + 6 * start.shape[1]))
        chance = Chance(n, seed, TURNS * negatives, device)
        force = _Force(a, b, repulsion_strength)

        def moved(number: int, size: int) -> Tensor:
            there = torch.empty_like(here)
            alpha = learning_rate * (1 - number / epochs)
            for rows, entries in stretches.of(size):
                indptr = graph.indptr[rows.start : rows.stop + 1]
                own = torch.arange(rows.start, rows.stop, device=device)
                begins = chance.begin(own, number, indptr.diff())
                due = turns_of(rates[entries], indptr, begins, number, TURNS)
                points = rows.start + due.rows
                drawn = chance.draw(points, number, due.turn * negatives, negatives)
                ends = graph.indices[entries].index_select(0, due.entries)
                order = rows.start + due.order
                there[order] = force.move(here[order], due, here[ends], here[drawn], alpha)
            return there

        for number in range(epochs):
            here = tiles.run(partial(moved, number))
            done = number + 1
            due = done % every == 0 or done == epochs
            if callback is not None and due and callback(done, here.cpu().numpy()):
                break
        return here.cpu().numpy()


class _Force:
    """How edges pull and random points push (McInnes, Healy and Melville 2018, section 4.2)."""

    def __init__(self, a: float, b: float, gamma: float) -> None:
        self._a, self._b = a, b
        self._pull, self._push = -2 * a * b, 2 * gamma * b

    def move(self, here: Tensor, due: Turns, ends: Tensor, drawn: Tensor, alpha: float) -> Tensor:
        """Moves points through their turns.

        Args:
            here: float32, shape (m, dimensions), those with the most turns first.
            due: their turns.
            ends: the points that pull, shape (turns, dimensions).
            drawn: the points that push, shape (turns, negatives, dimensions).
            alpha: learning rate.

        Returns:
            The points moved.
        """
        first = 0
        for count in due.sizes:
            turn = slice(first, first + count)
            x = here[:count]
            d = x - ends[turn]
            squared = d.square().sum(1, keepdim=True).add_(1e-30)
            power = squared.pow(self._b)
            pull = self._pull * power / (squared * (1 + self._a * power))
            x = x + alpha * (pull * d).clamp_(-4, 4)
            d = x[:, None] - drawn[turn]
            squared = d.square().sum(2, keepdim=True).add_(1e-30)
            push = self._push / ((1e-3 + squared) * (1 + self._a * squared.pow(self._b)))
            here[:count] = x + alpha * (push * d).clamp_(-4, 4).sum(1)
            first += count
        return here
