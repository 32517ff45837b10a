"""Sending a file, or a folder as a zip, and knowing whether it is there already."""

import contextlib
import hashlib
import http.client
import json
import ssl
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from repscope.client.bar import Bar
from repscope.client.packing import files_below, pieces_of
from repscope.client.wire import Wire, refusal
from repscope.core.errors import NotFound, RepscopeError

#: Seconds that one piece may take.
_TIMEOUT = 120.0


def upload(wire: Wire, path: Path, *, progress: bool) -> str:
    """Send a file unless the server has it.

    The file is read twice: first for its checksum, so that a server which has it is sent nothing,
    and so that what arrives is compared with it.

    Args:
        wire: The line to the server.
        path: A file, or a folder, which is packed as a zip on the way.
        progress: Show a bar in a terminal or notebook.

    Returns:
        Its SHA-256, by which recipes name it.

    Raises:
        FileNotFoundError: There is nothing at that path.
        RepscopeError: The server's sentence.
    """
    if not path.exists():
        raise FileNotFoundError(f"There is no {path}.")
    total = _size(path)
    meter = _Meter(f"Reading {path.name}", total, Bar() if progress else None)
    digest = hashlib.sha256()
    length = 0
    for piece in meter.over(pieces_of(path)):
        digest.update(piece)
        length += len(piece)
    sha256 = digest.hexdigest()
    try:
        wire.json("GET", f"/uploads/{sha256}")
    except NotFound:
        sending = _Meter(f"Sending {path.name}", length, Bar() if progress else None)
        _send(wire, sending.over(pieces_of(path)), length, sha256)
    return sha256


def _send(wire: Wire, pieces: Iterator[bytes], length: int, sha256: str) -> None:
    parts = urllib.parse.urlsplit(wire.url)
    connection: http.client.HTTPConnection
    if parts.scheme == "https":
        context = ssl.create_default_context()
        connection = http.client.HTTPSConnection(parts.netloc, timeout=_TIMEOUT, context=context)
    else:
        connection = http.client.HTTPConnection(parts.netloc, timeout=_TIMEOUT)
    headers = {
        "Content-Type": "application/octet-stream",
        "Content-Length": str(length),
        **wire.headers,
    }
    try:
        # A server that says no before the end closes the line; its answer is there to be read.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            connection.request(
                "PUT", f"{parts.path}/api/uploads?sha256={sha256}", body=pieces, headers=headers
            )
        answer = connection.getresponse()
        body = answer.read()
    except (OSError, http.client.HTTPException):
        raise wire.away() from None
    finally:
        connection.close()
    if answer.status != http.client.OK:
        raise refusal(answer.status, answer.headers, body)
    if json.loads(body)["sha256"] != sha256:
        raise RepscopeError("The server has put away other bytes than those that were sent.")


class _Meter:
    """Counts bytes and shows how many of all there are."""

    def __init__(self, title: str, total: int, bar: Bar | None) -> None:
        self._title = title
        self._total = total
        self._bar = bar

    def over(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        """Hand pieces on, and count them."""
        done = 0
        try:
            for piece in pieces:
                yield piece
                done += len(piece)
                if self._bar is not None:
                    self._bar.show(self._state(done))
        finally:
            if self._bar is not None:
                self._bar.close()

    def _state(self, done: int) -> dict[str, Any]:
        return {
            "title": self._title,
            "state": "running",
            "progress": min(1.0, done / max(1, self._total)),
            "message": f"{done / 2**20:,.0f} of {max(done, self._total) / 2**20:,.0f} MiB",
            "remaining": None,
        }


def _size(path: Path) -> int:
    files = files_below(path) if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files)
