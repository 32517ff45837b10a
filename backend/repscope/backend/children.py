"""The worker hosts of embedded running: started, watched, restarted, ended.

Each child leads a process group of its own, so that Ctrl-C in the terminal reaches only the server,
and holds the read end of a pipe whose write end only the server has. When the server is gone,
however it went, the pipe ends and so does the child.
"""

import contextlib
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from repscope.core.errors import RepscopeError
from repscope.core.settings import Settings

log = logging.getLogger(__name__)

#: Seconds between looks at whether all children live.
_LOOK = 0.1
#: Seconds before a crashed child starts again: at first, and at most when it crashes every time.
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 5.0
#: A child that lived this many seconds had started well.
_SETTLED = 5.0
#: Seconds that children get to give their jobs back and end.
_PATIENCE = 5.0
#: A log larger than this is set aside when its child starts.
_LOG_BYTES = 5_000_000


@dataclass
class _Child:
    """One worker host and how it fares."""

    name: str
    arguments: list[str]
    process: "subprocess.Popen[bytes] | None" = None
    started: float = 0.0
    pause: float = _FIRST_PAUSE
    next_start: float = 0.0
    command: list[str] = field(init=False)

    def __post_init__(self) -> None:
        """Put the command together."""
        module = [sys.executable, "-m", "repscope.workers.host"]
        self.command = [*module, *self.arguments, "--name", self.name, "--with-parent"]


class Children:
    """Hosts for live calls, for jobs and for training, as long as the context lasts."""

    def __init__(self, settings: Settings, free: Callable[[str], None]) -> None:
        """Prepare `settings.workers` hosts for jobs, one for live calls, and one for training.

        A training takes hours; beside it maps and live calls go on.

        Args:
            settings: Handed on to the children.
            free: Called with the name of a child that died, to give its job to another at once.
        """
        self._settings = settings
        self._free = free
        jobs = ["--queues", "compute"]
        self._children = [
            _Child("live", ["--live"]),
            *(_Child(f"worker-{i + 1}", jobs) for i in range(settings.workers)),
            _Child("train", ["--queues", "train", "--beside"]),
        ]
        self._ending = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="children", daemon=True)

    def __enter__(self) -> Self:
        """Start all."""
        for child in self._children:
            self._start(child)
        self._watcher.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End all, within seconds."""
        # A second Ctrl-C must not leave half of them behind.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        self._ending.set()
        self._watcher.join()
        running = [child.process for child in self._children if child.process is not None]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + _PATIENCE
        for process in running:
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                log.warning("process %d does not end; it is killed", process.pid)
            _kill_group(process.pid)
            process.wait()
            _close(process)

    def _start(self, child: _Child) -> None:
        with _open_log(self._settings.logs / f"{child.name}.log") as output:
            child.process = subprocess.Popen(
                child.command,
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=_environment(self._settings),
                start_new_session=True,
            )
        child.started = time.monotonic()
        log.info("started %s as process %d", child.name, child.process.pid)

    def _watch(self) -> None:
        while not self._ending.wait(_LOOK):
            for child in self._children:
                if child.process is not None and child.process.poll() is not None:
                    self._bury(child)
                if child.process is None and time.monotonic() >= child.next_start:
                    self._start(child)

    def _bury(self, child: _Child) -> None:
        assert child.process is not None
        process, child.process = child.process, None
        _kill_group(process.pid)
        _close(process)
        now = time.monotonic()
        if now - child.started > _SETTLED:
            child.pause = _FIRST_PAUSE
        child.next_start = now + child.pause
        log.warning(
            "%s ended with status %d; it starts again in %.1f s",
            child.name,
            process.returncode,
            child.pause,
        )
        child.pause = min(2 * child.pause, _LONGEST_PAUSE)
        with contextlib.suppress(RepscopeError):  # it does so itself when it starts again
            self._free(child.name)


def _kill_group(leader: int) -> None:
    """Kill what is left of a child's process group."""
    # macOS says `PermissionError` where nothing but a zombie is left.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def _close(process: "subprocess.Popen[bytes]") -> None:
    assert process.stdin is not None
    process.stdin.close()


def _open_log(path: Path) -> BinaryIO:
    if path.exists() and path.stat().st_size > _LOG_BYTES:
        path.replace(path.with_suffix(".log.1"))
    return path.open("ab")


def _environment(settings: Settings) -> dict[str, str]:
    """Hand the settings on; children read them from the environment."""
    handed_on = {
        "REPSCOPE_DATA": str(settings.data),
        "REPSCOPE_LEASE_SECONDS": str(settings.lease_seconds),
        "REPSCOPE_LOG_LEVEL": settings.log_level,
        # A file in the current folder must not stand in for a library of the same name.
        "PYTHONSAFEPATH": "1",
        "PYTHONUNBUFFERED": "1",
    }
    environment = os.environ | handed_on
    environment.pop("REPSCOPE_TOKEN", None)  # none of a plugin's business
    return environment
