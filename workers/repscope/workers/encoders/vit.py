"""The Vision Transformer (Dosovitskiy et al., 2021, "An Image is Worth 16x16 Words").

Keys of the weights are timm's (`timm.models.vision_transformer.VisionTransformer`), so weights move
both ways.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

from repscope.workers.encoders.readout import Form


@dataclass(frozen=True)
class ViTConfig:
    """Sizes of a Vision Transformer.

    Attributes:
        image_size: Side of the input in pixels; a multiple of `patch_size`.
        patch_size: Side of a patch in pixels.
        channels: 3 for color, 1 for gray.
        width: Numbers per token.
        depth: Number of blocks.
        heads: Attention heads of a block; they divide `width`.
        mlp_ratio: Width of a block's hidden layer, in token widths.
        pool: What describes an image: the `mean` of its patches' tokens, or the `cls` token.
    """

    image_size: int = 32
    patch_size: int = 4
    channels: int = 3
    width: int = 96
    depth: int = 4
    heads: int = 3
    mlp_ratio: float = 4.0
    pool: Literal["mean", "cls"] = "mean"

    @property
    def patches(self) -> int:
        """Number of patches of an image."""
        return (self.image_size // self.patch_size) ** 2


class PatchEmbed(nn.Module):
    """Cut the image into patches and map each to a token; one convolution does both."""

    def __init__(self, config: ViTConfig) -> None:
        """Create the projection."""
        super().__init__()
        size = config.patch_size
        self.proj = nn.Conv2d(config.channels, config.width, kernel_size=size, stride=size)

    def forward(self, images: Tensor) -> Tensor:  # (batch, channels, height, width)
        """Return one token for each patch, row by row."""
        grid = self.proj(images)  # (batch, dim, rows, columns)
        return grid.flatten(2).transpose(1, 2)  # (batch, patches, dim)


class Attention(nn.Module):
    """Multi-head self-attention: every token asks all tokens (Vaswani et al., 2017)."""

    def __init__(self, width: int, heads: int) -> None:
        """Create the projections."""
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.proj = nn.Linear(width, width)

    def forward(self, tokens: Tensor) -> Tensor:  # (batch, tokens, dim)
        """Return for each token the values of all, weighted by softmax(q k / sqrt(head dim))."""
        batch, count, width = tokens.shape
        qkv = self.qkv(tokens).view(batch, count, 3, self.heads, width // self.heads)
        query, key, value = qkv.permute(2, 0, 3, 1, 4)  # each (batch, heads, tokens, head dim)
        mixed = functional.scaled_dot_product_attention(query, key, value)
        return self.proj(mixed.transpose(1, 2).reshape(batch, count, width))  # (batch, tokens, dim)


class Mlp(nn.Module):
    """Two layers on each token by itself."""

    def __init__(self, width: int, hidden: int) -> None:
        """Create the layers."""
        super().__init__()
        self.fc1 = nn.Linear(width, hidden)
        self.fc2 = nn.Linear(hidden, width)

    def forward(self, tokens: Tensor) -> Tensor:  # (batch, tokens, dim)
        """Return tokens of the same shape."""
        return self.fc2(functional.gelu(self.fc1(tokens)))


class Block(nn.Module):
    """Attention, then the MLP, each on normalized tokens and added to what was there."""

    def __init__(self, config: ViTConfig) -> None:
        """Create the parts."""
        super().__init__()
        self.norm1 = nn.LayerNorm(config.width, eps=1e-6)
        self.attn = Attention(config.width, config.heads)
        self.norm2 = nn.LayerNorm(config.width, eps=1e-6)
        self.mlp = Mlp(config.width, int(config.width * config.mlp_ratio))

    def forward(self, tokens: Tensor) -> Tensor:  # (batch, tokens, dim)
        """Return tokens of the same shape."""
        tokens = tokens + self.attn(self.norm1(tokens))
        return tokens + self.mlp(self.norm2(tokens))


class VisionTransformer(nn.Module):
    """Patches and positions, a cls token, blocks, a norm."""

    def __init__(self, config: ViTConfig) -> None:
        """Create the layers; `reset` draws the weights."""
        super().__init__()
        self.config = config
        self.cls_token = nn.Parameter(torch.zeros(1, 1, config.width))
        self.pos_embed = nn.Parameter(torch.zeros(1, 1 + config.patches, config.width))
        self.patch_embed = PatchEmbed(config)
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.depth))
        self.norm = nn.LayerNorm(config.width, eps=1e-6)

    @property
    def form(self) -> Form:
        """Tokens, the first of which is the cls token."""
        return Form("tokens", 1, True, self.config.pool)

    @property
    def layers(self) -> list[tuple[str, int]]:
        """Name and width of each layer whose tokens can be read, in order."""
        blocks = [f"blocks.{index}" for index in range(self.config.depth)]
        return [(name, self.config.width) for name in (*blocks, "norm")]

    def embed(self, images: Tensor) -> Tensor:  # (batch, channels, height, width)
        """Turn images into tokens."""
        patches = self.patch_embed(images)  # (batch, patches, dim)
        cls = self.cls_token.expand(len(images), -1, -1)  # (batch, 1, dim)
        tokens = torch.cat([cls, patches], dim=1)  # (batch, 1 + patches, dim)
        return tokens + self.positions(*images.shape[2:])

    def positions(self, height: int, width: int) -> Tensor:
        """Return the embedding of positions for images of a size, (1, 1 + patches, dim).

        An image of another size than the network's own, such as DINO's local crops, lies under the
        same positions, scaled (bicubic, as in DINO and timm).
        """
        own, patch = self.config.image_size // self.config.patch_size, self.config.patch_size
        grid = (height // patch, width // patch)
        if grid == (own, own):
            return self.pos_embed
        cls, patches = self.pos_embed[:, :1], self.pos_embed[:, 1:]
        maps = patches.reshape(1, own, own, -1).permute(0, 3, 1, 2)  # (1, dim, rows, columns)
        maps = functional.interpolate(maps.float(), size=grid, mode="bicubic", antialias=True)
        return torch.cat([cls, maps.flatten(2).transpose(1, 2).to(cls.dtype)], dim=1)

    def walk(self, images: Tensor) -> Iterator[tuple[str, Tensor]]:
        """Yield each layer's name and tokens (batch, 1 + patches, dim), from below."""
        tokens = self.embed(images)
        for index, block in enumerate(self.blocks):
            tokens = block(tokens)
            yield f"blocks.{index}", tokens
        yield "norm", self.norm(tokens)

    def forward(self, images: Tensor) -> Tensor:  # (batch, channels, height, width)
        """Return the tokens of the last layer, (batch, 1 + patches, dim)."""
        tokens = self.embed(images)
        for block in self.blocks:
            tokens = block(tokens)
        return self.norm(tokens)

    def pool(self, tokens: Tensor) -> Tensor:  # (batch, 1 + patches, dim)
        """Describe an image by one vector, (batch, dim)."""
        return tokens[:, 0] if self.config.pool == "cls" else tokens[:, 1:].mean(dim=1)

    @staticmethod
    def maps(tokens: Tensor) -> Tensor:  # (batch, 1 + patches, dim)
        """Lay the patches' tokens out as an image, (batch, dim, rows, columns)."""
        patches = tokens[:, 1:].transpose(1, 2)  # (batch, dim, patches)
        side = math.isqrt(patches.shape[2])
        return patches.unflatten(2, (side, side))

    @torch.no_grad()
    def reset(self, generator: torch.Generator) -> None:
        """Draw the weights as timm does, the patches' projection as MAE does (He et al., 2022)."""
        nn.init.trunc_normal_(self.pos_embed, std=0.02, generator=generator)
        nn.init.normal_(self.cls_token, std=1e-6, generator=generator)
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.trunc_normal_(module.weight, std=0.02, generator=generator)
                nn.init.zeros_(module.bias)
        patches = self.patch_embed.proj
        nn.init.xavier_uniform_(patches.weight.view(len(patches.weight), -1), generator=generator)
        if patches.bias is not None:
            nn.init.zeros_(patches.bias)


def sincos_positions(width: int, side: int) -> Tensor:
    """Return fixed positions of sines and cosines, as MAE uses them (He et al., 2022).

    Half of the numbers tell the column, half the row, each by sines and cosines of wavelengths
    from 2 pi to 10,000 times that (Vaswani et al., 2017); the cls token has zeros.

    Args:
        width: Numbers per token, a multiple of 4.
        side: Patches along one side of the image.

    Returns:
        (1, 1 + side * side, width) float32.
    """
    frequencies = 10_000.0 ** -(torch.arange(width // 4, dtype=torch.float64) / (width // 4))
    angles = torch.arange(side, dtype=torch.float64)[:, None] * frequencies  # (side, width / 4)
    along = torch.cat([angles.sin(), angles.cos()], dim=1)  # (side, width / 2)
    columns = along.expand(side, side, -1)  # the same in each row
    rows = along[:, None].expand(side, side, -1)
    patches = torch.cat([columns, rows], dim=2).reshape(1, side * side, width)
    return torch.cat([torch.zeros(1, 1, width), patches.float()], dim=1)
