"""Reads MATLAB files inside the confined process: what `mat.Mat` starts.

SciPy's reader is compiled code that unpacks a stranger's file. It has the open file from its parent
and can open no other; memory and time are bounded there. What leaves are plain numbers and names.
"""

import io
import os
import sys
from collections.abc import Iterator
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray
from scipy.io import loadmat, savemat
from scipy.io.matlab import MatReadError

from repscope.workers.files.confined import serve

_LONGEST_NAME = 200
_MOST_ENTRIES = 10_000

Raw = tuple[dict[str, Any], bytes]


class Refusal(Exception):
    """What is wrong with the file, as the end of a sentence."""


class Reader:
    """Answers requests about one open file."""

    def __init__(self, file: IO[bytes]) -> None:
        """Take an open file."""
        self._file = file
        self._arrays: list[NDArray[Any]] = []

    def __call__(self, request: dict[str, Any], data: bytes) -> Raw:
        """Do what a request asks for; whatever SciPy raises becomes words."""
        try:
            if request["task"] == "open":
                return {"entries": self._open()}, b""
            return {}, np.ascontiguousarray(self._arrays[request["entry"]], np.float64).tobytes()
        except Refusal as error:
            return {"broken": str(error)}, b""
        except MemoryError:
            return {"broken": "asks for more memory than a MATLAB file may take"}, b""
        except NotImplementedError:
            return {"broken": "is of MATLAB 7.3; save it with save(..., '-v7')"}, b""
        except MatReadError:
            return {"broken": "is no MATLAB file, or is cut off"}, b""
        except Exception as error:  # SciPy raises what it likes
            return {"broken": f"cannot be read as a MATLAB file ({_words(error)})"}, b""

    def _open(self) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = []
        for variable, value in loadmat(self._file).items():
            if variable.startswith("__"):
                continue
            for place, field, name, array in _numbers(value):
                if len(entries) >= _MOST_ENTRIES:
                    raise Refusal(f"holds more than {_MOST_ENTRIES:,} arrays")
                self._arrays.append(array)
                entries.append(
                    {
                        "variable": variable[:_LONGEST_NAME],
                        "field": field[:_LONGEST_NAME],
                        "name": name[:_LONGEST_NAME],
                        "place": place,
                        "shape": list(array.shape),
                    }
                )
        return entries


def _numbers(value: Any) -> Iterator[tuple[list[int], str, str, NDArray[Any]]]:
    """Iterate over arrays of real numbers in a variable: itself, or fields of its structures."""
    if not isinstance(value, np.ndarray):
        return
    if value.dtype.kind in "biuf":
        yield [], "", "", value
    for field in value.dtype.names or ():
        for place in np.ndindex(value.shape):
            array = value[place][field]
            if isinstance(array, np.ndarray) and array.dtype.kind in "biuf":
                yield list(place), field, _name(value[place]), array


def _name(element: Any) -> str:
    """Return what a structure calls itself in a field `name`."""
    for field in element.dtype.names:
        text = element[field]
        if field.lower() == "name" and getattr(text, "size", 0) == 1:
            return str(np.ravel(text)[0])
    return ""


def _words(error: Exception) -> str:
    text = str(error).splitlines()[0].strip() if str(error).strip() else type(error).__name__
    return text if len(text) <= 100 else f"{text[:97]}..."


def _warm_up() -> None:
    """Load every module, for later no file can be opened."""
    element = np.array([(np.eye(2), "x")], [("RDM", object), ("name", object)])
    file = io.BytesIO()
    savemat(file, {"a": element, "b": np.eye(3)}, do_compression=True)
    Reader(io.BytesIO(file.getvalue()))({"task": "open"}, b"")
    Reader(io.BytesIO(b"none" * 100))({"task": "open"}, b"")


if __name__ == "__main__":
    _warm_up()
    serve(Reader(os.fdopen(int(sys.argv[1]), "rb")))
