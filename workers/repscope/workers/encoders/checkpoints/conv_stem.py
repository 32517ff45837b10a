"""Patches by convolutions: what MoCo v3's networks with a convolutional stem begin with."""

from typing import Any

from torch import Tensor, nn

#: Pixels along a patch: four convolutions halve the image each.
PATCH = 16
_HALVINGS = 4


class ConvStem(nn.Module):
    """Four 3 by 3 convolutions that halve the image, and one of 1 by 1 (Xiao et al., 2021).

    "Early Convolutions Help Transformers See Better"; channels double from an eighth of the width
    to all of it. It stands where timm's `VisionTransformer` has its `PatchEmbed`.
    """

    def __init__(self, img_size: int, patch_size: int, in_chans: int, embed_dim: int, **_: Any):
        """Build the convolutions.

        Args:
            img_size: Side of the input in pixels, a multiple of 16.
            patch_size: 16.
            in_chans: Channels of the input.
            embed_dim: Width of a token, a multiple of 8.

        Raises:
            ValueError: There is no stem of these sizes.
        """
        super().__init__()
        if patch_size != PATCH or embed_dim % 2 ** (_HALVINGS - 1):
            raise ValueError(f"a convolutional stem has patches of {PATCH} pixels")
        side = img_size // PATCH
        self.grid_size, self.num_patches = (side, side), side * side
        self.patch_size = (PATCH, PATCH)
        layers: list[nn.Module] = []
        below, width = in_chans, embed_dim // 2 ** (_HALVINGS - 1)
        for _number in range(_HALVINGS):
            layers += [
                nn.Conv2d(below, width, 3, 2, 1, bias=False),
                nn.BatchNorm2d(width),
                nn.ReLU(),
            ]
            below, width = width, 2 * width
        self.proj = nn.Sequential(*layers, nn.Conv2d(below, embed_dim, 1))

    def forward(self, images: Tensor) -> Tensor:  # (batch, channels, side, side)
        """Return tokens (batch, patches, width)."""
        tokens: Tensor = self.proj(images).flatten(2).transpose(1, 2)
        return tokens
