"""Unpacking gzip as a stream: no more in memory than a piece, no more on the disk than is due."""

import zlib
from collections.abc import Iterator
from typing import IO

from repscope.workers.files.arrays import PIECE, Broken

MAGIC = b"\x1f\x8b"
#: How many times its packed size a file may have; small ones are left alone.
_MOST_RATIO = 200
_SMALL = 16 * 2**20


class Gunzip:
    """A gzip file that is read like a plain one, forwards."""

    def __init__(self, file: IO[bytes], packed: int, name: str) -> None:
        """Read from the beginning of an open file.

        Args:
            file: The gzip file.
            packed: Its size in bytes.
            name: What it is called in a sentence.
        """
        self._name = name
        #: Bytes that it may have, unpacked.
        self.limit = max(_SMALL, _MOST_RATIO * packed)
        self._pieces = self._unpacked(file)
        self._rest = b""

    def read(self, count: int) -> bytes:
        """Return the next bytes, fewer than `count` at the end only.

        Raises:
            Broken: They cannot be unpacked, or are too many.
        """
        parts = [self._rest]
        there = len(self._rest)
        while there < count and (piece := next(self._pieces, b"")):
            parts.append(piece)
            there += len(piece)
        data = b"".join(parts)
        self._rest = data[count:]
        return data[:count]

    def _unpacked(self, file: IO[bytes]) -> Iterator[bytes]:
        inflater = zlib.decompressobj(wbits=31)  # gzip, with its checksum
        done = 0
        packed = file.read(PIECE)
        try:
            while True:
                piece = inflater.decompress(packed, PIECE)
                done += len(piece)
                if done > self.limit:
                    raise Broken(f"{self._name} unpacks to far more than it is; that is refused.")
                if piece:
                    yield piece
                if inflater.eof:
                    break
                packed = inflater.unconsumed_tail or file.read(PIECE)
                if not packed and not piece:
                    raise Broken(f"{self._name} is a gzip file whose end is missing.")
        except zlib.error:
            raise Broken(f"{self._name} is a damaged gzip file; pack it again.") from None
        if inflater.unused_data or file.read(1):
            raise Broken(f"{self._name} has further bytes behind the end of its gzip.")
