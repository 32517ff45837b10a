"""The line between a host and its runner: JSON objects, one a line, over two pipes.

Downward, the runner's standard input: `{"do": "make", "recipe": {...}}`, `finish` (publish what
there is) and `cancel`; its end means that the host is gone. Upward, a pipe of its own, so that
nothing a library prints can be taken for a message: `hello`, `progress`, `event`, `published`,
`early`, `done`, `failed`, `cancelled`.
"""

import json
import os
import threading
from typing import Any


class Sender:
    """Writes messages into a pipe, whole, from any thread."""

    def __init__(self, descriptor: int) -> None:
        """Take over a file descriptor."""
        self._descriptor = descriptor
        self._lock = threading.Lock()

    def send(self, **message: Any) -> None:
        """Write one message.

        Raises:
            BrokenPipeError: The other side is gone.
        """
        data = json.dumps(message).encode() + b"\n"
        with self._lock:
            while data:
                data = data[os.write(self._descriptor, data) :]


class Receiver:
    """Reads messages from a pipe."""

    def __init__(self, descriptor: int) -> None:
        """Take over a file descriptor."""
        self._file = os.fdopen(descriptor, "rb")

    def receive(self) -> dict[str, Any] | None:
        """Wait for the next message; nothing when the other side is gone."""
        line = self._file.readline()
        if not line.endswith(b"\n"):
            return None
        message: dict[str, Any] = json.loads(line)
        return message

    def close(self) -> None:
        """Close the pipe."""
        self._file.close()
