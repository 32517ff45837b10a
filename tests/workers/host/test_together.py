"""Hosts that share a process end together."""

import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from repscope.core.errors import RepscopeError
from repscope.core.settings import Settings
from repscope.workers.host.loop import Host
from repscope.workers.host.together import work


class Waiting(Host):
    """Does nothing until it is stopped."""

    def run(self) -> None:
        assert self._stopping.wait(20)


class Failing(Host):
    """A host whose runner does not start."""

    def run(self) -> None:
        raise RepscopeError("The runner did not start.")


@pytest.fixture(autouse=True)
def _handlers() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path)


def test_one_that_fails_ends_the_others(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    assert work([Waiting("one", ["compute"], settings), Failing("two", ["train"], settings)]) == 1
    assert "the worker host two failed: The runner did not start." in caplog.text
    assert "Traceback" not in caplog.text


def test_a_signal_ends_all(settings: Settings) -> None:
    hosts = [Waiting(name, ["compute"], settings) for name in ("one", "two")]
    threading.Timer(0.1, signal.raise_signal, [signal.SIGTERM]).start()
    assert work(hosts) == 0
