"""Files by their checksum: whole or not at all."""

import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from repscope.core.errors import InvalidUpload, NotFound, StorageFull, TooLarge
from repscope.core.space import free_bytes
from repscope.core.uploads import Upload, UploadStore, named_uploads
from tests.small_disk import small_disk

DATA = b"a picture" * 1000
DIGEST = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def store(tmp_path: Path) -> UploadStore:
    return UploadStore(tmp_path / "uploads")


def bring(store: UploadStore, data: bytes = DATA) -> Upload:
    with store.receive(limit=2**20, floor=0) as incoming:
        for start in range(0, len(data), 1000):
            incoming.write(data[start : start + 1000])
        return incoming.keep()


def files(store: UploadStore) -> list[str]:
    return sorted(path.name for path in store.root.rglob("*") if path.is_file())


def test_a_file_lies_under_its_checksum(store: UploadStore) -> None:
    assert list(store) == []
    assert bring(store) == Upload(DIGEST, len(DATA))
    assert store.path(DIGEST).read_bytes() == DATA
    assert store.path(DIGEST).parent.name == DIGEST[:2]
    assert bring(store) == store.find(DIGEST)
    assert files(store) == [DIGEST]
    assert list(store) == [Upload(DIGEST, len(DATA))]
    store.remove(DIGEST)
    assert store.find(DIGEST) is None
    store.remove(DIGEST)


def test_what_is_not_kept_leaves_nothing(store: UploadStore) -> None:
    with store.receive(limit=100, floor=0) as incoming:
        incoming.write(DATA[:100])
        with pytest.raises(TooLarge, match="REPSCOPE_MAX_UPLOAD"):
            incoming.write(b"x")
    with store.receive(limit=100, floor=0) as incoming:
        incoming.write(b"x")
        with pytest.raises(InvalidUpload, match="send the file again"):
            incoming.keep(DIGEST)
    with store.receive(limit=100, floor=0) as incoming, pytest.raises(InvalidUpload, match="empty"):
        incoming.keep()
    with pytest.raises(TooLarge):
        store.receive(limit=100, floor=0, expected_bytes=101)
    with pytest.raises(StorageFull):
        store.receive(limit=2**62, floor=free_bytes(store.root), expected_bytes=2**40)
    assert files(store) == []


@pytest.mark.small_disk
def test_a_disk_that_fills_up_keeps_nothing(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 2) as disk:
        store = UploadStore(disk / "uploads")
        with store.receive(limit=2**30, floor=0) as incoming, pytest.raises(StorageFull):
            incoming.write(b"x" * 10_000_000)
        assert files(store) == []
        assert bring(store).sha256 == DIGEST


@pytest.mark.parametrize(
    "name", ["", "x", DIGEST[:63], DIGEST + "0", DIGEST.upper(), "../" * 10, "../../etc/passwd"]
)
def test_only_checksums_are_looked_for(store: UploadStore, name: str) -> None:
    bring(store)
    assert store.find(name) is None
    with pytest.raises(NotFound):
        store.path(name)
    store.remove(name)
    assert files(store) == [DIGEST]


def test_leftovers_of_a_crash_are_swept_and_others_are_not(store: UploadStore) -> None:
    bring(store)
    staging = store.root / ".staging"
    then = time.time() - 3600
    (staging / "left").write_bytes(b"half")
    os.utime(staging / "left", (then, then))
    (staging / "fresh").write_bytes(b"half")
    with store.receive(limit=100, floor=0) as incoming:
        incoming.write(b"x")
        held = next(path for path in staging.iterdir() if len(path.name) == 32)
        os.utime(held, (then, then))
        assert store.stale() == []  # it was swept when this one began
        incoming.keep()
    assert [path.name for path in staging.iterdir()] == ["fresh"]


def test_looking_for_a_file_counts_as_wanting_it(store: UploadStore) -> None:
    bring(store)
    os.utime(store.path(DIGEST), (0, 0))
    store.find(DIGEST)
    assert store.path(DIGEST).stat().st_mtime > time.time() - 60


def test_uploads_that_a_recipe_names() -> None:
    dataset = {"kind": "dataset", "method": "archive", "version": 1, "inputs": {}, "seed": 0}
    dataset |= {"params": {"upload": DIGEST, "image_size": 64, "title": DIGEST[:32]}}
    embedding = {"kind": "embedding", "method": "embed", "version": 1, "params": {}, "seed": 0}
    assert named_uploads(embedding | {"inputs": {"dataset": dataset}}) == {DIGEST}
    assert named_uploads(embedding | {"inputs": {"datasets": [dataset, dataset]}}) == {DIGEST}


_SENDER = """
import sys, time
from pathlib import Path
from repscope.core.uploads import UploadStore
incoming = UploadStore(Path(sys.argv[1])).receive(limit=2**20, floor=0)
incoming.write(b"half of it")
print("here", flush=True)
time.sleep(60)
"""


def test_a_killed_server_leaves_nothing_for_the_next(store: UploadStore) -> None:
    sender = subprocess.Popen(
        [sys.executable, "-c", _SENDER, store.root], stdout=subprocess.PIPE, text=True
    )
    assert sender.stdout is not None
    assert sender.stdout.readline() == "here\n"
    store.sweep(grace=0.0)
    assert len(files(store)) == 1  # it is being written
    sender.kill()
    sender.communicate()
    store.sweep()
    assert len(files(store)) == 1  # others may be about to lock it
    store.sweep(grace=0.0)
    assert files(store) == []
    assert list(store) == []
