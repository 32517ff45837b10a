"""Gradient descent on the Kullback-Leibler divergence, on a GPU."""

from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from repscope.workers.numerics.gpu.attraction import Attraction
from repscope.workers.numerics.gpu.interpolation import Interpolation
from repscope.workers.numerics.gpu.join import Rows
from repscope.workers.numerics.gpu.memory import clear_about_memory
from repscope.workers.numerics.gpu.repulsion import AllPairs
from repscope.workers.numerics.tsne.optimize import EXACT_2D, Callback, Layout, check_start


def tsne(
    affinities: Rows,
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
    """Makes a t-SNE map where the affinities are, with the schedule of the CPU's engine.

    Args:
        affinities: joint probabilities of N points.
        start: layout to start from, shape (N, 2) or (N, 3).
        iterations: this and the other arguments are those of `repscope.workers.numerics.tsne.tsne`.
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
        DeviceMemoryError: the device has too little memory.
    """
    n, dimensions = check_start(affinities.count, start, repulsion)
    exact = repulsion == "exact" or dimensions == 3 or (repulsion == "auto" and n <= EXACT_2D)
    device = affinities.values.device
    with clear_about_memory():
        layout = torch.tensor(np.ascontiguousarray(start.T, np.float32), device=device)
        attraction = Attraction(affinities)
        repelling = AllPairs(n, dimensions, device) if exact else Interpolation()
        update, gains = torch.zeros_like(layout), torch.ones_like(layout)
        done, stop = 0, False
        while done < iterations and not stop:
            early = done < early_iterations
            factor = early_exaggeration if early else exaggeration
            if done == early_iterations:
                gains.fill_(1)  # each phase starts its gains and momentum anew
                update.zero_()
                # As on a CPU: what was drawn onto one point begins anew at the start.
                if float(layout.max() - layout.min()) < np.ptp(start):
                    layout.copy_(torch.tensor(np.ascontiguousarray(start.T, np.float32)))
            pull = attraction.force(layout)
            push, z = repelling.repel(layout)
            if callback is not None and done % every == 0 and done > 0:
                stop = bool(callback(done, attraction.divergence(layout, z), _points(layout)))
                if stop:
                    break
            gradient = factor * pull - push / z.to(torch.float32)
            rate = learning_rate if learning_rate is not None else n / factor
            _step(layout, gradient, update, gains, rate, 0.5 if early else 0.8)
            done += 1
        final = attraction.divergence(layout, repelling.repel(layout)[1])
        if callback is not None and not stop:
            callback(done, final, _points(layout))
        return Layout(_points(layout), final, exact, done)


def _step(
    layout: Tensor, gradient: Tensor, update: Tensor, gains: Tensor, rate: float, momentum: float
) -> None:
    """One step down the gradient, at most 5 long, as `repscope.workers.numerics.tsne` takes it.

    Args:
        layout: float32, shape (dimensions, N), changed as are `update` and `gains`.
        gradient: the same shape.
        update: the last step, the same shape.
        gains: the same shape.
        rate: learning rate.
        momentum: share of the last step that is kept.
    """
    onward = (update > 0) != (gradient > 0)
    gains.copy_(torch.where(onward, gains + 0.2, (gains * 0.8).clamp_(min=0.01)))
    update.mul_(momentum).sub_(gains * gradient, alpha=rate)
    length = update.square().sum(0).sqrt_()
    update.mul_((5 / length).clamp_(max=1))
    layout.add_(update)


def _points(layout: Tensor) -> NDArray[np.float32]:
    """The centered layout, shape (N, dimensions), on the host."""
    centered = layout - layout.mean(1, keepdim=True, dtype=torch.float64).to(torch.float32)
    return np.ascontiguousarray(centered.T.cpu().numpy())
