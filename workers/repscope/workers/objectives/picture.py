"""The decoder that the autoencoders share: from a code to an image."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from repscope.workers.objectives.base import Batch, Samples

#: The side that drawing begins with is at most this, in pixels.
_FIRST = 8


class PictureDecoder(nn.Module):
    """A linear layer onto a small grid, then convolutions that double it until it is an image."""

    def __init__(self, code: int, image_size: int, channels: int, width: int = 32) -> None:
        """Create the layers.

        Args:
            code: Numbers in the code.
            image_size: Side of the image in pixels.
            channels: 3 for color, 1 for gray.
            width: Channels of the last grid; each smaller one has twice as many.
        """
        super().__init__()
        sides = [image_size]
        while sides[0] > _FIRST:
            sides.insert(0, -(-sides[0] // 2))
        widths = [width * 2 ** min(i, 3) for i in reversed(range(len(sides)))]
        self.sides, self.first = sides, widths[0]
        self.expand = nn.Linear(code, widths[0] * sides[0] ** 2)
        self.stages = nn.ModuleList(
            nn.Conv2d(below, above, kernel_size=3, padding=1)
            for below, above in zip(widths, [*widths[1:], widths[-1]], strict=True)
        )
        self.pixels = nn.Conv2d(widths[-1], channels, kernel_size=3, padding=1)

    def forward(self, code: Tensor) -> Tensor:  # (batch, code)
        """Return images, (batch, channels, height, width), normalized as the encoder's input."""
        grid = self.expand(code).view(len(code), self.first, self.sides[0], self.sides[0])
        for side, stage in zip([*self.sides[1:], self.sides[-1]], self.stages, strict=True):
            grid = stage(functional.gelu(grid))
            if side != grid.shape[2]:
                grid = functional.interpolate(grid, size=(side, side), mode="nearest")
        return self.pixels(functional.gelu(grid))


def compared(batch: Batch, given: Tensor, output: Tensor) -> Samples:
    """Return images, what the encoder was given of them, and what the decoder made of that."""
    error = (output - batch.images).square().mean(dim=(1, 2, 3))
    panels = {"input": batch.images, "masked": given, "output": output}
    return Samples(panels, {"error": torch.as_tensor(error).tolist()})
