"""Principal components on a GPU, for maps to start from."""

import numpy as np
import torch
from numpy.typing import NDArray

from repscope.workers.numerics.components import FULL_WIDTH, largest_positive
from repscope.workers.numerics.gpu.memory import clear_about_memory
from repscope.workers.numerics.gpu.screen import BLOCK_VALUES, mean_row
from repscope.workers.numerics.start import pca_start as on_cpu


def pca_start(
    features: NDArray[np.floating], dimensions: int = 2, *, device: str = "cuda"
) -> NDArray[np.float32]:
    """The first principal components, from the covariance summed up in double precision.

    Features wider than 4,096 are left to the CPU, which finds the axes without their covariance.

    Args:
        features: shape (N, d), finite.
        dimensions: number of components.
        device: where to compute.

    Returns:
        Float32 of shape (N, dimensions), as of `repscope.workers.numerics.start.pca_start`.

    Raises:
        DeviceMemoryError: the device has too little memory.
    """
    width = features.shape[1]
    if width > FULL_WIDTH:
        return on_cpu(features, dimensions)
    with clear_about_memory():
        rows = torch.tensor(np.ascontiguousarray(features, np.float32), device=device)
        mean = mean_row(rows)
        parts = rows.split(max(1, BLOCK_VALUES // width))
        covariance = torch.zeros((width, width), dtype=torch.float64, device=device)
        for part in parts:
            centered = part - mean
            covariance.addmm_(centered.T, centered)
        _, vectors = np.linalg.eigh(covariance.cpu().numpy())  # ascending
        axes = largest_positive(vectors[:, : -dimensions - 1 : -1])
        missing = dimensions - axes.shape[1]
        axes = np.pad(axes, ((0, 0), (0, missing)))
        turned = torch.tensor(np.ascontiguousarray(axes), device=device)
        return torch.cat([((part - mean) @ turned).float() for part in parts]).cpu().numpy()
