"""IDX, the format of MNIST (LeCun, Cortes and Burges, 1998): plain or packed by gzip.

Two zero bytes, one byte for the type of the numbers, one for the number of axes; then the length
of each axis and the numbers, all with the highest byte first.
"""

import struct
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from repscope.workers.files.arrays import Broken, Layout, Read, Tell, checked, mapped, unpacked
from repscope.workers.files.gzips import MAGIC, Gunzip

#: Type of the numbers by the third byte.
_TYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}


def read_idx(path: Path, place: Path, name: str, tell: Tell) -> NDArray[Any]:
    """Open an IDX file.

    Args:
        path: The file, plain or packed by gzip.
        place: Where a scratch file may lie while a packed one is read.
        name: What it is called in a sentence, such as `The file of images`.
        tell: Told of progress while it is unpacked.

    Returns:
        Its numbers, mapped from the disk.

    Raises:
        Broken: It is no IDX file, or holds other bytes than its header asks for.
    """
    with path.open("rb") as file:
        packed = file.read(len(MAGIC)) == MAGIC
        file.seek(0)
        if not packed:
            return mapped(path, _layout(file.read, name), name)
        stream = Gunzip(file, path.stat().st_size, name)
        layout = _layout(stream.read, name)
        if layout.nbytes > stream.limit:  # before so much of the disk is taken
            raise Broken(
                f"{name} asks for {layout.nbytes:,} bytes by its header, which cannot be in a gzip "
                f"of {path.stat().st_size:,}."
            )
        return unpacked(stream.read, layout, place, name, tell)


def _layout(read: Read, name: str) -> Layout:
    head = read(4)
    if len(head) < 4 or head[:2] != b"\0\0" or head[2] not in _TYPES:
        raise Broken(f"{name} is no IDX file: it does not begin as one.")
    lengths = read(4 * head[3])
    if len(lengths) < 4 * head[3]:
        raise Broken(f"{name} is cut off within its header.")
    shape = struct.unpack(f">{head[3]}I", lengths)
    return checked(Layout(np.dtype(_TYPES[head[2]]), shape, False, 4 + 4 * head[3]), name)
