"""Files on the disk of the one who asks: there as a whole or not at all."""

import os
from collections.abc import Iterable
from pathlib import Path


def write_whole(path: Path, pieces: Iterable[bytes]) -> None:
    """Write a file beside its place, and put it there when all of it has arrived."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as output:
            output.writelines(pieces)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def cache() -> Path:
    """Return the folder that keeps large arrays by their checksums, and make it."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = base / "repscope"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
