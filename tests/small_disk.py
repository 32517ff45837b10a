"""A file system of a few megabytes, in memory, that a test can really fill."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

#: Where a container that may mount nothing has a small file system all the same.
SHARED_MEMORY = Path("/dev/shm")
#: Largest one that is filled up: it takes memory.
MOST_MEGABYTES = 1024


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """Mount one at `folder`, as only root on Linux may, or take what shared memory has left."""
    if can_mount():
        with _mounted(folder, megabytes) as disk:
            yield disk
        return
    with tempfile.TemporaryDirectory(dir=SHARED_MEMORY) as own:
        padding = Path(own) / "padding"
        with padding.open("wb") as file:
            for _ in range(_free_megabytes(SHARED_MEMORY) - megabytes):
                file.write(b"\0" * 2**20)
        disk = Path(own) / "disk"
        disk.mkdir()
        yield disk


@contextmanager
def _mounted(folder: Path, megabytes: int) -> Iterator[Path]:
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
def can_mount() -> bool:
    """Whether this process may."""
    if sys.platform != "linux" or os.getuid() != 0:
        return False
    with tempfile.TemporaryDirectory(prefix="repscope-disk-") as folder:
        try:
            with _mounted(Path(folder), 1):
                return True
        except (OSError, subprocess.CalledProcessError):
            return False


def find_small_disk() -> bool | None:
    """Whether there is a small file system to fill; nothing when there is none."""
    if can_mount():
        return True
    small = SHARED_MEMORY.is_dir() and _free_megabytes(SHARED_MEMORY) <= MOST_MEGABYTES
    return True if small else None


def _free_megabytes(folder: Path) -> int:
    free = os.statvfs(folder)
    return free.f_bavail * free.f_frsize // 2**20


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
