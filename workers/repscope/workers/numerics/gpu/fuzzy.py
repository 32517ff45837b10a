"""The fuzzy simplicial set of UMAP out of a neighbor graph, on a GPU."""

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from repscope.workers.numerics.gpu.join import Rows, joined
from repscope.workers.numerics.gpu.memory import clear_about_memory
from repscope.workers.numerics.umap.fuzzy import check_neighbors

STEPS = 64  # of the search for sigma, as in umap-learn


def fuzzy_graph(
    indices: NDArray[np.integer],
    distances: NDArray[np.floating],
    n_neighbors: int = 15,
    *,
    device: str = "cuda",
) -> Rows:
    """Turns the nearest neighbors into a symmetric graph of memberships.

    Args:
        indices: nearest neighbors, shape (N, k), without the point itself.
        distances: theirs, shape (N, k), ascending.
        n_neighbors: as of `repscope.workers.numerics.umap.fuzzy_graph`.
        device: where to compute, and where the result stays.

    Returns:
        Memberships in (0, 1], float32.

    Raises:
        ValueError: n_neighbors is below 2, or the graph has too few neighbors for it.
        DeviceMemoryError: the device has too little memory.
    """
    check_neighbors(n_neighbors, indices.shape[1])
    used = n_neighbors - 1
    nearest = np.ascontiguousarray(distances[:, :used], np.float32)
    overall = float(nearest.mean(dtype=np.float64)) * used / n_neighbors
    with clear_about_memory():
        strengths = memberships(torch.tensor(nearest, device=device), overall)
        ends = np.ascontiguousarray(indices[:, :used], np.int32)
        return joined(torch.tensor(ends, device=device), strengths, lambda a, b: a + b - a * b)


def memberships(distances: Tensor, overall: float) -> Tensor:
    """Memberships of each row's neighbors, with rho and sigma found as umap-learn finds them.

    All rows take their steps together; those that are done leave.

    Args:
        distances: float32, shape (N, k), ascending, without the point itself.
        overall: mean of all distances, each point's to itself counted.

    Returns:
        Float32 of shape (N, k).
    """
    exact = distances.double()
    k = exact.shape[1]
    target = math.log2(k + 1)
    beyond = torch.where(exact > 0, exact, torch.inf)
    rho = beyond.min(1).values  # the nearest neighbor at a distance
    rho = torch.where(rho == torch.inf, 0.0, rho)
    excess = (exact - rho[:, None]).clamp_(min=0)  # exp(-0) is 1, as it must be
    least = 1e-3 * torch.where(rho > 0, exact.sum(1) / (k + 1), overall)

    found = torch.ones_like(rho)
    left, some = torch.arange(len(rho), device=rho.device), excess
    sigma, low, high = torch.ones_like(rho), torch.zeros_like(rho), torch.full_like(rho, torch.inf)
    for _ in range(STEPS):
        total = torch.exp(-some / sigma[:, None]).sum(1)
        on = (total - target).abs() >= 1e-5
        found[left[~on]] = sigma[~on]
        left, some, total = left[on], some[on], total[on]
        sigma, low, high = sigma[on], low[on], high[on]
        if len(left) == 0:
            break
        high = torch.where(total > target, sigma, high)
        low = torch.where(total > target, low, sigma)
        sigma = torch.where(high == torch.inf, 2 * sigma, (low + high) / 2)
    found[left] = sigma
    sigma = torch.maximum(found, least)[:, None]
    return torch.where(sigma > 0, torch.exp(-excess / sigma), 1.0).to(torch.float32)
