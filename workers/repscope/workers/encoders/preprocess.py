"""How images become the input of a network."""

from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Literal, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

#: Weights of red, green and blue in brightness (ITU-R BT.601).
LUMA = (0.299, 0.587, 0.114)

Interpolation = Literal["bicubic", "bilinear"]
Fit = Literal["crop", "squash"]


@dataclass(frozen=True)
class Preprocess:
    """How an image becomes the network's input.

    Attributes:
        image_size: Side of the input in pixels.
        channels: 3 for color, 1 for gray.
        mean: Subtracted from values between 0 and 1, for each channel.
        std: Divided by afterwards, for each channel.
        resize: What the shorter side is scaled to, in pixels, before the square at the center is
            cut out; nothing for the side of the input, so that the crop keeps as much as it can.
        interpolation: How images are scaled; antialiased either way.
        fit: `squash` scales both sides to that length, whatever their ratio was.
    """

    image_size: int
    channels: int
    mean: tuple[float, ...]
    std: tuple[float, ...]
    resize: int | None = None
    interpolation: Interpolation = "bicubic"
    fit: Fit = "crop"

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> Self:
        """Read what `as_json` wrote."""
        return cls(**{**document, "mean": tuple(document["mean"]), "std": tuple(document["std"])})

    def as_json(self) -> dict[str, Any]:
        """Write for the encoder's `meta`; what is as usual is left out."""
        usual = {field.name: field.default for field in fields(self)}
        return {name: value for name, value in asdict(self).items() if value != usual[name]}

    @property
    def plain(self) -> Self:
        """The same, but that values stay between 0 and 1."""
        return replace(self, mean=(0.0,) * self.channels, std=(1.0,) * self.channels)

    @property
    def shorter(self) -> int:
        """What the shorter side is scaled to, in pixels."""
        return self.resize or self.image_size

    def __call__(self, images: NDArray[Any], device: str) -> Tensor:
        """Prepare a batch.

        Args:
            images: (batch, height, width, 1 or 3) uint8, of any size.
            device: Where the network is.

        Returns:
            (batch, channels, image_size, image_size) float32: gray repeated or color reduced to
            brightness, scaled (antialiased) to cover the square, cropped at its center, normalized.
        """
        batch = torch.from_numpy(np.array(images)).to(device)  # a copy: a memory map is read-only
        batch = batch.permute(0, 3, 1, 2).float() / 255.0  # (batch, channels, height, width)
        if batch.shape[1] == 1 and self.channels == 3:
            batch = batch.expand(-1, 3, -1, -1)
        elif batch.shape[1] == 3 and self.channels == 1:
            luma = torch.tensor(LUMA, device=device).view(1, 3, 1, 1)
            batch = (batch * luma).sum(dim=1, keepdim=True)
        batch = self._crop(self._scale(batch))
        mean = torch.tensor(self.mean, device=device).view(1, -1, 1, 1)
        std = torch.tensor(self.std, device=device).view(1, -1, 1, 1)
        return (batch - mean) / std

    def _scale(self, batch: Tensor) -> Tensor:
        """Scale as torchvision and timm do, which round the longer side down."""
        wanted, (height, width) = self.shorter, batch.shape[2:]
        shorter = min(height, width)
        size = (height * wanted // shorter, width * wanted // shorter)
        if self.fit == "squash":
            size = (wanted, wanted)
        if size == (height, width):
            return batch
        scaled = functional.interpolate(
            batch, size, mode=self.interpolation, antialias=True, align_corners=False
        )
        return scaled.clamp(0.0, 1.0)

    def _crop(self, batch: Tensor) -> Tensor:
        """Cut out the square at the center."""
        size, (height, width) = self.image_size, batch.shape[2:]
        top, left = round((height - size) / 2), round((width - size) / 2)
        return batch[:, :, top : top + size, left : left + size]
