"""Writing that outlives a crash of the machine: what is flushed is on the disk."""

import os
from pathlib import Path


def write_through(path: Path, data: bytes) -> None:
    """Write a whole file and flush it."""
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(path: Path) -> None:
    """Flush which files a folder holds, as after a rename."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
