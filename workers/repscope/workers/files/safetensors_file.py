"""Safetensors: a header in JSON, then the numbers. It is read here, as headers of arrays are."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np

from repscope.workers.files.arrays import Broken
from repscope.workers.files.weights import SIZES, Declared, checked

_LENGTH = 8
_MOST_HEADER = 16 * 2**20


class SafetensorsFile:
    """A file whose header has been compared with its size."""

    def __init__(self, path: Path, name: str) -> None:
        """Read the header.

        Raises:
            Broken: It is damaged, or asks for other bytes than are there.
        """
        size = path.stat().st_size
        with path.open("rb") as file:
            length = int.from_bytes(file.read(_LENGTH), "little")
            if length > min(_MOST_HEADER, size - _LENGTH):
                raise Broken(f"{name} is cut off, or no safetensors: its header is not whole.")
            header = file.read(length)
        self._begin = _LENGTH + length
        self._path = path
        #: All tensors, and where each lies after the header; and what is said beside them.
        self.declared, self._places, self.words = _parsed(header, size - self._begin, name)
        checked(self.declared, size, name)

    def raw(self, name: str) -> bytes:
        """See `WeightsFile.raw`."""
        begin, end = self._places[name]
        with self._path.open("rb") as file:
            file.seek(self._begin + begin)
            return file.read(end - begin)


def _parsed(
    header: bytes, room: int, name: str
) -> tuple[dict[str, Declared], dict[str, tuple[int, int]], dict[str, str]]:
    declared: dict[str, Declared] = {}
    places: dict[str, tuple[int, int]] = {}
    try:
        document: dict[str, Any] = json.loads(header)
        words = {str(key): str(text) for key, text in document.pop("__metadata__", {}).items()}
        for key, each in document.items():
            shape = tuple(_whole(length) for length in each["shape"])
            begin, end = (_whole(offset) for offset in each["data_offsets"])
            dtype = each["dtype"]
            width = SIZES.get(dtype)
            if not begin <= end <= room:
                raise Broken(f"{name} is cut off: its header asks for more bytes than are there.")
            if width is not None and math.prod(shape) * width != end - begin:
                raise Broken(f"{name} is damaged: a shape and a place in its header differ.")
            declared[key], places[key] = Declared(str(dtype), shape), (begin, end)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Broken(f"{name} has a header that is not of safetensors.") from None
    return declared, places, words


def _whole(value: Any) -> int:
    """Return a length or a place, which are whole numbers up to 64 bits."""
    if type(value) is not int or not 0 <= value < np.iinfo(np.int64).max:
        raise ValueError
    return value
