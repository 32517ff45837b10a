"""A plain convolutional network: halve the image, double the channels, four times."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from torch import Tensor, nn
from torch.nn import functional

from repscope.workers.encoders.map_network import MapNetwork


@dataclass(frozen=True)
class CNNConfig:
    """Sizes of the network.

    Attributes:
        image_size: Side of the input in pixels; a multiple of 16 keeps every stage even.
        channels: 3 for color, 1 for gray.
        width: Channels of the first stage, a multiple of 8; each further stage has twice as many.
        depth: Number of stages.
    """

    image_size: int = 32
    channels: int = 3
    width: int = 32
    depth: int = 4

    @property
    def stage_widths(self) -> list[int]:
        """Channels of each stage."""
        return [self.width * 2**index for index in range(self.depth)]


class Stage(nn.Module):
    """Two convolutions of 3 by 3; the first halves the image (VGG: Simonyan and Zisserman, 2015).

    Groups of channels are normalized within each image (Wu and He, 2018), so an image's features
    never depend on the others in its batch.
    """

    def __init__(self, below: int, width: int) -> None:
        """Create the layers."""
        super().__init__()
        self.conv1 = nn.Conv2d(below, width, kernel_size=3, stride=2, padding=1, bias=False)
        self.norm1 = nn.GroupNorm(8, width)
        self.conv2 = nn.Conv2d(width, width, kernel_size=3, padding=1, bias=False)
        self.norm2 = nn.GroupNorm(8, width)

    def forward(self, maps: Tensor) -> Tensor:  # (batch, below, height, width)
        """Return maps of half the size, (batch, channels, height / 2, width / 2)."""
        maps = functional.relu(self.norm1(self.conv1(maps)))
        return functional.relu(self.norm2(self.conv2(maps)))


class ConvolutionalNetwork(MapNetwork):
    """Stages, one after another."""

    def __init__(self, config: CNNConfig) -> None:
        """Create the layers; `reset` draws the weights."""
        super().__init__()
        self.config = config
        widths = [config.channels, *config.stage_widths]
        self.stages = nn.ModuleList(Stage(below, width) for below, width in pairwise(widths))

    @property
    def layers(self) -> list[tuple[str, int]]:
        """Name and width of each layer whose maps can be read, in order."""
        return [(f"stages.{i}", width) for i, width in enumerate(self.config.stage_widths)]

    def walk(self, images: Tensor) -> Iterator[tuple[str, Tensor]]:
        """Yield each layer's name and maps (batch, channels, height, width), from below."""
        maps = images
        for index, stage in enumerate(self.stages):
            maps = stage(maps)
            yield f"stages.{index}", maps

    def forward(self, images: Tensor) -> Tensor:  # (batch, channels, height, width)
        """Return the maps of the last stage, (batch, channels, height / 16, width / 16)."""
        for stage in self.stages:
            images = stage(images)
        return images
