"""Free text of each row: UTF-8 end to end, and where each text ends.

A column of type `text` is the uint8 array that its description names, and `<array>_offsets` (int64,
N + 1): the n-th text is the bytes `offsets[n]` to `offsets[n + 1]`. Empty is missing.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray


class Texts:
    """Reads a column of texts; only those that are asked for are in memory."""

    def __init__(self, data: NDArray[Any], offsets: NDArray[Any]) -> None:
        """Read mapped arrays: the bytes, and where each text begins and the last ends."""
        self.data = data
        self.offsets = offsets

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.offsets) - 1

    def __getitem__(self, rows: slice) -> list[str]:
        """Return the texts of some rows that follow one another."""
        start, stop, _ = rows.indices(len(self))
        bounds = [int(each) for each in self.offsets[start : stop + 1]]
        data = self.data[bounds[0] : bounds[-1]].tobytes() if stop > start else b""
        pairs = zip(bounds, bounds[1:], strict=False)
        return [data[a - bounds[0] : b - bounds[0]].decode(errors="replace") for a, b in pairs]

    def at(self, rows: NDArray[np.int64]) -> list[str]:
        """Return the texts of some rows, in any order."""
        return [data.decode(errors="replace") for data in self.encoded(rows)]

    def encoded(self, rows: NDArray[np.int64]) -> Iterator[bytes]:
        """Iterate over the texts of some rows as UTF-8."""
        starts, ends = self.offsets[rows].tolist(), self.offsets[rows + 1].tolist()
        for start, end in zip(starts, ends, strict=True):
            yield self.data[start:end].tobytes()

    def lengths(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return how many bytes the texts of some rows take."""
        return np.asarray(self.offsets[rows + 1] - self.offsets[rows], np.int64)


def offsets_of(array: str) -> str:
    """Return the name of the array that divides the texts of another."""
    return f"{array}_offsets"


def text_arrays(array: str, texts: Sequence[str]) -> dict[str, NDArray[Any]]:
    """Return the two arrays of a column of texts.

    Args:
        array: Name of the array, as the column's description has it.
        texts: One a row.
    """
    encoded = [text.encode(errors="replace") for text in texts]
    offsets = np.zeros(len(encoded) + 1, np.int64)
    np.cumsum([len(each) for each in encoded], out=offsets[1:])
    return {array: np.frombuffer(b"".join(encoded), np.uint8), offsets_of(array): offsets}
