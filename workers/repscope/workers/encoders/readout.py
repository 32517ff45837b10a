"""Reading one vector per image out of a layer's activations.

A layer's name may be followed by how it is read: `blocks.3:cls`, `blocks.3:mean`, `layer4:flat`.
Without that it is read as its network usually is.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

import torch
from torch import Tensor

CLS, MEAN, FLAT = "cls", "mean", "flat"
#: Numbers that a flattened layer is brought to when it has more.
WIDEST = 4096
_SEED = 4096


@dataclass(frozen=True)
class Form:
    """How the activations of a layer lie.

    Attributes:
        kind: `vector` (batch, width); `tokens` (batch, tokens, width); `maps` (batch, width, rows,
            columns); `maps_last` (batch, rows, columns, width).
        prefix: Tokens before those of the patches.
        cls: Whether the first of them describes the image.
        usual: How the network itself reads its tokens.
    """

    kind: Literal["vector", "tokens", "maps", "maps_last"]
    prefix: int = 0
    cls: bool = False
    usual: Literal["cls", "mean"] = "mean"

    @property
    def readouts(self) -> tuple[str, ...]:
        """The ways in which this layer can be read, the usual one first."""
        if self.kind == "vector":
            return ()
        ways = [MEAN, *([CLS] if self.cls else [])]
        return (*sorted(ways, key=lambda way: way != self.usual), FLAT)

    def width(self, shape: Sequence[int]) -> int:
        """Return the numbers per image that a layer of a shape usually gives."""
        return shape[0] if self.kind in ("vector", "maps") else shape[-1]

    def read(self, activations: Tensor, way: str | None = None) -> Tensor:
        """Return one vector per image, (batch, width), read in one of its `readouts`."""
        way = way or (self.readouts[0] if self.readouts else None)
        if way is None:
            return activations
        if way == FLAT:
            return flattened(activations)
        if way == CLS:
            return activations[:, 0]
        if self.kind == "tokens":
            return activations[:, self.prefix :].mean(dim=1)
        return activations.mean(dim=(2, 3) if self.kind == "maps" else (1, 2))

    def as_maps(self, activations: Tensor) -> Tensor:
        """Lay tokens of patches, or maps, out as (batch, width, rows, columns)."""
        if self.kind == "tokens":
            return _grid(activations[:, self.prefix :])
        return activations.permute(0, 3, 1, 2) if self.kind == "maps_last" else activations


def _grid(tokens: Tensor) -> Tensor:
    """Lay tokens (batch, side * side, width) out as maps (batch, width, side, side)."""
    side = math.isqrt(tokens.shape[1])
    return tokens.transpose(1, 2).unflatten(2, (side, side))


def flattened(activations: Tensor) -> Tensor:
    """Lay all activations of an image in a row; more than 4,096 are hashed to so many.

    Each goes to a place drawn at random, with a sign drawn at random, and those at one place add
    up: products and distances are kept in expectation (Weinberger et al., 2009, "Feature Hashing
    for Large Scale Multitask Learning"). The draw is always the same.
    """
    flat = activations.flatten(1).float()  # bfloat16 would lose what is added up
    if flat.shape[1] <= WIDEST:
        return flat
    places, signs = _hashing(flat.shape[1])
    hashed = flat.new_zeros(len(flat), WIDEST)
    return hashed.index_add_(1, places.to(flat.device), flat * signs.to(flat))


@cache
def _hashing(width: int) -> tuple[Tensor, Tensor]:
    draw = torch.Generator().manual_seed(_SEED)
    places = torch.randint(WIDEST, (width,), generator=draw)
    return places, torch.randint(2, (width,), generator=draw).float() * 2.0 - 1.0
