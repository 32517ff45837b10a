"""Neural networks as encoders: their weights, their input, their layers."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any, Protocol

import torch
from numpy.typing import NDArray
from safetensors.torch import load_file
from torch import Tensor, nn

from repscope.core.errors import InvalidRecipe
from repscope.workers.context import Readable
from repscope.workers.encoders.base import Layer, split_name
from repscope.workers.encoders.cnn import CNNConfig, ConvolutionalNetwork
from repscope.workers.encoders.convolutions import channels_last
from repscope.workers.encoders.preprocess import Preprocess
from repscope.workers.encoders.readout import Form
from repscope.workers.encoders.resnet import ResidualNetwork, ResNetConfig
from repscope.workers.encoders.vit import VisionTransformer, ViTConfig

#: The layer on top of a backbone, where it has one.
CODE = "code"


class Backbone(Protocol):
    """What a network offers to be used as an encoder; a `torch.nn.Module` besides."""

    def __init__(self, config: Any) -> None:
        """Create the layers, as large as the configuration says."""

    @property
    def layers(self) -> list[tuple[str, int]]:
        """Name and width of each layer, from below."""

    def walk(self, images: Tensor) -> Iterator[tuple[str, Tensor]]:
        """Yield each layer's name and activations, from below."""

    @property
    def form(self) -> Form:
        """How the activations of its layers lie, and how they are usually read."""

    def pool(self, activations: Tensor) -> Tensor:
        """Reduce a layer's activations to one vector per image, as usual."""

    def maps(self, activations: Tensor) -> Tensor:
        """Lay a layer's activations out as an image, (batch, width, rows, columns)."""


#: Configuration and network of each architecture.
ARCHITECTURES: dict[str, tuple[type, type[Backbone]]] = {
    "vit": (ViTConfig, VisionTransformer),
    "cnn": (CNNConfig, ConvolutionalNetwork),
    "resnet": (ResNetConfig, ResidualNetwork),
}


class CodedNetwork(nn.Module):
    """A backbone and the code on top of it, as an autoencoder has one: its last layer.

    The code is a linear function of the whole grid of features, positions and all. The weights of
    both lie side by side, the backbone's under their own names and the code's as `code.`.
    """

    def __init__(self, backbone: Any, width: int) -> None:
        """Put a code of `width` numbers on top of a backbone."""
        super().__init__()
        self.backbone = backbone
        config = backbone.config
        size = config.image_size
        with torch.no_grad():
            grid = backbone.maps(backbone(torch.zeros(1, config.channels, size, size)))
        self.code = nn.Linear(grid.numel(), width)

    @property
    def layers(self) -> list[tuple[str, int]]:
        """Name and width of each layer of the backbone, then the code."""
        return [*self.backbone.layers, (CODE, self.code.out_features)]

    def walk(self, images: Tensor) -> Iterator[tuple[str, Tensor]]:
        """Yield each layer's name and activations; the code's are (batch, width)."""
        activations = images
        for name, activations in self.backbone.walk(images):
            yield name, activations
        yield CODE, self.encode(activations)

    def forward(self, images: Tensor) -> Tensor:  # (batch, channels, height, width)
        """Return the code, (batch, width)."""
        return self.encode(self.backbone(images))

    def encode(self, activations: Tensor) -> Tensor:
        """Return the code of the backbone's last activations, (batch, width)."""
        return self.code(self.backbone.maps(activations).flatten(1))

    @property
    def form(self) -> Form:
        """How the activations of the backbone's layers lie; the code is a vector."""
        form: Form = self.backbone.form
        return form

    def pool(self, activations: Tensor) -> Tensor:
        """Reduce activations to one vector per image, which the code is already."""
        return activations if activations.ndim == 2 else self.backbone.pool(activations)


