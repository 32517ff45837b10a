"""Whole or absent: nothing in the store is ever half an artifact."""

import ast
import hashlib
import json
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from repscope.core.artifacts import Artifact, ArtifactStore
from repscope.core.errors import NotFound

RECIPE = {"kind": "x", "method": "y", "version": 1, "inputs": {}, "params": {}, "seed": 0}
ID = "ab" * 16


def publish(store: ArtifactStore, values: np.ndarray) -> Artifact:
    staging = store.stage(ID)
    staging.write("values", values)
    staging.path("notes.txt").write_text("read me")
    return staging.publish(RECIPE, meta={"a": 1}, metrics={"b": 0.5})


def test_what_is_published_reads_back(tmp_path: Path) -> None:
    store = ArtifactStore(tmp_path)
    values = np.arange(12, dtype=">f8").reshape(3, 4).T
    artifact = publish(store, values)
    assert store.exists(ID)
    assert np.array_equal(artifact.array("values"), values)
    entry = artifact.manifest.arrays["values"]
    assert (entry.dtype, entry.shape) == ("<f8", [4, 3])
    raw = artifact.file("values.npy").read_bytes()
    assert entry.sha256 == hashlib.sha256(raw).hexdigest()
    assert entry.bytes == len(raw)
    assert artifact.file("notes.txt").read_text() == "read me"
    assert json.loads((artifact.path / "manifest.json").read_text())["recipe"] == RECIPE
    assert [a.id for a in store] == [ID]


def test_an_array_filled_piece_by_piece(tmp_path: Path) -> None:
    store = ArtifactStore(tmp_path)
    staging = store.stage(ID)
    values = staging.array("values", (5, 2), np.float32)
    values[:] = 3
    staging.array("empty", (0, 2), np.float32)
    artifact = staging.publish(RECIPE)
    assert (artifact.array("values") == 3).all()
    assert artifact.array("empty").shape == (0, 2)
    with pytest.raises(ValueError, match="read-only"):
        artifact.array("values")[0] = 1


def test_an_array_is_opened_without_parsing_python(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python 3.11 raises SystemError when two threads parse at once, one time in thousands."""

    def refuse(*_: object, **__: object) -> None:
        raise SystemError("AST constructor recursion depth mismatch")

    store = ArtifactStore(tmp_path)
    monkeypatch.setattr(ast, "literal_eval", refuse)
    values = np.arange(6.0).reshape(2, 3)
    artifact = publish(store, values)
    assert np.array_equal(store.open(ID).array("values"), values)
    with pytest.raises(SystemError):
        np.load(artifact.file("values.npy"))


def test_an_array_of_what_was_deleted_meanwhile_is_not_found(tmp_path: Path) -> None:
    store = ArtifactStore(tmp_path)
    artifact = publish(store, np.arange(3))
    store.delete(ID)
    with pytest.raises(NotFound, match="deleted"):
        artifact.array("values")


def test_what_is_not_published_does_not_exist(tmp_path: Path) -> None:
    store = ArtifactStore(tmp_path)
    staging = store.stage(ID)
    staging.write("values", np.arange(3))
    assert not store.exists(ID)
    with pytest.raises(NotFound):
        store.open(ID)
    staging.discard()
    assert not any((tmp_path / ".staging").iterdir())


def test_two_that_publish_the_same_leave_one(tmp_path: Path) -> None:
    store = ArtifactStore(tmp_path)
    threads = [threading.Thread(target=publish, args=(store, np.arange(1000))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(list(store)) == 1
    assert not any((tmp_path / ".staging").iterdir())


def test_unknown_names_are_errors_that_name_what_is_there(tmp_path: Path) -> None:
    artifact = publish(ArtifactStore(tmp_path), np.arange(3))
    with pytest.raises(NotFound, match="it has values"):
        artifact.array("points")
    for name in ("values", "../values.npy", "manifest.json", "secret"):
        with pytest.raises(NotFound):
            artifact.file(name)


@pytest.mark.parametrize("bad", ["", "..", "AB" * 16, "ab" * 15, "ab" * 16 + "\n", "/etc/passwd"])
def test_a_name_that_is_no_id_is_not_found(tmp_path: Path, bad: str) -> None:
    store = ArtifactStore(tmp_path)
    assert not store.exists(bad)
    with pytest.raises(NotFound):
        store.open(bad)
    with pytest.raises(ValueError, match="not an artifact's id"):
        store.stage(bad)


def test_deleting(tmp_path: Path) -> None:
    store = ArtifactStore(tmp_path)
    publish(store, np.arange(3))
    store.delete(ID)
    assert not store.exists(ID)
    with pytest.raises(NotFound):
        store.delete(ID)
    publish(store, np.arange(3))
    assert store.exists(ID)


def test_killed_at_any_moment_leaves_all_or_nothing(tmp_path: Path) -> None:
    program = f"""
import numpy as np
from pathlib import Path
from repscope.core.artifacts import ArtifactStore
store = ArtifactStore(Path({str(tmp_path)!r}))
print("ready", flush=True)
for i in range(10**6):
    staging = store.stage(f"{{i:032x}}")
    staging.write("values", np.arange(5000))
    staging.publish({RECIPE!r})
"""
    for delay in (0.02, 0.05, 0.11):
        child = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
        assert child.stdout is not None
        child.stdout.readline()
        threading.Event().wait(delay)
        child.kill()
        child.wait()
        child.stdout.close()
        for artifact in ArtifactStore(tmp_path):
            raw = artifact.file("values.npy").read_bytes()
            assert hashlib.sha256(raw).hexdigest() == artifact.manifest.arrays["values"].sha256
