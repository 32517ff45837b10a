"""A one-sided neighbor graph joined with its mirror image, as sparse rows."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from scipy.sparse import csr_matrix
from torch import Tensor


@dataclass(frozen=True)
class Rows:
    """A sparse square matrix by rows, on a device.

    Attributes:
        indptr: int64, shape (N + 1,); row i has the entries from `indptr[i]` to `indptr[i + 1]`.
        indices: int32, shape (entries,), ascending within a row.
        values: shape (entries,).
    """

    indptr: Tensor
    indices: Tensor
    values: Tensor

    @property
    def count(self) -> int:
        """Number of rows N."""
        return len(self.indptr) - 1

    def matrix(self) -> csr_matrix:
        """The same as a SciPy matrix."""
        parts = (self.values.cpu().numpy(), self.indices.cpu().numpy())
        indptr = self.indptr.cpu().numpy().astype(np.int32)
        return csr_matrix((*parts, indptr), shape=(self.count, self.count))


def joined(indices: Tensor, values: Tensor, combine: Callable[[Tensor, Tensor], Tensor]) -> Rows:
    """Joins the edge from i to j with that from j to i, where there are both.

    Args:
        indices: neighbors, integers of shape (N, k), distinct within a row.
        values: of the edges, shape (N, k).
        combine: joins the values of opposite edges, the missing one being 0; symmetric.

    Returns:
        A symmetric matrix without zeros.
    """
    n, k = indices.shape
    ends = indices.to(torch.int64).flatten()
    starts = torch.arange(n, device=indices.device).repeat_interleave(k)
    keys, order = torch.sort(torch.cat([starts * n + ends, ends * n + starts]))
    del starts, ends
    flat = values.flatten()
    both = flat[order.remainder_(flat.numel())]
    opposite = keys[1:] == keys[:-1]  # an entry and the one before it are one edge's two directions
    first = torch.cat([opposite.new_ones(1), ~opposite])
    other = torch.cat([torch.where(opposite, both[1:], 0), both.new_zeros(1)])
    made = combine(both[first], other[first])
    kept = made != 0
    keys, made = keys[first][kept], made[kept]
    indptr = torch.searchsorted(keys, torch.arange(n + 1, device=keys.device) * n)
    return Rows(indptr, keys.remainder(n).to(torch.int32), made)
