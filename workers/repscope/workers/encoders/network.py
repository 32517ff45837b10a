"""Neural networks as encoders: their weights, their input, their layers."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol, Self

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file
from torch import Tensor
from torch.nn import functional

from repscope.core.errors import InvalidRecipe
from repscope.workers.context import Readable
from repscope.workers.encoders.base import Layer
from repscope.workers.encoders.cnn import CNNConfig, ConvolutionalNetwork
from repscope.workers.encoders.vit import VisionTransformer, ViTConfig

#: Weights of red, green and blue in brightness (ITU-R BT.601).
LUMA = (0.299, 0.587, 0.114)


class Backbone(Protocol):
    """What a network offers to be used as an encoder; a `torch.nn.Module` besides."""

    @property
    def layers(self) -> list[tuple[str, int]]:
        """Name and width of each layer, from below."""

    def walk(self, images: Tensor) -> Iterator[tuple[str, Tensor]]:
        """Yield each layer's name and activations, from below."""

    def pool(self, activations: Tensor) -> Tensor:
        """Reduce a layer's activations to one vector per image."""


#: Configuration and network of each architecture.
ARCHITECTURES: dict[str, tuple[type, type]] = {
    "vit": (ViTConfig, VisionTransformer),
    "cnn": (CNNConfig, ConvolutionalNetwork),
}


@dataclass(frozen=True)
class Preprocess:
    """How an image becomes the network's input.

    Attributes:
        image_size: Side of the input in pixels.
        channels: 3 for color, 1 for gray.
        mean: Subtracted from values between 0 and 1, for each channel.
        std: Divided by afterwards, for each channel.
    """

    image_size: int
    channels: int
    mean: tuple[float, ...]
    std: tuple[float, ...]

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> Self:
        """Read what `as_json` wrote."""
        return cls(**{**document, "mean": tuple(document["mean"]), "std": tuple(document["std"])})

    def as_json(self) -> dict[str, Any]:
        """Write for the encoder's `meta`."""
        return asdict(self)

    def __call__(self, images: NDArray[Any], device: str) -> Tensor:
        """Prepare a batch.

        Args:
            images: (batch, height, width, 1 or 3) uint8, of any size.
            device: Where the network is.

        Returns:
            (batch, channels, image_size, image_size) float32: gray repeated or color reduced to
            brightness, scaled (bicubic, antialiased) to cover the square, cropped at its center,
            normalized.
        """
        batch = torch.from_numpy(np.array(images)).to(device)  # a copy: a memory map is read-only
        batch = batch.permute(0, 3, 1, 2).float() / 255.0  # (batch, channels, height, width)
        if batch.shape[1] == 1 and self.channels == 3:
            batch = batch.expand(-1, 3, -1, -1)
        elif batch.shape[1] == 3 and self.channels == 1:
            luma = torch.tensor(LUMA, device=device).view(1, 3, 1, 1)
            batch = (batch * luma).sum(dim=1, keepdim=True)
        batch = self._fit(batch)
        mean = torch.tensor(self.mean, device=device).view(1, -1, 1, 1)
        std = torch.tensor(self.std, device=device).view(1, -1, 1, 1)
        return (batch - mean) / std

    def _fit(self, batch: Tensor) -> Tensor:
        """Scale the shorter side to the input's and crop at the center, as torchvision rounds."""
        size, (height, width) = self.image_size, batch.shape[2:]
        shorter = min(height, width)
        if shorter != size:
            height, width = height * size // shorter, width * size // shorter
            batch = functional.interpolate(
                batch, size=(height, width), mode="bicubic", antialias=True, align_corners=False
            ).clamp(0.0, 1.0)
        top, left = round((height - size) / 2), round((width - size) / 2)
        return batch[:, :, top : top + size, left : left + size]


class NetworkEncoder:
    """A network with its input prepared and its layers pooled."""

    def __init__(self, backbone: Any, preprocess: Preprocess, device: str) -> None:
        """Take a network with its weights and put it on its device."""
        self._backbone: Any = backbone.to(device).eval()
        self._preprocess = preprocess
        self._device = device

    @property
    def layers(self) -> list[Layer]:
        """All layers, from the image upwards."""
        return [Layer(name, width) for name, width in self._backbone.layers]

    @torch.inference_mode()
    def encode(self, images: NDArray[Any], layers: Sequence[str]) -> dict[str, NDArray[Any]]:
        """Compute features; see `Encoder.encode`. Layers above the last one wanted are not run."""
        wanted, found = set(layers), {}
        for name, activations in self._backbone.walk(self._preprocess(images, self._device)):
            if name in wanted:
                found[name] = self._backbone.pool(activations).float().cpu().numpy()
            if len(found) == len(wanted):
                break
        return found


def build(architecture: str, config: dict[str, Any]) -> Any:
    """Return a network of an architecture, its weights not yet set.

    Raises:
        InvalidRecipe: When the configuration does not fit the architecture.
    """
    config_type, network = ARCHITECTURES[architecture]
    try:
        return network(config_type(**config))
    except TypeError as error:
        raise InvalidRecipe(f"This is no configuration of a {architecture}: {error}.") from error


def load(artifact: Readable, device: str) -> NetworkEncoder:
    """Load a network from its artifact: `meta` describes it, `weights.safetensors` fills it."""
    network = build(artifact.meta["architecture"], artifact.meta["config"])
    network.load_state_dict(load_file(artifact.file("weights.safetensors")))
    return NetworkEncoder(network, Preprocess.from_json(artifact.meta["preprocess"]), device)
