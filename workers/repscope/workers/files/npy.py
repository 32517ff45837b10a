"""The header of a `.npy` file, read by hand: a closed set of types, no expression is evaluated.

Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
"""

import re
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from repscope.workers.files.arrays import Broken, Layout, Read, checked, mapped

MAGIC = b"\x93NUMPY"
_LONGEST_HEADER = 10_000
_LONGEST_TEXT = 4096
#: A header without its spaces: three entries in any order.
_HEADER = re.compile(
    r"\{(?:(?:'descr':(?:'(?P<type>[^']{1,20})'|(?P<records>\[.*\]))"
    r"|'fortran_order':(?P<fortran>True|False)"
    r"|'shape':\((?P<shape>[0-9,]*)\)),?){3}\}"
)
_TYPE = re.compile(r"[<>=|]?(?:b1|[iu][1248]|f[248]|(?P<text>[SU])(?P<length>\d{1,6}))")


def read_npy(path: Path, name: str) -> NDArray[Any]:
    """Open a `.npy` file.

    Args:
        path: The file.
        name: What it is called in a sentence.

    Returns:
        Its numbers or texts, mapped from the disk.

    Raises:
        Broken: It is none, holds Python objects, or other bytes than its header asks for.
    """
    with path.open("rb") as file:
        layout = npy_layout(file.read, name)
    return mapped(path, layout, name)


def npy_layout(read: Read, name: str) -> Layout:
    """Read a header.

    Raises:
        Broken: It is none, or describes what is not read.
    """
    head = read(8)
    if not head.startswith(MAGIC) or len(head) < 8 or head[6] not in {1, 2, 3}:
        raise Broken(f"{name} is no .npy file: it does not begin as one.")
    width = 2 if head[6] == 1 else 4
    length = int.from_bytes(read(width), "little")
    if length > _LONGEST_HEADER:
        raise Broken(f"{name} has a header of {length:,} bytes; no .npy file needs one.")
    text = read(length)
    if len(text) < length:
        raise Broken(f"{name} is cut off within its header.")
    found = _HEADER.fullmatch("".join(text.decode("latin-1").split()))
    if found is None or found["fortran"] is None or found["shape"] is None:
        raise Broken(f"{name} has a header that is none of a .npy file.")
    shape = tuple(int(part) for part in found["shape"].split(",") if part)
    dtype = _dtype(found["type"], name)
    return checked(Layout(dtype, shape, found["fortran"] == "True", 8 + width + length), name)


def _dtype(descr: str | None, name: str) -> np.dtype[Any]:
    """Return a type that is read; `descr` is none for records."""
    if descr is None:
        raise Broken(f"{name} holds records of several fields; save each as an array of its own.")
    if "O" in descr:
        raise Broken(
            f"{name} holds Python objects, which are never unpickled; save plain numbers or texts."
        )
    found = _TYPE.fullmatch(descr)
    if found is None:
        raise Broken(
            f"{name} holds values of type {descr!r}; booleans, whole numbers, floats of up to 64 "
            "bits and texts are read."
        )
    if found["text"] and int(found["length"]) > _LONGEST_TEXT:
        raise Broken(f"{name} holds texts of {int(found['length']):,} characters; that is refused.")
    return np.dtype(descr)
