"""Arrays of numbers in files: what a header asks for is compared with what is there, before all.

A header of 128 bytes can ask for 32 GiB. Here it is only believed when the file holds exactly the
bytes of that shape and type; then the file is mapped, never read as a whole.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from repscope.core.errors import MethodFailed
from repscope.core.space import reserve

MOST_AXES = 8
#: Bytes of one array.
MOST_BYTES = 64 * 2**30
#: Bytes that are read, unpacked or converted at once.
PIECE = 2**20

#: Reads so many bytes, fewer at the end.
Read = Callable[[int], bytes]
#: Told of the share that is done, 0 to 1; it raises when nobody wants the result any longer.
Tell = Callable[[float], None]


class Broken(MethodFailed):
    """A file is not what it says; the message names it and what is wrong."""


@dataclass(frozen=True)
class Layout:
    """How an array lies in a file.

    Attributes:
        dtype: Type of one number, with the order of its bytes.
        shape: Length of each axis; none is 0.
        fortran: Whether the first axis changes fastest.
        offset: Bytes before the first number.
    """

    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    fortran: bool
    offset: int

    @property
    def nbytes(self) -> int:
        """Bytes of all numbers."""
        return math.prod(self.shape) * self.dtype.itemsize


def checked(layout: Layout, name: str) -> Layout:
    """See that a layout is one that is read.

    Args:
        layout: What a header says.
        name: What the file is called in a sentence, such as `The file of images`.

    Raises:
        Broken: It has no numbers, too many axes or too many numbers.
    """
    if not 1 <= len(layout.shape) <= MOST_AXES:
        raise Broken(f"{name} has {len(layout.shape)} axes; 1 to {MOST_AXES} are read.")
    if layout.nbytes == 0:
        raise Broken(f"{name} holds no numbers: its shape is {in_words(layout.shape)}.")
    if layout.nbytes > MOST_BYTES:
        raise Broken(
            f"{name} asks for {layout.nbytes:,} bytes by its header; 64 GiB are read at most."
        )
    return layout


def mapped(path: Path, layout: Layout, name: str) -> NDArray[Any]:
    """Map an array that lies in a file as it is, read-only.

    Raises:
        Broken: The file has other bytes than its header asks for.
    """
    _compare(path.stat().st_size - layout.offset, layout, name)
    plain: NDArray[Any] = np.memmap(path, np.uint8, "r", layout.offset, (layout.nbytes,))
    return _shaped(plain, layout)


def unpacked(read: Read, layout: Layout, place: Path, name: str, tell: Tell) -> NDArray[Any]:
    """Unpack an array onto the disk, as it comes, and map it.

    Args:
        read: Gives what follows the header.
        layout: What the header says.
        place: Where a scratch file may lie; it has no name any longer when this returns.
        name: What the file is called in a sentence.
        tell: Told of progress.

    Raises:
        Broken: More bytes come than the header asks for, or fewer.
    """
    whole = scratch(place, (layout.nbytes,))
    done = 0
    while piece := read(PIECE):
        if done + len(piece) > layout.nbytes:
            raise Broken(f"{name} holds more bytes than its header asks for.")
        whole[done : done + len(piece)] = np.frombuffer(piece, np.uint8)
        done += len(piece)
        tell(done / layout.nbytes)
    _compare(done, layout, name)
    return _shaped(whole, layout)


def scratch(place: Path, shape: tuple[int, ...], dtype: DTypeLike = np.uint8) -> NDArray[Any]:
    """Open an array on disk that nobody has to remove: it has no name any longer."""
    array = np.lib.format.open_memmap(place, "w+", np.dtype(dtype), shape)
    try:
        reserve(place, place.stat().st_size)
    finally:
        place.unlink()
    return array


def rows_at_once(array: NDArray[Any], budget: int = 16 * PIECE) -> int:
    """Return how many rows of an array to look at together, at 8 bytes a number."""
    return max(1, budget // max(1, 8 * math.prod(array.shape[1:])))


def blocks(array: NDArray[Any]) -> Iterator[tuple[slice, NDArray[Any]]]:
    """Iterate over an array some rows at a time, so that little of it is in memory."""
    step = rows_at_once(array)
    for start in range(0, len(array), step):
        rows = slice(start, min(start + step, len(array)))
        yield rows, array[rows]


def in_words(shape: tuple[int, ...]) -> str:
    """Write a shape as people do."""
    return " x ".join(f"{length:,}" for length in shape) or "a single number"


def _shaped(plain: NDArray[Any], layout: Layout) -> NDArray[Any]:
    return plain.view(layout.dtype).reshape(layout.shape, order="F" if layout.fortran else "C")


def _compare(there: int, layout: Layout, name: str) -> None:
    if there != layout.nbytes:
        raise Broken(
            f"{name} is {'cut off' if there < layout.nbytes else 'too long'}: its header asks for "
            f"{in_words(layout.shape)} numbers of {layout.dtype.itemsize} bytes, "
            f"{layout.nbytes:,} bytes in all, and {max(there, 0):,} are there."
        )
