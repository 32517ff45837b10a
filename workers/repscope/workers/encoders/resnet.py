"""Residual networks (He et al., 2016, "Deep Residual Learning for Image Recognition").

Keys of the weights are torchvision's (`torchvision.models.resnet18`), which timm shares, so weights
move both ways.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from torch import Tensor, nn
from torch.nn import functional

from repscope.workers.encoders.map_network import MapNetwork


@dataclass(frozen=True)
class ResNetConfig:
    """Sizes of a residual network.

    Attributes:
        image_size: Side of the input in pixels.
        channels: 3 for color, 1 for gray.
        width: Channels of the first stage; each of the three further stages has twice as many.
        blocks: Blocks of each stage, of two convolutions each: 2 make a ResNet-18, 1 a network of
            nine convolutions.
        small_images: Whether the first convolution keeps the image's size, as is done for images
            of 32 pixels (He et al., 2016, section 4.2), instead of quartering it.
    """

    image_size: int = 32
    channels: int = 3
    width: int = 64
    blocks: int = 2
    small_images: bool = True

    @property
    def stage_widths(self) -> list[int]:
        """Channels of each stage."""
        return [self.width * 2**index for index in range(4)]


class BasicBlock(nn.Module):
    """Two convolutions, added to what came in."""

    def __init__(self, below: int, width: int, stride: int) -> None:
        """Create the layers; where sizes differ, what came in is projected."""
        super().__init__()
        self.conv1 = nn.Conv2d(below, width, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.downsample = None
        if stride != 1 or below != width:
            projection = nn.Conv2d(below, width, 1, stride, bias=False)
            self.downsample = nn.Sequential(projection, nn.BatchNorm2d(width))

    def forward(self, maps: Tensor) -> Tensor:  # (batch, below, height, width)
        """Return maps (batch, channels, height / stride, width / stride)."""
        shortcut = maps if self.downsample is None else self.downsample(maps)
        maps = functional.relu(self.bn1(self.conv1(maps)))
        return functional.relu(self.bn2(self.conv2(maps)) + shortcut)


class ResidualNetwork(MapNetwork):
    """A first convolution and four stages."""

    def __init__(self, config: ResNetConfig) -> None:
        """Create the layers; `reset` draws the weights."""
        super().__init__()
        self.config = config
        kernel, stride = (3, 1) if config.small_images else (7, 2)
        self.conv1 = nn.Conv2d(
            config.channels, config.width, kernel, stride, padding=kernel // 2, bias=False
        )
        self.bn1 = nn.BatchNorm2d(config.width)
        widths = [config.width, *config.stage_widths]
        for index, (below, width) in enumerate(pairwise(widths)):
            first = BasicBlock(below, width, stride=1 if index == 0 else 2)
            rest = [BasicBlock(width, width, stride=1) for _ in range(config.blocks - 1)]
            self.add_module(f"layer{index + 1}", nn.Sequential(first, *rest))

    @property
    def layers(self) -> list[tuple[str, int]]:
        """Name and width of each layer whose maps can be read, in order."""
        stages = [(f"layer{i + 1}", width) for i, width in enumerate(self.config.stage_widths)]
        return [("bn1", self.config.width), *stages]

    def walk(self, images: Tensor) -> Iterator[tuple[str, Tensor]]:
        """Yield each layer's name and maps (batch, channels, height, width), from below."""
        maps = functional.relu(self.bn1(self.conv1(images)))
        if not self.config.small_images:
            maps = functional.max_pool2d(maps, kernel_size=3, stride=2, padding=1)
        yield "bn1", maps
        for index in range(1, 5):
            maps = self.get_submodule(f"layer{index}")(maps)
            yield f"layer{index}", maps

    def forward(self, images: Tensor) -> Tensor:  # (batch, channels, height, width)
        """Return the maps of the last stage."""
        maps = images
        for _, activations in self.walk(images):
            maps = activations
        return maps
