"""The networks that can be looked into, trained or with random weights; the last ones stay."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Any, Literal

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from repscope.core.errors import InvalidRecipe
from repscope.workers.attending.capture import watch
from repscope.workers.context import Readable
from repscope.workers.encoders.base import NETWORKS, untrained
from repscope.workers.encoders.base import load as load_encoder
from repscope.workers.encoders.foreign import ForeignEncoder
from repscope.workers.encoders.hooked import Place, Prefix, read
from repscope.workers.encoders.network import CodedNetwork
from repscope.workers.encoders.preprocess import Preprocess

Weights = Literal["trained", "random"]
#: Networks that stay loaded: A, B, and each of them with random weights.
_KEPT = 4


@dataclass(frozen=True)
class Classifier:
    """A linear layer on the mean over the last maps, which names classes.

    Attributes:
        weight: (classes, width).
        bias: (classes,).
        classes: Names.
    """

    weight: Tensor
    bias: Tensor
    classes: list[str]


@dataclass(frozen=True)
class Model:
    """A network that can be looked into.

    Attributes:
        network: In evaluation mode, on its device.
        preprocess: How images become its input.
        device: Where it is.
        prefix: Its tokens before those of the patches; none where it has no tokens.
        attends: Whether it has attention between all tokens of an image.
        maps: Its layers whose activations are maps, from below.
        maps_at: Reads the maps of one of them, (images, channels, rows, columns).
        classifier: Its classifier, where it was trained here with one and has maps.
    """

    network: nn.Module
    preprocess: Preprocess
    device: str
    prefix: Prefix
    attends: bool
    maps: list[str]
    maps_at: Callable[[Tensor, str], Tensor]
    classifier: Classifier | None


_models: OrderedDict[tuple[Any, ...], Model] = OrderedDict()
_lock = Lock()


def load(artifact: Readable, device: str, weights: Weights = "trained", seed: int = 0) -> Model:
    """Load a network, or return it if it is loaded.

    Args:
        artifact: An encoder.
        device: `cpu` or `cuda`.
        weights: Its own, or drawn at random for the same architecture.
        seed: Draws them.

    Raises:
        InvalidRecipe: It is no network.
    """
    architecture = artifact.meta.get("architecture", "")
    if architecture not in NETWORKS:
        raise InvalidRecipe(
            "This encoder is no network, so it looks at nothing; choose a Vision Transformer or a "
            "convolutional network.",
            field="inputs.encoder",
        )
    file = artifact.file("weights.safetensors")
    key = (str(file), file.stat().st_mtime_ns, device, weights, seed if weights == "random" else 0)
    with _lock:
        if key not in _models:
            _models[key] = _open(artifact, device, weights, seed)
            while len(_models) > _KEPT:
                _models.popitem(last=False)
        _models.move_to_end(key)
        return _models[key]


def _open(artifact: Readable, device: str, weights: Weights, seed: int) -> Model:
    encoder: Any
    network: Any
    if weights == "random":
        encoder = untrained(artifact, seed, device)
    else:
        encoder = load_encoder(artifact, device)
    classifier = None
    if isinstance(encoder, ForeignEncoder):
        network = encoder.network
        places = [place for place in encoder.places.values() if _is_map(place)]
        maps, maps_at = [place.name for place in places], _reader(network, places)
    else:
        network = encoder.backbone
        if isinstance(network, CodedNetwork):
            network = network.backbone
        has_maps = network.form.kind == "maps"
        maps = [name for name, _ in network.layers] if has_maps else []
        maps_at = _walked(network)
        if has_maps and weights == "trained":
            classifier = _classifier(artifact, device)
    for parameter in network.parameters():
        parameter.requires_grad_(False)
    return Model(
        network,
        encoder.preprocess,
        device,
        Prefix(network),
        _attends(network, encoder.preprocess, device),
        maps,
        maps_at,
        classifier,
    )


def _is_map(place: Place) -> bool:
    """Tell whether a layer has more than one place to look at, and is no part of another."""
    return place.main and place.form.kind.startswith("maps") and min(place.shape[1:]) > 1


def _reader(network: nn.Module, places: list[Place]) -> Callable[[Tensor, str], Tensor]:
    """Return what reads maps of a network of another library."""
    named = {place.name: place for place in places}

    def maps_at(images: Tensor, layer: str) -> Tensor:
        found: list[Tensor] = []
        read(
            network,
            images,
            [named[layer]],
            lambda place, activations: found.append(place.form.as_maps(activations).clone()),
        )
        return found[0]

    return maps_at


def _walked(network: Any) -> Callable[[Tensor, str], Tensor]:
    """Return what reads maps of a network of ours."""

    def maps_at(images: Tensor, layer: str) -> Tensor:
        return next(maps for name, maps in network.walk(images) if name == layer)

    return maps_at


def _attends(network: nn.Module, preprocess: Preprocess, device: str) -> bool:
    """Tell whether a network has attention between all tokens of an image."""
    seen: list[str] = []
    blank = torch.zeros(1, preprocess.channels, *(preprocess.image_size,) * 2, device=device)
    with torch.no_grad():
        watch(network, blank, lambda name, _: seen.append(name))
    return bool(seen)


def _classifier(artifact: Readable, device: str) -> Classifier | None:
    if artifact.meta.get("objective") != "supervised":
        return None
    held = load_file(artifact.file("weights.safetensors"))
    if "classifier.weight" not in held:  # the zoo may have left it out
        return None
    return Classifier(
        held["classifier.weight"].to(device),
        held["classifier.bias"].to(device),
        list(artifact.meta["classes"]),
    )
