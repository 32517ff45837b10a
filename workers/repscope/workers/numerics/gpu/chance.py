"""The chance in UMAP: the numbers that its engine on the CPU draws, computed from counters."""

import torch
from torch import Tensor

_GOLDEN = 0x9E3779B97F4A7C15
_FACTOR, _TERM = 6364136223846793005, 1442695040888963407


class Chance:
    """Draws at random, each draw known by its point, epoch and number."""

    def __init__(self, count: int, seed: int, most: int, device: torch.device) -> None:
        """Prepares draws among `count` points.

        Args:
            count: number of points N, below 2^31.
            seed: of all draws.
            most: draws of one point in one epoch.
            device: where to draw.
        """
        self._count, self._seed = count, seed
        # A step of the generator is s -> A s + C; after m steps s has become A_m s + C_m.
        factor, term = 1, 0
        factors, terms = [], []
        for _ in range(most):
            factor, term = factor * _FACTOR % 2**64, (term * _FACTOR + _TERM) % 2**64
            factors.append(_signed(factor))
            terms.append(_signed(term))
        self._factors = torch.tensor(factors, dtype=torch.int64, device=device)
        self._terms = torch.tensor(terms, dtype=torch.int64, device=device)

    def draw(self, points: Tensor, epoch: int, first: Tensor, number: int) -> Tensor:
        """Draws for each point in an epoch.

        Args:
            points: for which to draw, int64 of shape (m,).
            epoch: in which.
            first: number of each one's first draw, int64 of shape (m,).
            number: of draws for each.

        Returns:
            Points, int64 of shape (m, number).
        """
        state = self._state(points, epoch)[:, None]
        draws = first[:, None] + torch.arange(number, device=points.device)
        state = state * self._factors[draws] + self._terms[draws]
        return (_shifted(state, 32) * self._count) >> 32

    def begin(self, points: Tensor, epoch: int, lengths: Tensor) -> Tensor:
        """Draws one of each point's edges in an epoch.

        Args:
            points: for which to draw, int64 of shape (m,).
            epoch: in which.
            lengths: number of edges of each, int64 of shape (m,), below 2^31.

        Returns:
            Numbers from 0 to below the lengths, int64 of shape (m,).
        """
        return (_shifted(self._state(points, epoch), 32) * lengths) >> 32

    def _state(self, points: Tensor, epoch: int) -> Tensor:
        counters = points + (epoch * self._count + 1)
        return _hash(counters * _signed(_GOLDEN) + _signed(self._seed))


def _signed(number: int) -> int:
    """The 64 bits of a number, read with a sign: PyTorch multiplies int64 alone, modulo 2^64."""
    bits = number % 2**64
    return bits - 2**64 if bits >= 2**63 else bits


def _shifted(x: Tensor, bits: int) -> Tensor:
    """Shifts right as if there were no sign."""
    return (x >> bits) & ((1 << (64 - bits)) - 1)


def _hash(x: Tensor) -> Tensor:
    """Turns a counter into 64 random bits (splitmix64; Steele, Lea and Flood 2014)."""
    x = (x ^ _shifted(x, 30)) * _signed(0xBF58476D1CE4E5B9)
    x = (x ^ _shifted(x, 27)) * _signed(0x94D049BB133111EB)
    return x ^ _shifted(x, 31)
