"""Reading any layer of any network: what its modules give, in the order in which they run."""

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from repscope.workers.encoders.readout import Form

#: Name of what the network itself gives.
OUTPUT = "output"
#: Images of the trial run: what has another first length is no activation of an image.
_TRIAL = 2


@dataclass(frozen=True)
class Place:
    """A layer that can be read.

    Attributes:
        name: Path of the module.
        shape: Of its activations, without the batch.
        form: How they lie.
        main: Whether it is no part of another layer of the list.
        calls: How often the module runs; its last activations are read.
    """

    name: str
    shape: tuple[int, ...]
    form: Form
    main: bool
    calls: int


class _KnownShapes(TorchFunctionMode):
    """Knows what a normalization over batches gives; on `meta`, torch would work out each step."""

    def __torch_function__(
        self, func: Any, types: Any, args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        if func is nn.functional.batch_norm and args:
            return torch.empty_like(args[0])
        return func(*args, **kwargs or {})


class _Enough(Exception):
    """All that was wanted has run."""


def places(network: nn.Module, channels: int, size: int) -> list[Place]:
    """List the layers of a network in the order in which they run.

    Nothing is computed: the network runs on the `meta` device, which knows shapes alone. Modules
    that give what they were given (dropout while it is off) are left out; of several that give the
    same tensor, the outermost that is more than a row of modules stands for all.

    Args:
        network: In evaluation mode, on the device `meta`, with nothing done in place.
        channels: Channels of its input.
        size: Side of its input in pixels.
    """
    modules = dict(network.named_modules())
    seen: dict[str, tuple[Tensor, int]] = {}

    def note(name: str, module: nn.Module, given: Any, output: Any) -> None:
        output = _tensor(output)
        if output is None or output.shape[0] != _TRIAL or output.ndim not in (2, 3, 4):
            return
        if any(output is each for each in given):
            return
        _, calls = seen.pop(name, (output, 0))  # last run, last in order
        seen[name] = (output, calls + 1)

    hooks = [
        module.register_forward_hook(partial(note, name or OUTPUT))
        for name, module in modules.items()
    ]
    try:
        with torch.no_grad(), torch.device("meta"), _KnownShapes():
            network(torch.zeros(_TRIAL, channels, size, size))
    finally:
        for hook in hooks:
            hook.remove()
    chosen = _one_of_each(seen, modules)
    listed = set(chosen) - {OUTPUT}
    prefix = Prefix(network)
    return [
        Place(
            name,
            tuple(seen[name][0].shape[1:]),
            prefix.form(tuple(seen[name][0].shape[1:])),
            listed.isdisjoint(_around(name)),
            seen[name][1],
        )
        for name in chosen
    ]


def _one_of_each(seen: dict[str, tuple[Tensor, int]], modules: dict[str, nn.Module]) -> list[str]:
    """Return the name that stands for each tensor, in order."""
    groups: dict[int, list[str]] = {}
    for name, (output, _) in seen.items():
        groups.setdefault(id(output), []).append(name)
    chosen = []
    for names in groups.values():
        real = [n for n in names if not isinstance(modules.get(n), nn.Sequential)] or names
        chosen.append(OUTPUT if OUTPUT in real else min(real, key=lambda name: name.count(".")))
    return chosen


def _around(name: str) -> Iterator[str]:
    """Name the modules that a module lies in."""
    while "." in name:
        name = name.rpartition(".")[0]
        yield name


class Prefix:
    """How a network's tokens begin.

    Attributes:
        cls: Whether the first of them describes the image.
        count: Tokens before those of the patches.
        usual: How the network itself reads its tokens.
    """

    def __init__(self, network: nn.Module) -> None:
        """Look at a network's own words."""
        token = getattr(network, "cls_token", getattr(network, "class_token", None))
        self.cls = isinstance(token, Tensor)
        self.count = int(getattr(network, "num_prefix_tokens", self.cls))
        by_cls = getattr(network, "global_pool", "token" if self.cls else "avg") == "token"
        self.usual = "cls" if self.cls and by_cls else "mean"

    def form(self, shape: tuple[int, ...]) -> Form:
        """Return how activations of a shape lie; inputs are squares, so maps are squares too."""
        if len(shape) == 1:
            return Form("vector")
        if len(shape) == 3:
            last = shape[0] == shape[1] != shape[2]
            return Form("maps_last" if last else "maps")
        if self.count and _is_square(shape[0] - self.count):
            return Form("tokens", self.count, self.cls, self.usual if self.cls else "mean")  # type: ignore[arg-type]
        return Form("tokens")


def _is_square(number: int) -> bool:
    return number > 0 and math.isqrt(number) ** 2 == number


def _tensor(output: Any) -> Tensor | None:
    """Return what a module gave if it is one tensor, or the first of several."""
    if isinstance(output, tuple | list) and output:
        output = output[0]
    return output if isinstance(output, Tensor) else None


def out_of_place(network: nn.Module) -> nn.Module:
    """Let no module overwrite what the one before it gave, so that both can be read."""
    for module in network.modules():
        if getattr(module, "inplace", False):
            module.inplace = False  # type: ignore[assignment]
    return network


def read(
    network: nn.Module,
    images: Tensor,
    wanted: Sequence[Place],
    keep: Callable[[Place, Tensor], None],
) -> None:
    """Run a network as far as needed.

    Args:
        network: In evaluation mode, with no module that works in place.
        images: (batch, channels, size, size), prepared.
        wanted: The layers to read.
        keep: Takes what is wanted of a layer's activations. It is called as soon as they are
            there: the next layer may overwrite them, and all together would fill the memory.
    """
    left = {place.name: place for place in wanted}
    calls = dict.fromkeys(left, 0)
    waiting = set(left)

    def take(name: str, module: nn.Module, given: Any, output: Any) -> None:
        calls[name] += 1
        if calls[name] == left[name].calls:
            tensor = _tensor(output)
            assert tensor is not None
            keep(left[name], tensor)
            waiting.discard(name)
            if not waiting:
                raise _Enough

    with _hooked(network, dict.fromkeys(left, take)), suppress(_Enough):
        network(images)


@contextmanager
def _hooked(network: nn.Module, takers: dict[str, Any]) -> Iterator[None]:
    hooks = [
        network.get_submodule("" if name == OUTPUT else name).register_forward_hook(
            partial(taker, name)
        )
        for name, taker in takers.items()
    ]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()
