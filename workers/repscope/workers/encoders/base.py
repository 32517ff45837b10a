"""What every encoder can do, and how one is loaded from its artifact."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Protocol

from numpy.typing import NDArray

from repscope.core.errors import InvalidRecipe
from repscope.workers.context import Readable

#: The module of each architecture; it has `load(artifact, device) -> Encoder`.
LOADERS = {
    "pixels": "repscope.workers.encoders.pixels",
    "vit": "repscope.workers.encoders.network",
    "cnn": "repscope.workers.encoders.network",
}


@dataclass(frozen=True)
class Layer:
    """One place in an encoder where its features can be read.

    Attributes:
        name: The layer's name, as in timm.
        width: Numbers per image; None when it depends on the image's size.
    """

    name: str
    width: int | None


class Encoder(Protocol):
    """A function from an image to vectors, one per layer."""

    @property
    def layers(self) -> list[Layer]:
        """All layers, from the image upwards."""

    def encode(self, images: NDArray[Any], layers: Sequence[str]) -> dict[str, NDArray[Any]]:
        """Compute features.

        Args:
            images: (batch, height, width, channels) uint8, gray or RGB, of any size: the encoder
                brings them to its own input.
            layers: Names of the layers wanted.

        Returns:
            For each layer a float32 array (batch, width).
        """


def load(artifact: Readable, device: str = "cpu") -> Encoder:
    """Load an encoder from its artifact.

    Raises:
        InvalidRecipe: When its architecture is not known here.
    """
    architecture = artifact.meta.get("architecture")
    if architecture not in LOADERS:
        raise InvalidRecipe(
            f"An encoder of architecture {architecture!r} cannot be run; these can: "
            f"{', '.join(LOADERS)}.",
            field="inputs.encoder",
        )
    encoder: Encoder = import_module(LOADERS[architecture]).load(artifact, device)
    return encoder


def choose_layer(layers: Sequence[Layer], name: str | None) -> str:
    """Return the name of a layer, the last when none is named.

    Raises:
        InvalidRecipe: When there is no such layer; the message names those that are there.
    """
    names = [layer.name for layer in layers]
    if name is None:
        return names[-1]
    if name not in names:
        raise InvalidRecipe(
            f"This encoder has no layer {name!r}; it has {', '.join(names)}.", field="params.layer"
        )
    return name
