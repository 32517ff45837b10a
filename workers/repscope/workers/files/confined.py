"""A process of its own, with little memory and no rights, that reads a stranger's file.

Libraries that decode are written in C and read what strangers send: a file may crash them, hang
them, or make them ask for all memory. Inside the runner that would take the job down, and three
times so. Here it takes a child down that can open no files and has bounds on memory, time and
output; whoever asked says which file it was. The child is started by exec, knows nothing of the
store, and imports neither torch nor the job table.

A request is two lengths, JSON and bytes; so is an answer.
"""

import contextlib
import json
import os
import resource
import select
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from typing import IO, Any, Self

_LENGTHS = struct.Struct("<IQ")
#: Bytes of address space of the child.
_MEMORY = 4 * 2**30
_STARTING = 120.0
#: Bytes of an answer; the pixels of the largest image are 0.3 GB.
_MOST_ANSWER = 2**30

#: Answers a request in the child: from JSON and bytes to JSON and bytes.
Answer = Callable[[dict[str, Any], bytes], tuple[dict[str, Any], bytes | memoryview]]


class Overtaxed(Exception):
    """The child ran out of memory or time, or crashed."""


class Confined:
    """A child that answers one request after the other; use it as a context manager."""

    def __init__(
        self,
        module: str,
        *,
        patience: float,
        arguments: Sequence[str] = (),
        keep: Sequence[int] = (),
    ) -> None:
        """Start nothing yet.

        Args:
            module: Run as a program, it calls `serve`.
            patience: Seconds that one request may take.
            arguments: Of the program.
            keep: Open file descriptors that the child keeps, under the same numbers.
        """
        self._module = module
        self._patience = patience
        self._arguments = arguments
        self._keep = keep
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the child."""
        self.close()

    def ask(self, request: dict[str, Any], data: bytes = b"") -> tuple[dict[str, Any], bytes]:
        """Have a request answered; the child is started when there is none.

        Raises:
            Overtaxed: It ran out of memory or time, or crashed.
        """
        child = self._started()
        assert child.stdin is not None, "stdin is a pipe"
        assert child.stdout is not None, "stdout is a pipe"
        deadline = time.monotonic() + self._patience
        text = json.dumps(request).encode()
        try:
            child.stdin.write(_LENGTHS.pack(len(text), len(data)) + text)
            child.stdin.write(data)
            child.stdin.flush()
            length, size = _LENGTHS.unpack(_read(child.stdout, _LENGTHS.size, deadline))
            answer: dict[str, Any] = json.loads(_read(child.stdout, length, deadline))
            return answer, _read(child.stdout, size, deadline)
        except (EOFError, OSError, TimeoutError, ValueError):
            self.close()
            raise Overtaxed from None

    def close(self) -> None:
        """End the child, if there is one."""
        if self._child is None:
            return
        self._child.kill()
        for pipe in (self._child.stdin, self._child.stdout):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):  # what it had not read yet
                    pipe.close()
        self._child.wait()
        self._child = None

    def _started(self) -> "subprocess.Popen[bytes]":
        if self._child is None:
            environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
            child = subprocess.Popen(
                [sys.executable, "-m", self._module, *self._arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # libraries talk about broken files
                env=environment,
                pass_fds=self._keep,
            )
            self._child = child
            assert child.stdout is not None, "stdout is a pipe"
            try:
                _read(child.stdout, 1, time.monotonic() + _STARTING)
            except (EOFError, TimeoutError):
                self.close()
                raise RuntimeError(f"the process of {self._module} did not start") from None
        return self._child


def _read(pipe: IO[bytes], count: int, deadline: float) -> bytes:
    """Read so many bytes from a child before the deadline."""
    if count > _MOST_ANSWER:
        raise EOFError
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


def serve(answer: Answer, memory: int = _MEMORY) -> None:
    """Give up all rights and answer requests until the parent is gone; the child's program.

    Everything that `answer` imports must have been imported: no file can be opened from now on.

    Args:
        answer: Answers one request.
        memory: Bytes of address space that the child may have in all.
    """
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    give_up_rights(memory)
    sink.write(b"+")
    sink.flush()
    while len(head := source.read(_LENGTHS.size)) == _LENGTHS.size:
        length, size = _LENGTHS.unpack(head)
        request = json.loads(source.read(length))
        said, raw = answer(request, source.read(size))
        text = json.dumps(said).encode()
        sink.write(_LENGTHS.pack(len(text), len(raw)) + text)
        sink.write(raw)
        sink.flush()


def give_up_rights(memory: int = _MEMORY) -> None:
    """Bound memory and output; open no file and start no process from now on."""
    bounds = {"RLIMIT_AS": memory, "RLIMIT_FSIZE": 0, "RLIMIT_NOFILE": 0, "RLIMIT_NPROC": 0}
    for name, bound in bounds.items():
        kind = getattr(resource, name, None)
        if kind is None:
            continue
        try:
            resource.setrlimit(kind, (bound, bound))
        except (ValueError, OSError):
            continue  # macOS does not bound address space; the time limit holds there too
