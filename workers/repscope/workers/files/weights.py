"""Files of weights: tensors by name, declared before any of them is read."""

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from repscope.workers.files.arrays import MOST_AXES, Broken, in_words

#: Bytes of one number of each type that is read; named as in safetensors.
SIZES = {
    "F64": 8, "F32": 4, "F16": 2, "BF16": 2,
    "I64": 8, "I32": 4, "I16": 2, "I8": 1, "U8": 1, "BOOL": 1,
}  # fmt: skip
MOST_TENSORS = 20_000
LONGEST_NAME = 300
#: Bytes of a file, and of one tensor.
MOST_BYTES, MOST_OF_ONE = 16 * 2**30, 2**30
#: Some tensors of a file share their numbers; many would fill the memory.
_TWICE = 2
#: How zip archives and pickles begin, as `torch.save` writes and wrote them.
_TORCH = (b"PK\x03\x04", b"\x80\x02")
_NUMPY = {
    "F64": "<f8", "F32": "<f4", "F16": "<f2",
    "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "i1", "U8": "u1", "BOOL": "?",
}  # fmt: skip


@dataclass(frozen=True)
class Declared:
    """What a file says of one tensor.

    Attributes:
        dtype: One of `SIZES`, or the library's own word for a type that is not read.
        shape: Length of each axis.
    """

    dtype: str
    shape: tuple[int, ...]

    @property
    def nbytes(self) -> int:
        """Bytes of all numbers."""
        return math.prod(self.shape) * SIZES.get(self.dtype, 1)


class WeightsFile(Protocol):
    """An open file of weights."""

    @property
    def declared(self) -> dict[str, Declared]:
        """All tensors; those of a dictionary in the file begin with its name and a slash."""

    @property
    def words(self) -> Mapping[str, str]:
        """What is said beside them, where the format has room for that."""

    def raw(self, name: str) -> bytes:
        """Return the bytes of one tensor, in the order of its axes."""


@contextmanager
def open_weights(path: Path, name: str) -> Iterator[WeightsFile]:
    """Open a file of weights: safetensors, or what `torch.save` wrote.

    Args:
        path: The file.
        name: What it is called in a sentence.

    Raises:
        Broken: It is neither, or a hostile one.
    """
    from repscope.workers.files.safetensors_file import SafetensorsFile
    from repscope.workers.files.torch_file import TorchFile

    if path.stat().st_size > MOST_BYTES:
        raise Broken(f"{name} has {path.stat().st_size:,} bytes; 16 GiB are read at most.")
    with path.open("rb") as file:
        head = file.read(9)
    if head.startswith(_TORCH):
        with TorchFile.open(path, name) as weights:
            yield weights
    elif head[8:] == b"{":
        yield SafetensorsFile(path, name)
    else:
        raise Broken(f"{name} is neither a .safetensors file nor one that torch.save wrote.")


def checked(declared: dict[str, Declared], size: int, name: str) -> dict[str, Declared]:
    """See that what a file declares can be in it; nothing has been read.

    Args:
        declared: All tensors.
        size: Bytes of the file.
        name: What it is called in a sentence.

    Raises:
        Broken: Too many tensors, or one that is larger than the file.
    """
    if not declared:
        raise Broken(f"{name} holds no tensors.")
    if len(declared) > MOST_TENSORS:
        raise Broken(f"{name} holds {len(declared):,} tensors; {MOST_TENSORS:,} are read at most.")
    for key, each in declared.items():
        if len(key) > LONGEST_NAME:
            raise Broken(f"{name} has a tensor whose name has {len(key):,} characters.")
        if len(each.shape) > MOST_AXES or min(each.shape, default=0) < 0:
            raise Broken(f"{name} declares {quoted(key)} with axes that no tensor here has.")
        if each.nbytes > min(size, MOST_OF_ONE):
            raise Broken(
                f"{name} declares {quoted(key)} as {in_words(each.shape)} numbers, more than "
                f"{'the file holds' if each.nbytes > size else 'one tensor may have'}."
            )
    if sum(each.nbytes for each in declared.values()) > _TWICE * size:
        raise Broken(f"{name} declares more numbers in all than the file holds.")
    return declared


def read(weights: WeightsFile, key: str, name: str) -> NDArray[Any]:
    """Read one tensor: float32, or int64 where it counts.

    Raises:
        Broken: Its type is not read, or a number is not finite.
    """
    each = weights.declared[key]
    if each.dtype not in SIZES:
        raise Broken(f"{name} has {quoted(key)} as {each.dtype[:40]}; weights are real numbers.")
    raw = weights.raw(key)
    if len(raw) != each.nbytes:
        raise Broken(f"{name} holds other bytes of {quoted(key)} than it declares.")
    if each.dtype == "BF16":  # the upper half of a float32
        values = (np.frombuffer(raw, "<u2").astype(np.uint32) << 16).view(np.float32)
    else:
        values = np.frombuffer(raw, _NUMPY[each.dtype])
        with np.errstate(over="ignore"):  # what is too large is not finite below
            values = values.astype(np.float32 if each.dtype.startswith("F") else np.int64)
    if not np.isfinite(values).all():
        raise Broken(f"{name} has numbers in {quoted(key)} that are not finite.")
    return values.reshape(each.shape)


def quoted(key: str) -> str:
    """Write the name of a tensor in a sentence."""
    return repr(key if len(key) <= 60 else f"{key[:28]}...{key[-29:]}")
