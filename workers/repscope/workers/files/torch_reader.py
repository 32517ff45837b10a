"""Reads what `torch.save` wrote inside the confined process: what `torch_file` starts.

A pickle is a program. It is only ever read with `weights_only=True`, which knows tensors and plain
containers and runs nothing else, and by a process that can open no file and may take as much memory
as the file has bytes, and a little more.
"""

import argparse
import io
import os
import pickle
import re
import resource
import sys
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

import torch
from torch import Tensor

from repscope.workers.files.confined import serve
from repscope.workers.files.weights import MOST_TENSORS

#: Beyond the file's own bytes, in bytes.
_MEMORY = 2**30
_DEEPEST = 4
_NAMES = {
    torch.float64: "F64", torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16",
    torch.int64: "I64", torch.int32: "I32", torch.int16: "I16", torch.int8: "I8",
    torch.uint8: "U8", torch.bool: "BOOL",
}  # fmt: skip

Raw = tuple[dict[str, Any], bytes | memoryview]


class Refusal(Exception):
    """What is wrong with the file, as the end of a sentence."""


class Reader:
    """Answers requests about one open file."""

    def __init__(self, file: IO[bytes]) -> None:
        """Take an open file."""
        self._file = file
        self._size = os.fstat(file.fileno()).st_size
        self._tensors: dict[str, Tensor] = {}

    @property
    def memory(self) -> int:
        """Bytes of address space that this process may have: what it has, and room for the file.

        Only Linux tells what it has; elsewhere address space is not bounded anyway.
        """
        if sys.platform != "linux":
            return resource.RLIM_INFINITY
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        return pages * resource.getpagesize() + self._size + _MEMORY

    def __call__(self, request: dict[str, Any], data: bytes) -> Raw:
        """Do what a request asks for; whatever torch raises becomes words."""
        try:
            if request["task"] == "open":
                return {"tensors": self._open()}, b""
            return {}, _plain(self._tensors[request["name"]])
        except Refusal as error:
            return {"broken": str(error)}, b""
        except pickle.UnpicklingError as error:
            return {"broken": _unpickled(error)}, b""
        except MemoryError:
            return {"broken": "asks for more memory than its size allows"}, b""
        except Exception as error:  # torch raises what it likes
            if "allocate memory" in str(error):
                return {"broken": "asks for more memory than its size allows"}, b""
            return {"broken": f"cannot be read as weights ({_words(error)})"}, b""

    def _open(self) -> list[tuple[str, str, list[int]]]:
        self._check_archive()
        # What the command line said of a training is often beside its weights, as a plain object
        # with attributes.
        with torch.serialization.safe_globals([argparse.Namespace]):
            held = torch.load(self._file, map_location="cpu", weights_only=True)
        for name, tensor in _tensors(held):
            self._tensors[name] = tensor
            if len(self._tensors) > MOST_TENSORS:
                raise Refusal(f"holds more than {MOST_TENSORS:,} tensors")
        return [
            (name, _NAMES.get(each.dtype, str(each.dtype)), list(each.shape))
            for name, each in self._tensors.items()
        ]

    def _check_archive(self) -> None:
        """Refuse an archive that unpacks to more than it has; `torch.save` does not compress."""
        if zipfile.is_zipfile(self._file):
            with zipfile.ZipFile(self._file) as archive:
                if sum(entry.file_size for entry in archive.infolist()) > self._size:
                    raise Refusal("would unpack to more bytes than it has")
        self._file.seek(0)


def _tensors(held: Any, path: str = "", depth: int = 0) -> Iterator[tuple[str, Tensor]]:
    """Iterate over the tensors of dictionaries in dictionaries, with their names."""
    if not isinstance(held, Mapping) or depth > _DEEPEST:
        return
    for key, each in held.items():
        if not isinstance(key, str):
            continue
        if isinstance(each, Tensor) and each.layout == torch.strided and not each.is_quantized:
            yield f"{path}{key}", each.detach()
        else:
            yield from _tensors(each, f"{path}{key}/", depth + 1)


def _plain(tensor: Tensor) -> memoryview:
    """Write the numbers of a tensor in the order of its axes."""
    flat: Any = tensor.contiguous().reshape(-1).view(torch.uint8).numpy()
    return memoryview(flat)


def _unpickled(error: pickle.UnpicklingError) -> str:
    """Say what a pickle held that is no tensor."""
    found = re.search(r"GLOBAL ([\w.]{1,100})", str(error))
    if found is None:
        return "cannot be read as weights: it is damaged, or holds more than tensors"
    return (
        f"holds more than weights: it asks to run {found[1]}, which is never done; save the "
        "state_dict of its network alone"
    )


def _words(error: Exception) -> str:
    text = str(error).splitlines()[0].strip() if str(error).strip() else type(error).__name__
    return (text if len(text) <= 100 else f"{text[:97]}...").rstrip(".")


def _warm_up() -> None:
    """Load every module and library, for later no file can be opened."""
    torch.set_num_threads(1)
    for zipped in (True, False):
        sink = io.BytesIO()
        held = {"a": torch.zeros(2, dtype=torch.bfloat16), "b": argparse.Namespace(c=1)}
        torch.save(held, sink, _use_new_zipfile_serialization=zipped)
        sink.seek(0)
        with torch.serialization.safe_globals([argparse.Namespace]):
            _plain(torch.load(sink, map_location="cpu", weights_only=True)["a"])
    zipfile.ZipFile(io.BytesIO(), "w").close()


if __name__ == "__main__":
    _warm_up()
    reader = Reader(os.fdopen(int(sys.argv[1]), "rb"))
    serve(reader, reader.memory)
