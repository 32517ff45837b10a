"""Room on the disk: how much is left, and whether an error came of there being none."""

import errno
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from repscope.core.errors import StorageFull

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
#: How libraries say it that lose the error's number: the C library's words, and NumPy's, which
#: counts the items that it could not write.
_FULL_IN_WORDS = re.compile(
    r"no space left on device|disk quota exceeded|disk is full|\d+ requested and \d+ written",
    re.IGNORECASE,
)


def free_bytes(folder: Path) -> int:
    """Return how many bytes may still be written below a folder."""
    return shutil.disk_usage(folder).free


def require_space(folder: Path, floor: int) -> None:
    """See that there is room for another artifact.

    Args:
        folder: On the disk that is to have room.
        floor: Bytes that are to stay free.

    Raises:
        StorageFull: There are fewer.
    """
    free = free_bytes(folder)
    if free < floor:
        raise StorageFull(
            f"Only {in_words(free)} are free where the data folder is, and {in_words(floor)} are "
            "kept free (REPSCOPE_FREE_SPACE_FLOOR): delete what is not needed, then try again."
        )


def reserve(path: Path, size: int) -> None:
    """Take the room that a file will need.

    A file with holes that is written through memory has nobody to tell that the disk is full: the
    system kills the process. macOS cannot reserve, and there such a file is left as it is.

    Raises:
        OSError: There is no room.
    """
    if not hasattr(os, "posix_fallocate") or size == 0:
        return
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.posix_fallocate(descriptor, 0, size)
    except OSError as error:
        if error.errno in _FULL:  # any other: this file system cannot reserve either
            raise
    finally:
        os.close(descriptor)


def is_full(error: BaseException) -> bool:
    """Tell whether an error, or one that it came of, says that a disk is full."""
    return any(
        getattr(each, "errno", None) in _FULL or bool(_FULL_IN_WORDS.search(str(each)))
        for each in _causes(error)
    )


def bytes_below(folder: Path) -> int:
    """Return how many bytes the files below a folder take on the disk."""
    total = 0
    for path, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(os.path.join(path, name)).st_blocks * 512
            except FileNotFoundError:
                continue  # files come and go meanwhile
    return total


def in_words(size: int) -> str:
    """Write a number of bytes as people do."""
    for unit, scale in (("GiB", 2**30), ("MiB", 2**20)):
        if size >= scale:
            return f"{size / scale:.3g} {unit}"
    return f"{size / 2**10:.3g} KiB"


def _causes(error: BaseException) -> Iterator[BaseException]:
    each: BaseException | None = error
    while each is not None:
        yield each
        each = each.__cause__ or each.__context__
