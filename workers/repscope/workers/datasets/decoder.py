"""Decoding in a process of its own, with little memory and no rights worth having.

Image libraries are written in C and read what strangers send: a file may crash them, hang them, or
make them ask for all memory. Inside the runner that would take the job down, and three times so.
Here it takes a child down that can open no files and has bounds on memory, time and output; the
job refuses the archive and names the member. The child is started by exec, knows nothing of the
store, and imports neither torch nor the job table.

A request is its task, size and length, then the file; an answer is its length, JSON, and for
pixels as many bytes as that says.
"""

import contextlib
import io
import json
import os
import resource
import select
import struct
import subprocess
import sys
import time
from typing import IO, Any, Self

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from repscope.workers.datasets import pictures
from repscope.workers.datasets.pictures import Header, Hostile, Unreadable

_REQUEST = struct.Struct("<III")
_LENGTH = struct.Struct("<I")
_HEADER, _PIXELS = 1, 2
#: Bytes of address space, beyond what 100 million pixels take.
_MEMORY = 4 * 2**30
#: Seconds for one image; those of the largest take two.
_PATIENCE = 60.0
_STARTING = 120.0


class Decoder:
    """A child that decodes one image after the other; use it as a context manager."""

    def __init__(self) -> None:
        """Start nothing yet."""
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the child."""
        self._end()

    def header(self, data: bytes) -> Header:
        """Read what an image says of itself; see `pictures.header`."""
        answer, _ = self._ask(_HEADER, 0, data)
        return Header(**answer["header"])

    def pixels(self, data: bytes, size: int | None) -> NDArray[np.uint8]:
        """Decode an image; see `pictures.pixels`."""
        answer, raw = self._ask(_PIXELS, size or 0, data)
        return np.frombuffer(raw, np.uint8).reshape(answer["shape"])

    def _ask(self, task: int, size: int, data: bytes) -> tuple[dict[str, Any], bytes]:
        child = self._started()
        assert child.stdin is not None, "stdin is a pipe"
        assert child.stdout is not None, "stdout is a pipe"
        deadline = time.monotonic() + _PATIENCE
        try:
            child.stdin.write(_REQUEST.pack(task, size, len(data)) + data)
            child.stdin.flush()
            length = _LENGTH.unpack(_read(child.stdout, _LENGTH.size, deadline))[0]
            answer: dict[str, Any] = json.loads(_read(child.stdout, length, deadline))
            raw = _read(child.stdout, answer.get("bytes", 0), deadline)
        except (EOFError, OSError, TimeoutError):
            self._end()
            raise Hostile("decoding it took more memory or time than an image may take") from None
        if "unreadable" in answer:
            raise Unreadable(answer["unreadable"])
        if "hostile" in answer:
            raise Hostile(answer["hostile"])
        return answer, raw

    def _started(self) -> "subprocess.Popen[bytes]":
        if self._child is None:
            environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
            child = subprocess.Popen(
                [sys.executable, "-m", __name__],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # libraries talk about broken images
                env=environment,
            )
            self._child = child
            assert child.stdout is not None, "stdout is a pipe"
            try:
                _read(child.stdout, 1, time.monotonic() + _STARTING)
            except (EOFError, TimeoutError):
                self._end()
                raise RuntimeError("the process that decodes images did not start") from None
        return self._child

    def _end(self) -> None:
        if self._child is None:
            return
        self._child.kill()
        for pipe in (self._child.stdin, self._child.stdout):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):  # what it had not read yet
                    pipe.close()
        self._child.wait()
        self._child = None


def _read(pipe: IO[bytes], count: int, deadline: float) -> bytes:
    """Read so many bytes from a child before the deadline."""
    descriptor = pipe.fileno()
    pieces = []
    while count:
        if not select.select([descriptor], [], [], max(0.0, deadline - time.monotonic()))[0]:
            raise TimeoutError
        piece = os.read(descriptor, min(count, 2**20))
        if not piece:
            raise EOFError
        pieces.append(piece)
        count -= len(piece)
    return b"".join(pieces)


def _serve() -> None:
    """Answer requests until the parent is gone."""
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    _warm_up()
    _give_up_rights()
    sink.write(b"+")
    sink.flush()
    while len(request := source.read(_REQUEST.size)) == _REQUEST.size:
        task, size, length = _REQUEST.unpack(request)
        raw: bytes | memoryview = b""
        answer: dict[str, Any]
        try:
            data = source.read(length)
            if task == _HEADER:
                answer = {"header": vars(pictures.header(data))}
            else:
                array = np.ascontiguousarray(pictures.pixels(data, size or None))
                raw = array.data.cast("B")
                answer = {"shape": array.shape, "bytes": array.nbytes}
        except Unreadable as error:
            answer = {"unreadable": str(error)}
        except Hostile as error:
            answer = {"hostile": str(error)}
        text = json.dumps(answer).encode()
        sink.write(_LENGTH.pack(len(text)) + text)
        sink.write(raw)
        sink.flush()


def _give_up_rights() -> None:
    """Bound memory and output; open no file and start no process from now on."""
    bounds = {"RLIMIT_AS": _MEMORY, "RLIMIT_FSIZE": 0, "RLIMIT_NOFILE": 0, "RLIMIT_NPROC": 0}
    for name, bound in bounds.items():
        kind = getattr(resource, name, None)
        if kind is None:
            continue
        try:
            resource.setrlimit(kind, (bound, bound))
        except (ValueError, OSError):
            continue  # macOS does not bound address space; the time limit holds there too


def _warm_up() -> None:
    """Load every module and library, for later no file can be opened."""
    Image.init()
    file = io.BytesIO()
    Image.new("L", (1, 1)).save(file, "PNG")
    pictures.pixels(file.getvalue(), 8)


if __name__ == "__main__":
    _serve()
