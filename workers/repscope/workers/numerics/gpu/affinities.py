"""Affinities P of t-SNE out of a neighbor graph, on a GPU."""

from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from repscope.workers.numerics.gpu.join import Rows, joined
from repscope.workers.numerics.gpu.memory import Tiles, clear_about_memory
from repscope.workers.numerics.tsne.affinities import kernel_size

STEPS = 200  # of the search for a width; a few are enough unless many distances are equal


def affinities(
    indices: NDArray[np.integer],
    distances: NDArray[np.floating],
    perplexity: float = 30.0,
    *,
    device: str = "cuda",
) -> Rows:
    """Turns the nearest neighbors into joint probabilities.

    Args:
        indices: nearest neighbors, shape (N, k), without the point itself.
        distances: theirs, shape (N, k), ascending.
        perplexity: as of `repscope.workers.numerics.tsne.affinities`.
        device: where to compute, and where the result stays.

    Returns:
        The joint probabilities p_ij, float32; they sum to 1.

    Raises:
        ValueError: the perplexity is below 1, or the graph has too few neighbors for it.
        DeviceMemoryError: the device has too little memory.
    """
    k = kernel_size(indices.shape[1], perplexity)
    with clear_about_memory():
        lengths = torch.tensor(np.ascontiguousarray(distances[:, :k], np.float32), device=device)
        ends = torch.tensor(np.ascontiguousarray(indices[:, :k], np.int32), device=device)
        conditional = torch.empty(lengths.shape, dtype=torch.float64, device=device)
        tiles = Tiles(lengths.device, 8 * 8 * k)
        done = 0
        while done < len(lengths):
            part = tiles.run(partial(_tile, lengths[done:], perplexity))
            conditional[done : done + len(part)] = part
            done += len(part)
        joint = joined(ends, conditional, torch.add)
        values = (joint.values / joint.values.sum()).to(torch.float32)
        return Rows(joint.indptr, joint.indices, values)


def _tile(left: Tensor, perplexity: float, size: int) -> Tensor:
    return calibrate(left[:size], perplexity)


def calibrate(distances: Tensor, perplexity: float) -> Tensor:
    """Finds each row's kernel width by bisection, or Newton's step where it stays in the bracket.

    All rows take their steps together; those that are done leave.

    Args:
        distances: float32, shape (N, k), ascending.
        perplexity: exp of the wanted entropy.

    Returns:
        Conditional probabilities p_j|i, float64 of shape (N, k).
    """
    e = distances.double().square()
    e -= e[:, :1].clone()  # keeps the largest p at 1
    result = torch.empty_like(e)
    left = torch.arange(len(e), device=e.device)
    beta = 1 / e.mean(1).clamp(min=1e-300)
    low, high = torch.zeros_like(beta), torch.full_like(beta, torch.inf)
    target = float(np.log(perplexity))
    for step in range(STEPS):
        p = torch.exp(-beta[:, None] * e)
        total = p.sum(1)
        weighted = p * e
        first = weighted.sum(1) / total
        second = weighted.mul_(e).sum(1) / total
        excess = total.log() + beta * first - target  # of entropy; it falls with beta
        low = torch.where(excess > 0, beta, low)
        high = torch.where(excess > 0, high, beta)
        slope = -beta * (second - first * first)
        newton = beta - excess / slope
        inside = (slope < 0) & (newton > low) & (newton < high) & (newton < 4 * beta)
        halved = torch.where(high == torch.inf, 2 * beta, (low + high) / 2)
        beta = torch.where(inside, newton, halved)
        # Among ties no width reaches the target.
        stuck = (beta == low) | (beta == high) | (beta > 1e300)
        done = (excess.abs() < 1e-8) | stuck
        if step == STEPS - 1:
            done[:] = True
        result[left[done]] = p[done] / total[done, None]
        on = ~done
        left, e, beta, low, high = left[on], e[on], beta[on], low[on], high[on]
        if len(left) == 0:
            break
    return result
