"""Folders as zips, written while they are sent: no second copy on the disk, little memory.

Images are compressed already, so they are stored as they are. Nothing of the archive depends on
when or where it is packed: the same folder gives the same bytes, and so the same upload.
"""

import os
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

#: Older dates cannot be written into a zip.
_DATE = (1980, 1, 1, 0, 0, 0)
_CHUNK = 2**20


def files_below(folder: Path) -> list[Path]:
    """Return the files of a folder, sorted; links and what begins with a dot are left out."""
    found = []
    for where, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(where, name)
            if not name.startswith(".") and stat.S_ISREG(path.lstat().st_mode):
                found.append(path)
    return found


def zipped(folder: Path) -> Iterator[bytes]:
    """Iterate over the bytes of a zip that holds a folder, under the folder's own name.

    Raises:
        OSError: A file cannot be read.
    """
    pipe = _Pipe()
    top = folder.resolve().name or "images"
    # The pipe cannot be sought, so sizes and checksums follow each file.
    with zipfile.ZipFile(_as_file(pipe), "w", zipfile.ZIP_STORED) as archive:
        for path in files_below(folder):
            entry = zipfile.ZipInfo(f"{top}/{path.relative_to(folder).as_posix()}", _DATE)
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            with path.open("rb") as source, archive.open(entry, "w", force_zip64=True) as target:
                while piece := source.read(_CHUNK):
                    target.write(piece)
                    yield from pipe.taken(_CHUNK)
        yield from pipe.taken(0)
    yield from pipe.taken(0)


def pieces_of(path: Path) -> Iterator[bytes]:
    """Iterate over the bytes of a file, or of a folder as a zip."""
    if path.is_dir():
        yield from zipped(path)
        return
    with path.open("rb") as file:
        while piece := file.read(_CHUNK):
            yield piece


class _Pipe:
    """What a zip is written to: it is handed on as soon as enough has come together."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def write(self, data: bytes) -> int:
        """Take bytes."""
        self._buffer += data
        return len(data)

    def flush(self) -> None:
        """Do nothing."""

    def taken(self, least: int) -> Iterator[bytes]:
        """Hand on what has come together, if there is so much."""
        if len(self._buffer) > least:
            data = bytes(self._buffer)
            self._buffer.clear()
            yield data


def _as_file(pipe: _Pipe) -> IO[bytes]:
    file: IO[bytes] = pipe  # type: ignore[assignment]  # all of it that a zip needs
    return file
