"""Which edges a UMAP draws in an epoch, in the order in which points go through them.

As on the CPU, a point begins at another of its edges each time: the last edge has the last word.
"""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Turns:
    """The edges due in an epoch: first the first of each row, then the second, and so on.

    Attributes:
        order: rows, those with the most edges due first, int64 of shape (rows,).
        sizes: how many rows take each turn; they are the first of `order`.
        entries: the edge of each turn and row, int64 of shape (edges due,).
        rows: the row of each, the same shape.
        turn: the number of the turn of each, the same shape.
    """

    order: Tensor
    sizes: list[int]
    entries: Tensor
    rows: Tensor
    turn: Tensor


def turns_of(rates: Tensor, indptr: Tensor, begins: Tensor, epoch: int, most: int) -> Turns:
    """Draws edges: one of rate r is due whenever r times the epoch passes a whole number.

    Args:
        rates: of the edges of a stretch of rows, float64, at most 1.
        indptr: where each row's edges begin, int64 of shape (rows + 1,), from any number on.
        begins: number of the edge in its row at which each row begins, int64 of shape (rows,).
        epoch: number of the epoch.
        most: turns of one row; of more edges that are due, it takes the first.
    """
    due = (rates * (epoch + 1)).floor() != (rates * epoch).floor()
    entries = due.nonzero()[:, 0]
    before = torch.cat([indptr.new_zeros(1), due.cumsum(0)])
    own = indptr - indptr[0]
    starts = before[own]
    counts, passed = starts.diff(), before[own[:-1] + begins] - starts[:-1]
    rows = torch.arange(len(counts), device=rates.device)
    rows = rows.repeat_interleave(counts, output_size=len(entries))
    turn = torch.arange(len(entries), device=rates.device) - (starts[:-1] + passed)[rows]
    turn = torch.where(turn < 0, turn + counts[rows], turn)
    longest = int(counts.max())
    if longest > most:
        kept = turn < most
        entries, rows, turn = entries[kept], rows[kept], turn[kept]
        counts, longest = counts.clamp(max=most), most
    ascending, order = torch.sort(counts, stable=True)
    numbers = torch.arange(longest, device=rates.device)
    sizes = len(counts) - torch.searchsorted(ascending, numbers, right=True)
    order = order.flip(0)
    place = torch.empty_like(order)
    place[order] = torch.arange(len(order), device=rates.device)
    slot = (sizes.cumsum(0) - sizes)[turn] + place[rows]
    there = torch.empty_like(slot)
    there[slot] = torch.arange(len(slot), device=rates.device)
    return Turns(order, sizes.tolist(), entries[there], rows[there], turn[there])
