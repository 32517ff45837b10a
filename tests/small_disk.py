"""A file system of a few megabytes, in memory, that a test can really fill."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """Mount one at `folder`, as only root on Linux may."""
    folder.mkdir(parents=True, exist_ok=True)
    options = f"size={megabytes}m,mode=0700"
    mount = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    subprocess.run(mount, check=True, stderr=subprocess.DEVNULL)
    try:
        yield folder
    finally:
        # Lazily: a process that ends a moment later may still have a file open there.
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@cache
def can_mount() -> bool | None:
    """Whether this process may; nothing when it may not."""
    if sys.platform != "linux" or os.getuid() != 0:
        return None
    with tempfile.TemporaryDirectory(prefix="repscope-disk-") as folder:
        try:
            with small_disk(Path(folder), 1):
                return True
        except (OSError, subprocess.CalledProcessError):
            return None


class Ballast:
    """A file that takes room until it is dropped."""

    def __init__(self, disk: Path) -> None:
        self._path = disk / "ballast"

    def fill(self, leave: int) -> None:
        """Take all but `leave` bytes."""
        free = os.statvfs(self._path.parent)
        take = free.f_bavail * free.f_frsize - leave
        with self._path.open("ab") as file:
            while take > 0:
                piece = min(take, 2**20)
                try:
                    file.write(b"\0" * piece)
                    file.flush()
                except OSError:
                    os.truncate(file.fileno(), os.fstat(file.fileno()).st_size)
                    return
                take -= piece

    def drop(self) -> None:
        """Give the room back."""
        self._path.unlink(missing_ok=True)
