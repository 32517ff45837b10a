"""A file that writers write to and that hands on what was written, piece by piece."""

import io
from typing import Any


class Sink(io.RawIOBase):
    """Takes bytes in order and gives them away; holds only what nobody has taken yet."""

    def __init__(self) -> None:
        """Begin an empty file."""
        self._pieces: list[bytes] = []
        self._written = 0
        self._taken = 0

    def writable(self) -> bool:
        """Tell that this file is for writing; it can be neither read nor rewound."""
        return True

    def write(self, data: Any, /) -> int:
        """Append bytes."""
        piece = bytes(data)
        self._pieces.append(piece)
        self._written += len(piece)
        return len(piece)

    def tell(self) -> int:
        """Return how many bytes were written so far."""
        return self._written

    @property
    def waiting(self) -> int:
        """How many bytes nobody has taken yet."""
        return self._written - self._taken

    def take(self) -> bytes:
        """Return what was written since the last call."""
        taken = b"".join(self._pieces)
        self._pieces.clear()
        self._taken += len(taken)
        return taken
