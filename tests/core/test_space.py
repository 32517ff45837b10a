"""Room on the disk: how it is counted, and the errors that tell of its end."""

import errno
import os
from pathlib import Path

import numpy as np
import pytest

from repscope.core.errors import StorageFull
from repscope.core.space import bytes_below, free_bytes, in_words, is_full, require_space, reserve


def test_below_the_floor_one_sentence_says_what_to_do(tmp_path: Path) -> None:
    require_space(tmp_path, 0)
    with pytest.raises(StorageFull, match="REPSCOPE_FREE_SPACE_FLOOR"):
        require_space(tmp_path, free_bytes(tmp_path) + 2**30)


def test_a_reserved_file_has_its_size_and_its_room(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.touch()
    reserve(path, 100_000)
    if hasattr(os, "posix_fallocate"):
        assert path.stat().st_size == 100_000
        assert bytes_below(tmp_path) >= 100_000


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="/dev/full is Linux's")
def test_numpy_hides_the_number_of_the_error() -> None:
    with pytest.raises(OSError, match="written") as caught, open("/dev/full", "wb") as file:
        np.zeros(100_000).tofile(file)
    assert is_full(caught.value)


@pytest.mark.parametrize(
    ("error", "full"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), True),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), True),
        (RuntimeError("Error while serializing: No space left on device (os error 28)"), True),
        (OSError(errno.EACCES, "Permission denied"), False),
        (ValueError("3 requested"), False),
    ],
)
def test_errors_of_a_full_disk(error: Exception, full: bool) -> None:
    assert is_full(error) is full
    outer = RuntimeError("could not save")
    outer.__cause__ = error
    assert is_full(outer) is full


def test_sizes_in_words() -> None:
    assert [in_words(n) for n in (512, 3 * 2**20, 2**30 * 3 // 2)] == [
        "0.5 KiB",
        "3 MiB",
        "1.5 GiB",
    ]
