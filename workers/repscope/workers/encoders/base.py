"""What every encoder can do, and how one is loaded from its artifact."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Protocol

from numpy.typing import NDArray

from repscope.core.errors import InvalidRecipe
from repscope.workers.context import Readable

#: The module of each architecture; it has `load(artifact, device) -> Encoder`, and where it is of
#: networks `untrained(artifact, seed, device) -> Encoder` besides.
LOADERS = {
    "pixels": "repscope.workers.encoders.pixels",
    "vit": "repscope.workers.encoders.network",
    "cnn": "repscope.workers.encoders.network",
    "resnet": "repscope.workers.encoders.network",
    "timm": "repscope.workers.encoders.timm",
    "torchvision": "repscope.workers.encoders.torchvision",
    "checkpoint": "repscope.workers.encoders.checkpoint",
    "linear": "repscope.workers.classical.linear",
    "centers": "repscope.workers.classical.kmeans",
    "dictionary": "repscope.workers.classical.dictionary",
    "color_histogram": "repscope.workers.classical.color_histogram",
    "hog": "repscope.workers.classical.hog",
    "patch_centers": "repscope.workers.classical.patch_kmeans",
}
#: Those that are networks.
NETWORKS = ("vit", "cnn", "resnet", "timm", "torchvision", "checkpoint")
#: The module of each architecture that has its vectors already; `load(artifact) -> Stored`.
STORED = {"vectors": "repscope.workers.encoders.vectors"}


def add_architecture(name: str, module: str) -> None:
    """Make an architecture known that is none of Repscope's, such as a plugin's.

    Args:
        name: As `architecture` in the `meta` of its artifacts.
        module: Name of the module that holds its `load(artifact, device)`, mostly `__name__`.

    Raises:
        ValueError: Another module has this name.
    """
    known = LOADERS.get(name, STORED.get(name, module))
    if known != module:
        raise ValueError(f"The architecture {name!r} is that of {known}; take another name.")
    LOADERS[name] = module


@dataclass(frozen=True)
class Layer:
    """One place in an encoder where its features can be read.

    Attributes:
        name: The layer's name, as in timm.
        width: Numbers per image; None when it depends on the image's size.
        readouts: Ways to read a vector out of it, such as `cls`, the usual one first; they are
            named after a colon, `blocks.3:cls`. Nothing where it is a vector.
        shape: Shape of its activations without the batch, where it is known before running.
        main: Whether it is no part of another layer that is listed.
    """

    name: str
    width: int | None
    readouts: tuple[str, ...] = ()
    shape: tuple[int, ...] | None = None
    main: bool = True

    def as_json(self) -> dict[str, Any]:
        """Write for the encoder's `meta`; what is as usual is left out."""
        document: dict[str, Any] = {"name": self.name, "width": self.width}
        if self.readouts:
            document["readouts"] = list(self.readouts)
        if self.shape is not None:
            document["shape"] = list(self.shape)
        if not self.main:
            document["main"] = False
        return document


class Encoder(Protocol):
    """A function from an image to vectors, one per layer."""

    @property
    def layers(self) -> list[Layer]:
        """All layers, from the image upwards."""

    def square(self, size: tuple[int, int] | None) -> int | None:
        """Return the side in pixels of the square that images are fitted to beforehand, if any.

        Args:
            size: Height and width of all images; None where they are of mixed sizes.
        """

    def encode(self, images: NDArray[Any], layers: Sequence[str]) -> dict[str, NDArray[Any]]:
        """Compute features.

        Args:
            images: (batch, height, width, channels) uint8, gray or RGB, of any size: the encoder
                brings them to its own input.
            layers: Names of the layers wanted.

        Returns:
            For each layer a float32 array (batch, width).
        """


class Stored(Protocol):
    """Vectors that are there already and take the place of an encoder."""

    @property
    def layers(self) -> list[Layer]:
        """All layers."""

    def rows(self, dataset: Readable, count: int, layer: str) -> NDArray[Any]:
        """Return the vectors of the images of a dataset.

        Args:
            dataset: The dataset that they were made of, or a part of it.
            count: Number of its images.
            layer: Name of the layer.

        Returns:
            (count, width) float32; row i belongs to image i.

        Raises:
            MethodFailed: The vectors belong to other images.
        """


def load_stored(artifact: Readable) -> Stored | None:
    """Return the vectors of an artifact that holds them, nothing if it is an encoder to be run."""
    module = STORED.get(artifact.meta.get("architecture", ""))
    if module is None:
        return None
    stored: Stored = import_module(module).load(artifact)
    return stored


def load(artifact: Readable, device: str = "cpu") -> Encoder:
    """Load an encoder from its artifact.

    Raises:
        InvalidRecipe: When its architecture is not known here, or it cannot be run on images.
    """
    architecture = artifact.meta.get("architecture")
    if architecture in STORED:
        raise InvalidRecipe(
            "Vectors that were brought cannot be made of other images; choose an encoder.",
            field="inputs.encoder",
        )
    if architecture not in LOADERS:
        raise InvalidRecipe(
            f"An encoder of architecture {architecture!r} cannot be run; these can: "
            f"{', '.join(LOADERS)}.",
            field="inputs.encoder",
        )
    encoder: Encoder = import_module(LOADERS[architecture]).load(artifact, device)
    return encoder


def untrained(artifact: Readable, seed: int, device: str) -> Encoder:
    """Return a network as it is before any training: the same, its weights drawn at random.

    Args:
        artifact: An encoder of one of the architectures in `NETWORKS`.
        seed: Draws the weights.
        device: Where it runs.
    """
    module = import_module(LOADERS[artifact.meta["architecture"]])
    encoder: Encoder = module.untrained(artifact, seed, device)
    return encoder


def split_name(layer: str) -> tuple[str, str | None]:
    """Return a layer's own name and how it is to be read, if that is said: `blocks.3:cls`."""
    name, _, way = layer.partition(":")
    return name, way or None


def choose_layer(layers: Sequence[Layer], name: str | None) -> str:
    """Return the name of a layer, the last when none is named.

    Raises:
        InvalidRecipe: When there is no such layer; the message names those that are there.
    """
    names = [layer.name for layer in layers]
    if name is None:
        return names[-1]
    known, way = split_name(name)
    if known in names:
        ways = layers[names.index(known)].readouts
        if way is not None and way not in ways:
            raise InvalidRecipe(
                f"The layer {known!r} has no readout {way!r}; it has {', '.join(ways) or 'none'}.",
                field="params.layer",
            )
    else:
        raise InvalidRecipe(
            f"This encoder has no layer {known!r}; it has {', '.join(names)}.", field="params.layer"
        )
    return name
