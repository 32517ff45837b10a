"""Columns of text, as tables and datasets keep them."""

from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

_OFFSETS = "_offsets"


def with_texts(arrays: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Join UTF-8 and its offsets (`NAME` and `NAME_offsets`) to arrays of Python strings."""
    texts = {
        name.removesuffix(_OFFSETS)
        for name in arrays
        if name.endswith(_OFFSETS) and name.removesuffix(_OFFSETS) in arrays
    }
    joined = {name: arrays[name] for name in arrays if name.removesuffix(_OFFSETS) not in texts}
    for name in texts:
        data = arrays[name].tobytes()
        bounds = pairwise(arrays[f"{name}{_OFFSETS}"].tolist())
        joined[name] = np.array([data[a:b].decode() for a, b in bounds], dtype=object)
    return {name: joined[name] for name in arrays if name in joined}
