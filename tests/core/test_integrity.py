"""What is wrong with a store is found and named, and nothing else is."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from repscope.core.integrity import check_store, check_uploads
from repscope.core.uploads import UploadStore
from tests.core.conftest import DATASET, PROJECTION, Bench


def problems(bench: Bench, *, quick: bool = False) -> list[str]:
    return [found.what for found in check_store(bench.artifacts.root, quick=quick).findings]


@pytest.fixture
def folder(bench: Bench) -> Path:
    """The folder of one artifact among four."""
    job = bench.submit(PROJECTION)
    bench.work()
    return bench.artifacts.open(job.id).path


def rewrite(folder: Path, **values: object) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


def test_a_whole_store_is_well(bench: Bench, folder: Path) -> None:
    bench.artifacts.stage("0" * 32)  # somebody makes something meanwhile
    seen: list[tuple[int, int]] = []

    def progress(done: int, total: int) -> None:
        seen.append((done, total))

    report = check_store(bench.artifacts.root, quick=False, progress=progress)
    assert (report.artifacts, report.findings) == (4, [])
    assert report.bytes == 4 * (folder / "values.npy").stat().st_size
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]


def flip(folder: Path) -> None:
    data = bytearray((folder / "values.npy").read_bytes())
    data[-1] ^= 1
    (folder / "values.npy").write_bytes(data)


def other_shape(folder: Path) -> None:
    entry = json.loads((folder / "manifest.json").read_text())["arrays"]["values"]
    rewrite(folder, arrays={"values": entry | {"shape": [4]}})


DAMAGE: list[tuple[Callable[[Path], object], str]] = [
    (lambda folder: (folder / "manifest.json").unlink(), "manifest is missing"),
    (lambda folder: (folder / "manifest.json").write_text("{"), "cannot be read"),
    (lambda folder: (folder / "manifest.json").write_text("[]"), "cannot be read"),
    (lambda folder: rewrite(folder, id="0" * 32), "of another artifact"),
    (lambda folder: rewrite(folder, recipe={}), "cannot be read"),
    (lambda folder: (folder / "values.npy").unlink(), "values.npy is missing"),
    (lambda folder: (folder / "values.npy").write_bytes(b"short"), "5 bytes instead of"),
    (lambda folder: np.save(folder / "more.npy", np.zeros(1)), "more.npy is not in its manifest"),
    (flip, "its checksum differs"),
    (other_shape, "values.npy is"),
]


@pytest.mark.parametrize(("damage", "said"), DAMAGE)
def test_damage_is_named(
    damage: Callable[[Path], object], said: str, bench: Bench, folder: Path
) -> None:
    damage(folder)
    (found,) = check_store(bench.artifacts.root, quick=False).findings
    assert said in found.what
    assert found.where == str(folder)
    assert "makes it anew" in found.remedy


def test_a_changed_recipe_is_noticed(bench: Bench, folder: Path) -> None:
    recipe = bench.artifacts.open(folder.name).recipe
    rewrite(folder, recipe=recipe | {"seed": 7})
    (said,) = problems(bench)
    assert "the manifest was changed" in said


def test_a_quick_look_compares_sizes(bench: Bench, folder: Path) -> None:
    flip(folder)
    assert problems(bench, quick=True) == []
    (folder / "values.npy").write_bytes(b"")
    assert len(problems(bench, quick=True)) == 1


def test_what_does_not_belong_there_is_named(bench: Bench, folder: Path) -> None:
    shutil.copytree(folder, bench.artifacts.root / "zz" / folder.name)
    (bench.artifacts.root / "notes.txt").write_text("hello")
    assert problems(bench) == ["This is no artifact, and does not belong into the store."] * 2


def test_the_remedy_works(bench: Bench, folder: Path) -> None:
    (folder / "manifest.json").unlink()
    shutil.rmtree(folder)
    bench.submit(PROJECTION)
    assert bench.work() == ["projection"]
    assert problems(bench) == []
    assert bench.submit(DATASET).state == "done"


def test_uploads_are_compared_with_their_checksums(tmp_path: Path) -> None:
    store = UploadStore(tmp_path / "uploads")
    for data in (b"one", b"another"):
        with store.receive(limit=100, floor=0) as incoming:
            incoming.write(data)
            incoming.keep()
    report = check_uploads(store, quick=False)
    assert (report.artifacts, report.bytes, report.findings) == (2, 10, [])
    rotten = store.path(next(iter(store)).sha256)
    rotten.write_bytes(b"rot")
    stray = rotten.parent / "photo.jpg"
    stray.touch()
    (tmp_path / "uploads" / ".staging" / "half").touch()  # somebody sends it right now
    found = {each.where: each.what for each in check_uploads(store, quick=False).findings}
    assert found == {
        str(rotten): "It is not what was sent.",
        str(stray): "This is no upload, and does not belong here.",
    }
    assert [each.where for each in check_uploads(store, quick=True).findings] == [str(stray)]
