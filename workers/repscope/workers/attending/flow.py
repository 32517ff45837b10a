"""Attention through several blocks: rollout, and how far heads look."""

import torch
from torch import Tensor


class Rollout:
    """Attention from the last block down to the patches (Abnar and Zuidema, 2020).

    Beside what a block's attention mixes, the residual connection passes every token on as it is.
    Both count half: the mean over heads is averaged with the identity, whose rows then add up to 1
    again, and the matrices of all blocks are multiplied, the first one rightmost.
    """

    def __init__(self) -> None:
        """Begin below the first block."""
        self.matrix: Tensor | None = None

    def add(self, weights: Tensor) -> Tensor:
        """Go through one block more.

        Args:
            weights: (images, heads, tokens, tokens) attention, each row adding up to 1.

        Returns:
            (images, tokens, tokens): how much each token (second axis) has of each token below the
            first block (third); rows add up to 1.
        """
        mean = weights.mean(dim=1)
        mixed = 0.5 * mean + 0.5 * torch.eye(mean.shape[-1], device=mean.device)
        mixed = mixed / mixed.sum(dim=-1, keepdim=True)
        self.matrix = mixed if self.matrix is None else mixed @ self.matrix
        return self.matrix


def mean_distance(weights: Tensor, side: int, patch: float) -> Tensor:
    """Return how far each head looks (Dosovitskiy et al., 2021, figure 7).

    The distance between the centers of the patch that asks and the patch that is looked at,
    weighted by attention and averaged over patches. Attention to other tokens has no
    distance and is left out, so weights are those among patches, adding up to 1 again.

    Args:
        weights: (images, heads, patches, patches) attention from patches to patches.
        side: Patches along a side; they lie row by row.
        patch: Side of a patch in pixels.

    Returns:
        (images, heads) pixels.
    """
    steps = torch.arange(side * side, device=weights.device)
    places = torch.stack([steps // side, steps % side], dim=1).float() * patch
    away = torch.cdist(places, places)  # (patches, patches)
    shares = weights / weights.sum(dim=-1, keepdim=True).clamp(min=1e-12)
    return (shares * away).sum(dim=-1).mean(dim=2)


def expected_distance(side: int, patch: float) -> float:
    """Return how far a head looks that looks at all patches alike, in pixels."""
    everywhere = torch.full((1, 1, side * side, side * side), 1.0)
    return float(mean_distance(everywhere, side, patch)[0, 0])