class NetworkEncoder:
    """A network with its input prepared and its layers pooled.

    Attributes:
        backbone: The network.
        preprocess: How images become its input.
        device: Where it is.
    """

    def __init__(self, backbone: Any, preprocess: Preprocess, device: str) -> None:
        """Take a network with its weights and put it on its device."""
        self.backbone: Any = channels_last(backbone.to(device).eval())
        self.preprocess = preprocess
        self.device = device

    @property
    def layers(self) -> list[Layer]:
        """All layers, from the image upwards."""
        form = self.backbone.form
        return [
            Layer(name, width, () if name == CODE else form.readouts)
            for name, width in self.backbone.layers
        ]

    def square(self, size: tuple[int, int] | None) -> int | None:
        """Return the side of the network's own input for images of mixed sizes."""
        return None if size else self.preprocess.shorter

    @torch.inference_mode()
    def encode(self, images: NDArray[Any], layers: Sequence[str]) -> dict[str, NDArray[Any]]:
        """Compute features; see `Encoder.encode`. Layers above the last one wanted are not run."""
        found: dict[str, NDArray[Any]] = {}
        wanted = [(layer, *split_name(layer)) for layer in layers]
        for name, activations in self.backbone.walk(self.preprocess(images, self.device)):
            for layer, own, way in wanted:
                if own == name:
                    read = self.backbone.form.read(activations, way) if way else None
                    pooled = self.backbone.pool(activations) if read is None else read
                    found[layer] = pooled.float().cpu().numpy()
            if len(found) == len(layers):
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


def describe(network: Any) -> dict[str, Any]:
    """Return what `meta` says of a network, so that `load` can build it again."""
    if isinstance(network, CodedNetwork):
        return {**describe(network.backbone), "code": network.code.out_features}
    name = next(name for name, (_, kind) in ARCHITECTURES.items() if isinstance(network, kind))
    return {"architecture": name, "config": asdict(network.config)}


def load(artifact: Readable, device: str) -> NetworkEncoder:
    """Load a network from its artifact: `meta` describes it, `weights.safetensors` fills it."""
    network = build(artifact.meta["architecture"], artifact.meta["config"])
    if "code" in artifact.meta:
        network = CodedNetwork(network, artifact.meta["code"])
    fill(network, load_file(artifact.file("weights.safetensors")))
    return NetworkEncoder(network, Preprocess.from_json(artifact.meta["preprocess"]), device)


def untrained(artifact: Readable, seed: int, device: str) -> NetworkEncoder:
    """Draw a network's weights anew; see `encoders.base.untrained`."""
    network = build(artifact.meta["architecture"], artifact.meta["config"])
    generator = torch.Generator().manual_seed(seed)
    network.reset(generator)
    if "code" in artifact.meta:  # an autoencoder's last layer, which is no part of its backbone
        network = CodedNetwork(network, artifact.meta["code"])
        nn.init.trunc_normal_(network.code.weight, std=0.02, generator=generator)
        nn.init.zeros_(network.code.bias)
    return NetworkEncoder(network, Preprocess.from_json(artifact.meta["preprocess"]), device)


def fill(network: nn.Module, weights: dict[str, Tensor]) -> None:
    """Set a network's weights from a file that may hold more, such as a decoder.

    Raises:
        InvalidRecipe: Weights are missing, or of another shape.
    """
    own = network.state_dict()
    given = {key: weights.get(file_key(key)) for key in own}
    wrong = [key for key, mine in own.items() if _shape(given[key]) != mine.shape]
    if wrong:
        raise InvalidRecipe(
            f"These weights are not of this network: {len(wrong)} of {len(own)} are missing or "
            f"of another shape, such as {file_key(wrong[0])!r}."
        )
    network.load_state_dict(given)


def file_key(key: str) -> str:
    """Return the name of a weight in a file: those of the backbone stand under their own names."""
    while key.startswith("backbone."):
        key = key.removeprefix("backbone.")
    return key


def _shape(weight: Tensor | None) -> torch.Size | None:
    return None if weight is None else weight.shape
