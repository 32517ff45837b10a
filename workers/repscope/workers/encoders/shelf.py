"""The files of encoders that come with Repscope.

One file an encoder, `NAME.safetensors`, and one a snapshot, `NAME.STEP.safetensors`: the weights in
half the precision they were trained with, the small arrays of the run (curves, samples), and in the
header the card, which is what the run said of itself and the recipe that makes it again.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor

_SUFFIX = ".safetensors"
_WEIGHT, _ARRAY = "weight/", "array/"


@dataclass(frozen=True)
class Card:
    """What a file says of its encoder.

    Attributes:
        title: Name for people.
        recipe: What makes it again.
        beats: How it did on held-out images beside what it had to beat.
        meta: What the run said of itself.
        metrics: What was measured at its end.
    """

    title: str
    recipe: dict[str, Any]
    beats: dict[str, Any]
    meta: dict[str, Any]
    metrics: dict[str, float]


def folder() -> Path:
    """Return where the files lie."""
    return Path(__file__).with_name("weights")


def titles() -> dict[str, str]:
    """Return the titles of the encoders that are there, by their names, snapshots aside."""
    paths = (path for path in sorted(folder().glob(f"*{_SUFFIX}")) if path.stem.isidentifier())
    return {path.stem: read_card(path).title for path in paths}


def place(name: str, step: int | None = None, shelf: Path | None = None) -> Path:
    """Return the file of an encoder, or of one of its snapshots."""
    return (shelf or folder()) / f"{name}{'' if step is None else f'.{step}'}{_SUFFIX}"


def steps(name: str, shelf: Path | None = None) -> list[int]:
    """Return the steps of an encoder's snapshots that are there."""
    found = (shelf or folder()).glob(f"{name}.*{_SUFFIX}")
    return sorted(int(path.name.split(".")[1]) for path in found)


def write(path: Path, card: Card, weights: Mapping[str, Tensor], arrays: Mapping[str, Any]) -> None:
    """Write one file.

    Args:
        path: As `place` names it.
        card: What it says.
        weights: By the names that the encoder's own file has.
        arrays: The run's small arrays.
    """
    tensors = {f"{_WEIGHT}{name}": _half(weight) for name, weight in weights.items()}
    for name, array in arrays.items():
        # Rows and steps fit into half of what they are counted in.
        small = array.astype(np.int32) if array.dtype == np.int64 else array.copy()
        tensors[f"{_ARRAY}{name}"] = torch.from_numpy(small)
    # Safetensors headers take text alone.
    save_file(tensors, path, {"card": json.dumps(card.__dict__)})


def read_card(path: Path) -> Card:
    """Read what a file says of its encoder, without its weights."""
    with safe_open(path, "pt") as file:
        return Card(**json.loads(file.metadata()["card"]))


def read(path: Path) -> tuple[Card, dict[str, Tensor], dict[str, Any]]:
    """Read one file: its card, its weights in single precision, its arrays."""
    weights, arrays = {}, {}
    with safe_open(path, "pt") as file:
        card = Card(**json.loads(file.metadata()["card"]))
        for key in file.keys():  # noqa: SIM118  (it is no mapping)
            tensor = file.get_tensor(key)
            if key.startswith(_WEIGHT):
                weights[key.removeprefix(_WEIGHT)] = _single(tensor)
            else:
                array = tensor.numpy()
                wide = array.astype(np.int64) if array.dtype == np.int32 else array
                arrays[key.removeprefix(_ARRAY)] = wide
    return card, weights, arrays


def kept(tensor: Tensor) -> Tensor:
    """Return a weight as it comes back from its file, rounded to half precision."""
    return _single(_half(tensor))


def _half(tensor: Tensor) -> Tensor:
    return tensor.half().contiguous() if tensor.is_floating_point() else tensor.contiguous()


def _single(tensor: Tensor) -> Tensor:
    return tensor.float() if tensor.is_floating_point() else tensor
