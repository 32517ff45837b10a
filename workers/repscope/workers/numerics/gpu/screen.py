"""Candidates for nearest neighbors from tiled matrix products in TF32, and what they prove.

A score is `x . y - |y|^2 / 2 = (|x|^2 - |x - y|^2) / 2`: for one `x`, the larger it is, the nearer
is `y`. Tensor cores multiply numbers of eleven bits (TF32) and add in float32. The rows are rounded
to such numbers beforehand, so that the products themselves are exact and the error of a score is
known from the rounding of its two rows.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor
from torch.nn.functional import pad

GROUP = 64  # columns of which only the best score is ranked at first
ALIGNED = 8  # tensor cores want widths in such steps
BLOCK_VALUES = 1 << 24  # numbers in double precision at a time


class Screen:
    """All rows, ready to be scored against each other."""

    def __init__(self, rows: Tensor) -> None:
        """Centers and rounds the rows.

        Args:
            rows: float32, shape (N, d).
        """
        self.count, width = rows.shape
        # Centering makes norms, and so the rounding of scores, small.
        centered = rows - mean_row(rows).to(torch.float32)
        rounded = round_to_tf32(centered)
        squares = squared_lengths(centered)
        self._norms = squares.sqrt().to(torch.float32)
        residual = (squared_lengths(centered - rounded) / squares.clamp(min=1e-300)).sqrt()
        relative = float(residual.max())
        # |x.y - x'.y'| <= |x - x'| |y'| + |x| |y - y'|, and a bound for any order of summing in
        # float32 (Higham 2002, section 3.1), with a last bit that may be cut off, not rounded.
        self._slack = 2 * relative * (1 + relative) + (width + 16) * 2.0**-23
        beyond = -self.count % GROUP
        self._rounded = pad(rounded, (0, -width % ALIGNED, 0, beyond))
        self._bias = pad((-squares / 2).to(torch.float32), (0, beyond), value=-torch.inf)

    def bytes_per_row(self, width: int) -> int:
        """Memory that `candidates` needs for one row."""
        return 6 * len(self._rounded) + 16 * width * GROUP

    def candidates(self, which: Tensor, k: int, width: int) -> tuple[Tensor, Tensor]:
        """Finds the best scores of a tile of rows.

        Args:
            which: int64, shape (m,), the rows.
            k: how many neighbors are wanted.
            width: how many candidates to find, from k to N - 1.

        Returns:
            Candidates, int64 of shape (m, width), and for each row whether they are sure to hold
            its k nearest, shape (m,).
        """
        with _tf32():
            scores = torch.addmm(self._bias, self._rounded[which], self._rounded.T)
        scores.scatter_(1, which[:, None], -torch.inf)  # a row is no neighbor of itself
        grouped = scores.view(len(which), -1, GROUP)
        # The best `width` scores lie in the `width` groups with the best maxima.
        groups = grouped.amax(2).topk(min(width, grouped.shape[1])).indices
        inside = grouped.gather(1, groups[:, :, None].expand(-1, -1, GROUP))
        best = inside.flatten(1).topk(width)
        lanes = torch.arange(GROUP, device=which.device)
        ids = (groups[:, :, None] * GROUP + lanes).flatten(1).gather(1, best.indices)
        kth, last = best.values[:, k - 1], best.values[:, -1]
        sure = last < kth - self._margin(self._norms[which], kth)
        return ids, sure | (width == self.count - 1)

    def _margin(self, norms: Tensor, kth: Tensor) -> Tensor:
        """How far below the k-th best score a true neighbor's score may lie, for rounding.

        Rounding moves a score by at most `slack |x| |y|`, twice counts, and only rows within the
        k-th distance `D` of `x` matter, for which `|y| <= |x| + D`.
        """
        reach = norms + (norms * norms - 2 * kth).clamp(min=0).sqrt()
        return 2.5 * self._slack * reach * reach


def round_to_tf32(values: Tensor) -> Tensor:
    """Rounds float32 to the nearest number that TF32 holds: 10 bits after the leading one."""
    bits = (values.view(torch.int32) + (1 << 12)) & ~((1 << 13) - 1)
    return bits.view(torch.float32)


def squared_lengths(rows: Tensor) -> Tensor:
    """Squared length of each row, float64 of shape (N,), in blocks that bound the memory."""
    step = max(1, BLOCK_VALUES // rows.shape[1])
    return torch.cat([part.double().square().sum(1) for part in rows.split(step)])


def mean_row(rows: Tensor) -> Tensor:
    """The mean of all rows, float64 of shape (d,)."""
    step = max(1, BLOCK_VALUES // rows.shape[1])
    return torch.stack([part.double().sum(0) for part in rows.split(step)]).sum(0) / len(rows)


@contextmanager
def _tf32() -> Iterator[None]:
    """Lets products of float32 run on tensor cores."""
    before = torch.backends.cuda.matmul.fp32_precision
    torch.backends.cuda.matmul.fp32_precision = "tf32"
    try:
        yield
    finally:
        torch.backends.cuda.matmul.fp32_precision = before
