"""What is fetched by name: whole or absent."""

import os
import time
from pathlib import Path

import pytest

from repscope.core.downloads import Downloads


def test_a_download_is_there_when_it_is_whole(tmp_path: Path) -> None:
    downloads = Downloads(tmp_path / "downloads")
    with downloads.fetching("hub", "cats") as folder:
        (folder / "1.bin").write_bytes(b"x")
        assert not downloads.has("hub", "cats")
    assert downloads.has("hub", "cats")
    assert (downloads.folder("hub", "cats") / "1.bin").read_bytes() == b"x"
    assert downloads.has("hub", "cats/small")
    assert not downloads.has("hub", "dogs")


def test_what_broke_off_leaves_nothing(tmp_path: Path) -> None:
    downloads = Downloads(tmp_path / "downloads")

    def fetch() -> None:
        with downloads.fetching("hub", "cats") as folder:
            (folder / "1.bin").write_bytes(b"x")
            raise ConnectionError

    with pytest.raises(ConnectionError):
        fetch()
    assert not downloads.has("hub", "cats")
    assert [path for path in downloads.root.rglob("*") if path.is_file()] == []


def test_of_two_at_once_the_first_stays(tmp_path: Path) -> None:
    downloads = Downloads(tmp_path / "downloads")
    with downloads.fetching("hub", "cats") as slow:
        (slow / "1.bin").write_bytes(b"slow")
        with downloads.fetching("hub", "cats") as quick:
            (quick / "1.bin").write_bytes(b"quick")
    assert (downloads.folder("hub", "cats") / "1.bin").read_bytes() == b"quick"
    assert list((downloads.root / ".staging").iterdir()) == []


def test_leftovers_of_a_crash_are_swept_after_a_day(tmp_path: Path) -> None:
    downloads = Downloads(tmp_path / "downloads")
    old, new = downloads.root / ".staging" / "old", downloads.root / ".staging" / "new"
    for path in (old, new):
        path.mkdir(parents=True)
    long_ago = time.time() - 25 * 3600
    os.utime(old, (long_ago, long_ago))
    with downloads.fetching("hub", "cats"):
        assert not old.exists()
        assert new.exists()
