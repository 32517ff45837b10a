"""Stretches of rows of a sparse matrix that have about as many entries as fit in a tile."""

import torch
from torch import Tensor


class Stretches:
    """Cuts the rows of one matrix, and remembers the last cut."""

    def __init__(self, indptr: Tensor) -> None:
        """Takes where each row's entries begin, int64 of shape (N + 1,)."""
        self._indptr = indptr
        self._size = 0
        self._parts: list[tuple[slice, slice]] = []

    def of(self, size: int) -> list[tuple[slice, slice]]:
        """Rows and their entries, in stretches of `size` entries and up to one more row."""
        if size != self._size:
            indptr = self._indptr
            wanted = torch.arange(0, int(indptr[-1]), size, device=indptr.device)
            firsts = torch.searchsorted(indptr, wanted)
            bounds = torch.cat([firsts, firsts.new_tensor([len(indptr) - 1])]).unique()
            rows, entries = bounds.tolist(), indptr[bounds].tolist()
            self._parts = [
                (slice(rows[i], rows[i + 1]), slice(entries[i], entries[i + 1]))
                for i in range(len(rows) - 1)
            ]
            self._size = size
        return self._parts
