import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from repscope.core.artifacts import ArtifactStore
from repscope.core.errors import Cancelled, MethodFailed, NotFound
from repscope.workers.context import REPORTS_PER_SECOND, Context, Result

ID = "0123456789abcdef" * 2


class Recorder:
    """Remembers what was reported, and when."""

    def __init__(self) -> None:
        self.reports: list[tuple[float, float | None, str, dict[str, float]]] = []
        self.events: list[tuple[str, dict[str, Any]]] = []
        self.stop = False

    def progress(self, fraction: float | None, message: str, metrics: Mapping[str, float]) -> None:
        self.reports.append((time.monotonic(), fraction, message, dict(metrics)))

    def event(self, type: str, data: Mapping[str, Any]) -> None:
        self.events.append((type, dict(data)))

    def cancelled(self) -> bool:
        return self.stop


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def store(tmp_path: Path) -> ArtifactStore:
    return ArtifactStore(tmp_path / "artifacts")


@pytest.fixture
def context(store: ArtifactStore, recorder: Recorder, tmp_path: Path) -> Context:
    return Context(store.stage(ID), recorder, seed=5, work=tmp_path, publish=lambda *_: "")


def test_progress_is_thinned_out_and_the_newest_arrives(
    context: Context, recorder: Recorder
) -> None:
    started = time.monotonic()
    while time.monotonic() - started < 0.7:
        context.progress((time.monotonic() - started) / 2, "working")
    context.progress(0.5, "a long step")
    time.sleep(1.5 / REPORTS_PER_SECOND)  # the method computes and says nothing more
    assert recorder.reports[-1][1:3] == (0.5, "a long step")
    times = [report[0] for report in recorder.reports]
    assert len(times) <= 0.7 * REPORTS_PER_SECOND + 2
    assert min(np.diff(times)) > 0.8 / REPORTS_PER_SECOND


def test_close_sends_what_is_held_back_and_leaves_no_thread(
    context: Context, recorder: Recorder
) -> None:
    context.progress(0.1, "one", loss=3.0)
    context.progress(0.2, "two", loss=2.0)
    context.progress(7.0, "three", accuracy=0.5)
    context.close()
    assert recorder.reports[-1][1:] == (1.0, "three", {"loss": 2.0, "accuracy": 0.5})
    assert not any(isinstance(thread, threading.Timer) for thread in threading.enumerate())


def test_cancelling_raises_at_the_next_report(context: Context, recorder: Recorder) -> None:
    context.progress(0.1)
    recorder.stop = True
    with pytest.raises(Cancelled):
        context.progress(0.2)
    with pytest.raises(Cancelled):
        context.check()


def test_events_and_log_lines_are_all_kept(context: Context, recorder: Recorder) -> None:
    for number in range(20):
        context.event("metric", {"loss": number})
    context.log("done")
    assert len(recorder.events) == 21
    assert recorder.events[-1] == ("log", {"text": "done"})


def test_store_writes_what_the_method_did_not_write_itself(
    store: ArtifactStore, recorder: Recorder, tmp_path: Path
) -> None:
    staging = store.stage(ID)
    context = Context(staging, recorder, work=tmp_path, publish=lambda *_: "")
    big = context.array("big", (4, 2), "float32")
    big[:] = 7.0
    notes = context.path("notes.txt")
    notes.write_text("hello")
    transposed = np.arange(6).reshape(2, 3).T
    context.store(Result({"big": big, "small": transposed}, files={"notes.txt": notes}))
    recipe = {"kind": "figure", "method": "test", "version": 1}
    artifact = staging.publish(recipe)
    np.testing.assert_array_equal(artifact.array("big"), np.full((4, 2), 7.0))
    np.testing.assert_array_equal(artifact.array("small"), transposed)
    assert artifact.file("notes.txt").read_text() == "hello"


def test_store_refuses_an_array_that_was_opened_and_forgotten(context: Context) -> None:
    big = context.array("big", (4,), "float32")
    with pytest.raises(MethodFailed, match="'big' was opened but not returned"):
        context.store(Result({"big": np.array(big)}))


def test_store_refuses_a_file_that_lies_elsewhere(context: Context, tmp_path: Path) -> None:
    elsewhere = tmp_path / "notes.txt"
    elsewhere.write_text("hello")
    with pytest.raises(MethodFailed, match="notes.txt"):
        context.store(Result(files={"notes.txt": elsewhere}))


def test_an_empty_array_can_be_stored(context: Context) -> None:
    context.store(Result({"none": context.array("none", (0, 3), "float32")}))


def test_the_generator_starts_from_the_seed(context: Context) -> None:
    assert context.rng.random() == np.random.default_rng(5).random()
    assert context.rng is context.rng


def test_a_plain_call_needs_nothing() -> None:
    context = Context.local(seed=2)
    context.progress(0.5, "quiet", loss=1.0)
    context.log("quiet")
    array = context.array("values", (3,), "int32")
    array[:] = [1, 2, 3]
    assert context.work.is_dir()
    assert list(Result({"values": array}).array("values")) == [1, 2, 3]


def test_a_result_says_what_it_has() -> None:
    with pytest.raises(NotFound, match="there are: points"):
        Result({"points": np.zeros(1)}).array("features")
