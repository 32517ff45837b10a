"""The files of encoders that come with Repscope.

Each holds the weights in half the precision they were trained with, the small arrays of the run
(curves, samples), and the card that `shelf` reads alone, where nothing of PyTorch is needed.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor

from repscope.workers.encoders.shelf import Card, read_card

_WEIGHT, _ARRAY = "weight/", "array/"


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


def read(path: Path) -> tuple[Card, dict[str, Tensor], dict[str, Any]]:
    """Read one file: its card, its weights in single precision, its arrays."""
    weights, arrays = {}, {}
    with safe_open(path, "pt") as file:
        for key in file.keys():  # noqa: SIM118  (it is no mapping)
            tensor = file.get_tensor(key)
            if key.startswith(_WEIGHT):
                weights[key.removeprefix(_WEIGHT)] = _single(tensor)
            else:
                array = tensor.numpy()
                wide = array.astype(np.int64) if array.dtype == np.int32 else array
                arrays[key.removeprefix(_ARRAY)] = wide
    return read_card(path), weights, arrays


def kept(tensor: Tensor) -> Tensor:
    """Return a weight as it comes back from its file, rounded to half precision."""
    return _single(_half(tensor))


def _half(tensor: Tensor) -> Tensor:
    return tensor.half().contiguous() if tensor.is_floating_point() else tensor.contiguous()


def _single(tensor: Tensor) -> Tensor:
    return tensor.float() if tensor.is_floating_point() else tensor
