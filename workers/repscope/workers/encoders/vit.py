"""The Vision Transformer (Dosovitskiy et al., 2021, "An Image is Worth 16x16 Words").

Keys of the weights are timm's (`timm.models.vision_transformer.VisionTransformer`), so weights move
both ways.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional


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
    """

    image_size: int = 32
    patch_size: int = 4
    channels: int = 3
    width: int = 96
    depth: int = 4
    heads: int = 3
    mlp_ratio: float = 4.0

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
    def layers(self) -> list[tuple[str, int]]:
        """Name and width of each layer whose tokens can be read, in order."""
        blocks = [f"blocks.{index}" for index in range(self.config.depth)]
        return [(name, self.config.width) for name in (*blocks, "norm")]

    def embed(self, images: Tensor) -> Tensor:  # (batch, channels, height, width)
        """Turn images into tokens."""
        patches = self.patch_embed(images)  # (batch, patches, dim)
        cls = self.cls_token.expand(len(images), -1, -1)  # (batch, 1, dim)
        return torch.cat([cls, patches], dim=1) + self.pos_embed  # (batch, 1 + patches, dim)

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

    @staticmethod
    def pool(tokens: Tensor) -> Tensor:  # (batch, 1 + patches, dim)
        """Describe an image by the mean of its patches' tokens, (batch, dim)."""
        return tokens[:, 1:].mean(dim=1)

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
