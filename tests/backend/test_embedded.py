"""The process of the workers that `repscope serve` starts beside itself."""

import logging
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from repscope.backend.embedded import EmbeddedWorkers
from repscope.core.settings import Settings


@pytest.fixture(autouse=True)
def signals() -> Iterator[None]:
    """Undo what it does to this process: it ignores signals while it ends."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.getsignal(number) for number in numbers}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def workers() -> psutil.Process | None:
    for child in psutil.Process().children():
        try:
            if "repscope.workers.host.embedded" in child.cmdline():
                return child
        except (psutil.NoSuchProcess, psutil.ZombieProcess):
            continue
    return None


def wait_for(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_workers_that_cannot_start_are_tried_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = Settings(data=tmp_path, workers=1)
    settings.logs.mkdir(parents=True)
    with caplog.at_level(logging.ERROR), EmbeddedWorkers(settings):
        wait_for(workers)
        first = workers()
        assert first
        settings.logs.rename(tmp_path / "away")
        first.kill()
        wait_for(lambda: "the workers cannot start" in caplog.text)
        assert workers() is None
        (tmp_path / "away").rename(settings.logs)
        wait_for(workers)
    assert workers() is None
