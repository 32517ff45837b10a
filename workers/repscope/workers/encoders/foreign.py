"""Networks of timm and torchvision as encoders, with every layer of theirs."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from repscope.core.errors import InvalidRecipe
from repscope.workers.context import Context, Readable, Result
from repscope.workers.encoders.base import Layer, split_name
from repscope.workers.encoders.convolutions import channels_last
from repscope.workers.encoders.hooked import Place, out_of_place, places, read
from repscope.workers.encoders.preprocess import Preprocess

WEIGHTS = "weights.safetensors"
#: Activations of all layers of the images that run together, in numbers; a quarter gigabyte.
_TOGETHER = 2**26


class ForeignEncoder:
    """A network that somebody else wrote, and where it can be read.

    Attributes:
        network: The network.
        places: Its layers by name, in the order in which they run.
        preprocess: How images become its input.
        device: Where it is.
    """

    def __init__(
        self, network: nn.Module, places: Sequence[Place], preprocess: Preprocess, device: str
    ) -> None:
        """Take a network with its weights and put it on its device."""
        self.network = out_of_place(channels_last(network.to(device).eval()))
        self.places = {place.name: place for place in places}
        self.preprocess = preprocess
        self.device = device
        # Those of one block live at the same time, at most: about those of the largest ten layers.
        largest = sorted((int(np.prod(place.shape)) for place in places), reverse=True)[:10]
        self._rows = max(1, _TOGETHER // sum(largest))

    @property
    def layers(self) -> list[Layer]:
        """All layers, in the order in which they run."""
        return [layer_at(place) for place in self.places.values()]

    def square(self, size: tuple[int, int] | None) -> int | None:
        """Return the side that images of mixed sizes are scaled to before the crop."""
        return None if size else self.preprocess.shorter

    @torch.inference_mode()
    def encode(self, images: NDArray[Any], layers: Sequence[str]) -> dict[str, NDArray[Any]]:
        """Compute features; see `Encoder.encode`. What lies above the last one is not run."""
        parts = [self._encode(part, layers) for part in _parts(images, self._rows)]
        return {layer: np.concatenate([part[layer] for part in parts]) for layer in layers}

    def _encode(self, images: NDArray[Any], layers: Sequence[str]) -> dict[str, NDArray[Any]]:
        ways: dict[str, dict[str, str | None]] = {}  # for each place, the layers read there
        for layer in layers:
            name, way = split_name(layer)
            ways.setdefault(name, {})[layer] = way
        found: dict[str, NDArray[Any]] = {}

        def keep(place: Place, activations: Tensor) -> None:
            for layer, way in ways[place.name].items():
                found[layer] = place.form.read(activations, way).float().cpu().numpy()

        prepared = self.preprocess(images, self.device)
        read(self.network, prepared, [self.places[name] for name in ways], keep)
        return found


def _parts(images: NDArray[Any], rows: int) -> Iterator[NDArray[Any]]:
    # As large as each other: a small rest takes nearly as long as a full part.
    yield from np.array_split(images, math.ceil(len(images) / rows))


class _Undrawn(TorchFunctionMode):
    """Leaves weights as memory has them: drawing those of a large network takes seconds.

    On the device `meta` nothing is drawn either, but torch works out each step of it. A truncated
    normal is drawn in four steps; what follows the second is done to weights and to more.
    """

    def __torch_function__(
        self, func: Any, types: Any, args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        given = kwargs or {}
        name = func.__name__
        if name.endswith(("uniform_", "normal_", "erfinv_")) or (
            name == "clamp_" and args[0].is_meta
        ):
            return args[0] if args else given["tensor"]
        return func(*args, **given)


@dataclass(frozen=True)
class Plan:
    """How a network is built again.

    Attributes:
        architecture: `timm` or `torchvision`: under which `encoders.base.LOADERS` knows it.
        name: Its name there.
        preprocess: How images become its input.
        build: Builds it, its weights from a file, or drawn at random where there is none.
    """

    architecture: str
    name: str
    preprocess: Preprocess
    build: Callable[[Path | None], nn.Module]

    def outline(self) -> nn.Module:
        """Build it without its weights, on the device `meta`."""
        try:
            with torch.device("meta"), _Undrawn():
                return self.build(None)
        except NotImplementedError:  # it computes its own sizes with tensors
            with _Undrawn():
                return self.build(None).to("meta")

    def seeded(self, file: Path | None, seed: int) -> nn.Module:
        """Build it; the seed draws what its file does not hold."""
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            return self.build(file)

    def places(self) -> list[Place]:
        """List its layers; nothing is computed.

        Raises:
            InvalidRecipe: It does not run on images of this size.
        """
        size = self.preprocess.image_size
        try:
            outline = out_of_place(self.outline().eval())
            return places(outline, self.preprocess.channels, size)
        except (RuntimeError, AssertionError, ValueError, NotImplementedError) as error:
            reason = str(error).strip().splitlines()
            raise InvalidRecipe(
                f"{self.name} does not run on images of {size} by {size} pixels"
                f"{f' ({reason[0][:200]})' if reason else ''}.",
                field="params.image_size",
            ) from error


def make(context: Context, plan: Plan, published: Callable[[], Path] | None) -> Result:
    """Build a network and keep it with its weights as an encoder.

    Args:
        context: Its seed draws the weights, where they are drawn.
        plan: How it is built.
        published: Gets the file of its published weights; nothing to draw them.
    """
    pretrained = published is not None
    file = published() if published else None
    context.progress(None, f"building {plan.name}")
    network = plan.seeded(file, context.seed)
    said = {
        "config": {"name": plan.name},
        "pretrained": pretrained,
        "title": plan.name if pretrained else f"{plan.name}, untrained",
    }
    return keep(context, plan, network, said)


def keep(
    context: Context,
    plan: Plan,
    network: nn.Module,
    said: dict[str, Any],
    beside: Mapping[str, Tensor] = MappingProxyType({}),
) -> Result:
    """Keep a network with its weights as an encoder.

    Args:
        context: Where its file goes.
        plan: How it is built again.
        network: It, filled.
        said: What else `meta` says.
        beside: Weights that lie in the file beside its own, such as a decoder's.
    """
    layers = [layer_at(place).as_json() for place in plan.places()]
    held = {**network.state_dict(), **beside}
    weights = context.path(WEIGHTS)
    save_file({key: value.contiguous() for key, value in held.items()}, weights)
    meta = {
        "architecture": plan.architecture,
        "preprocess": plan.preprocess.as_json(),
        "layers": layers,
        **said,
    }
    parameters = sum(parameter.numel() for parameter in network.parameters())
    return Result(meta=meta, metrics={"parameters": parameters}, files={WEIGHTS: weights})


#: `load` and `untrained` of a module of networks; see `encoders.base`.
Load = Callable[[Readable, str], ForeignEncoder]
Untrained = Callable[[Readable, int, str], ForeignEncoder]


def loaders(plan_of: Callable[[Readable], Plan]) -> tuple[Load, Untrained]:
    """Return how networks are loaded, and drawn anew, of whose artifacts the plan is known."""

    def load(artifact: Readable, device: str) -> ForeignEncoder:
        """Build a network again and fill it with the weights of its artifact."""
        plan, held = plan_of(artifact), load_file(artifact.file(WEIGHTS))
        # Drawing the weights of a large network takes seconds, for nothing. But what a network
        # computes for itself, and so does not keep in its file, has to be there.
        network = plan.outline()
        weights = {name: held[name] for name in network.state_dict()}  # a decoder may lie beside
        if {name for name, _ in network.named_buffers()} <= weights.keys():
            network.load_state_dict(weights, assign=True)
        else:
            with _Undrawn():
                network = plan.build(None)
            network.load_state_dict(weights)
        return ForeignEncoder(network, plan.places(), plan.preprocess, device)

    def untrained(artifact: Readable, seed: int, device: str) -> ForeignEncoder:
        """Draw a network's weights as its library begins a training."""
        plan = plan_of(artifact)
        return ForeignEncoder(plan.seeded(None, seed), plan.places(), plan.preprocess, device)

    return load, untrained


def layer_at(place: Place) -> Layer:
    """Return what is told of a place."""
    return Layer(
        place.name, place.form.width(place.shape), place.form.readouts, place.shape, place.main
    )
