"""Live calls that came through a broker, handed to the live runner beside this host."""

import socket
import struct
import time
from pathlib import Path
from typing import Any

from repscope.core import frames
from repscope.core.errors import Unavailable

_LENGTH = struct.Struct("<I")
#: Seconds between two looks whether a starting runner listens already.
_PAUSE = 0.05


class LiveLine:
    """The line to a live runner's socket; one call at a time."""

    def __init__(self, path: Path) -> None:
        """Call the runner that listens at `path`."""
        self._path = path
        self._socket: socket.socket | None = None

    def call(self, request: dict[str, Any], seconds: float) -> bytes:
        """Run one live method.

        Args:
            request: `method`, `version`, `inputs` (ids), `params` and `seed`.
            seconds: Time that the call may take.

        Returns:
            The answer, a frame; it says so when the runner did not answer.
        """
        try:
            return self._exchange(frames.encode({}, request), time.monotonic() + seconds)
        except OSError:
            self.close()
            return frames.refusal(
                Unavailable("The live worker stopped during this call; it is restarted, try again.")
            )

    def close(self) -> None:
        """Hang up."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _exchange(self, frame: bytes, deadline: float) -> bytes:
        line = self._connected(deadline)
        line.settimeout(max(0.01, deadline - time.monotonic()))
        line.sendall(_LENGTH.pack(len(frame)) + frame)
        (size,) = _LENGTH.unpack(_receive(line, _LENGTH.size))
        return _receive(line, size)

    def _connected(self, deadline: float) -> socket.socket:
        while self._socket is None:
            line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            try:
                line.connect(str(self._path))
            except OSError:
                line.close()
                if time.monotonic() > deadline:
                    raise
                time.sleep(_PAUSE)
            else:
                self._socket = line
        return self._socket


def _receive(line: socket.socket, size: int) -> bytes:
    parts = bytearray()
    while len(parts) < size:
        piece = line.recv(size - len(parts))
        if not piece:
            raise ConnectionError("the runner hung up")
        parts += piece
    return bytes(parts)
