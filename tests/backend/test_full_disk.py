"""A disk that fills up: told before it happens, nothing torn when it does, all well afterwards."""

import hashlib
import time
import urllib.error
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from repscope.backend.cli import main
from repscope.core.artifacts import ArtifactStore
from tests.backend.conftest import Bench, open_bench
from tests.backend.recipes import DIGITS, MAP
from tests.small_disk import Ballast, small_disk
from tools.app import App, running_app

pytestmark = [pytest.mark.small_disk, pytest.mark.slow]

MEGABYTES = 48
FLOOR = 8 * 2**20
#: Its images alone take 12 MB.
SHAPES = {"kind": "dataset", "method": "shapes", "params": {"count": 1000, "image_size": 64}}


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "disk", MEGABYTES) as disk:
        yield disk


@pytest.fixture
def app(disk: Path) -> Iterator[App]:
    environment = {"REPSCOPE_FREE_SPACE_FLOOR": str(FLOOR)}
    # The server's own output goes beside its data folder.
    with running_app(disk / "data", environment=environment) as app:
        yield app


def refusal(call: Callable[[], Any]) -> int:
    """The status with which a server refuses."""
    with pytest.raises(urllib.error.HTTPError) as caught:
        call()
    with caught.value as error:
        return error.code


def assert_whole(store: ArtifactStore) -> None:
    """Every artifact has the bytes that its manifest says, and nothing is left half-made."""
    for artifact in store:
        parts = {f"{name}.npy": e.sha256 for name, e in artifact.manifest.arrays.items()}
        parts |= {name: entry.sha256 for name, entry in artifact.manifest.files.items()}
        for name, digest in parts.items():
            data = (artifact.path / name).read_bytes()
            assert hashlib.sha256(data).hexdigest() == digest
    assert list((store.root / ".staging").iterdir()) == []


def test_a_server_refuses_in_time_and_goes_on_afterwards(app: App, disk: Path) -> None:
    made = app.finish(DIGITS)
    assert made["state"] == "done"
    ballast = Ballast(disk)
    ballast.fill(leave=FLOOR // 2)
    assert refusal(lambda: app.post("/api/jobs", MAP)) == 507
    assert refusal(lambda: app.get("/api/health/ready")) == 503
    # What is there is there.
    assert app.post("/api/jobs", DIGITS)["state"] == "done"
    assert app.get(f"/api/artifacts/{made['id']}")["kind"] == "dataset"
    ballast.drop()
    assert app.get("/api/health/ready")["status"] == "ready"
    assert app.finish(MAP)["state"] == "done"
    assert_whole(ArtifactStore(app.data / "artifacts"))


def test_what_is_queued_waits_for_room(disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPSCOPE_FREE_SPACE_FLOOR", str(FLOOR))
    for bench in open_bench(disk / "data"):
        job = bench.client.post("/api/jobs", json=MAP).json()["id"]
    ballast = Ballast(disk)
    ballast.fill(leave=FLOOR // 2)
    with running_app(disk / "data") as app:
        while not any(w["state"] == "full" for w in app.get("/api/health")["workers"]):
            time.sleep(0.1)
        assert app.get(f"/api/jobs/{job}")["state"] in ("waiting", "queued")
        ballast.drop()
        assert app.wait_for(job, "done")["attempts"] == 1
        assert_whole(ArtifactStore(app.data / "artifacts"))


def test_a_job_that_fills_the_disk_fails_whole_and_can_be_tried_again(
    disk: Path,
) -> None:
    with running_app(disk / "data", environment={"REPSCOPE_FREE_SPACE_FLOOR": "0"}) as app:
        assert app.finish(DIGITS)["state"] == "done"
        ballast = Ballast(disk)
        ballast.fill(leave=6 * 2**20)
        failed = app.finish(SHAPES)
        assert failed["state"] == "failed"
        assert failed["attempts"] == 1
        assert "disk was full" in failed["error"]["message"]
        assert_whole(ArtifactStore(app.data / "artifacts"))
        ballast.drop()
        app.post(f"/api/jobs/{failed['id']}/retry")
        assert app.wait_for(failed["id"], "done")["error"] is None
        assert_whole(ArtifactStore(app.data / "artifacts"))


def test_a_server_that_cannot_begin_says_so(disk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Ballast(disk).fill(leave=0)
    assert main(["serve", "--data", str(disk / "data"), "--port", "0", "--no-browser"]) == 1
    assert capsys.readouterr().err == (
        "repscope: The disk is full; free some space and try again.\n"
    )


def test_an_array_is_refused_before_it_is_written(disk: Path) -> None:
    store = ArtifactStore(disk / "artifacts")
    staging = store.stage("0" * 32)
    with pytest.raises(OSError, match="No space left"):
        staging.array("images", (2 * MEGABYTES, 2**20), np.uint8)
    staging.discard()
    assert_whole(store)


def test_a_job_table_without_room_says_so_and_loses_nothing(
    disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REPSCOPE_FREE_SPACE_FLOOR", "0")
    bench: Bench
    for bench in open_bench(disk / "data"):
        before = bench.client.post("/api/jobs", json=DIGITS).json()
        ballast = Ballast(disk)
        ballast.fill(leave=0)
        statuses = {bench.client.post("/api/jobs", json=recipe(i)).status_code for i in range(40)}
        assert 507 in statuses
        assert statuses <= {202, 507}
        assert bench.client.get(f"/api/jobs/{before['id']}").json()["state"] == "queued"
        ballast.drop()
        assert bench.client.post("/api/jobs", json=MAP).status_code == 202
        bench.work()
        assert bench.client.get(f"/api/jobs/{before['id']}").json()["state"] == "done"


def recipe(seed: int) -> dict[str, Any]:
    return {**SHAPES, "seed": seed, "params": {"count": 10}}
