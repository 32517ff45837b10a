"""The Kullback-Leibler divergence that t-SNE makes small.

After van der Maaten and Hinton 2008, "Visualizing data using t-SNE", equation 2.
"""

import numpy as np
from numpy.typing import NDArray

from repscope.workers.numerics.tsne.affinities import Affinities
from repscope.workers.numerics.tsne.attraction import log_kernel
from repscope.workers.numerics.tsne.repulsion import repel_2d, repel_3d


class Divergence:
    """Sum of p_ij log(p_ij / q_ij) for one P; what depends on P alone is computed once."""

    def __init__(
        self,
        indptr: NDArray[np.int32],
        indices: NDArray[np.int32],
        values: NDArray[np.float32],
    ) -> None:
        """Takes the affinities of N points as sparse rows."""
        self._p = indptr, indices, values
        p = values[values > 0].astype(np.float64)
        self._entropy = float((p * np.log(p)).sum())

    def __call__(self, layout: NDArray[np.float32], z: float) -> float:
        """The divergence of a layout of shape (N, dimensions) whose normalization is Z."""
        return self._entropy + float(log_kernel(*self._p, layout).sum()) + float(np.log(z))


def kl_divergence(affinities: Affinities, layout: NDArray[np.floating]) -> float:
    """The divergence of any map from affinities, over all pairs: time grows with N^2.

    Compare maps by it only at identical affinities.

    Args:
        affinities: joint probabilities of N points.
        layout: shape (N, 2) or (N, 3).

    Returns:
        The divergence in nats.
    """
    points = np.ascontiguousarray(layout, np.float32)
    repel = repel_2d if points.shape[1] == 2 else repel_3d
    z = repel(points, np.empty_like(points))
    return Divergence(affinities.indptr, affinities.indices, affinities.values)(points, z)
