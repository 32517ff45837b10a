"""The workers of embedded running: one process with every host, watched, restarted, ended.

It leads a process group of its own, so that Ctrl-C in the terminal reaches only the server, and
holds the read end of a pipe whose write end only the server has. When the server is gone, however
it went, the pipe ends and so does the process.
"""

import contextlib
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from repscope.core.settings import Settings

log = logging.getLogger(__name__)

_COMMAND = [sys.executable, "-m", "repscope.workers.host.embedded"]
#: Seconds between looks at whether it lives.
_LOOK = 0.1
#: Seconds before it starts again after a crash: at first, and at most when it crashes every time.
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 5.0
#: A process that lived this many seconds had started well.
_SETTLED = 2.0
#: Seconds that it gets to give its jobs back and end.
_PATIENCE = 5.0
#: A log larger than this is set aside when the process starts.
_LOG_BYTES = 5_000_000


class EmbeddedWorkers:
    """The process of the worker hosts, as long as the context lasts."""

    def __init__(self, settings: Settings) -> None:
        """Prepare.

        Args:
            settings: Handed on to the process.
        """
        self._settings = settings
        self._process: subprocess.Popen[bytes]
        self._ending = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="workers", daemon=True)

    def __enter__(self) -> Self:
        """Start it."""
        self._start()
        self._watcher.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End it, within seconds."""
        # A second Ctrl-C must not leave half of it behind.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        self._ending.set()
        self._watcher.join()
        self._process.terminate()
        try:
            self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            log.warning("process %d does not end; it is killed", self._process.pid)
        self._bury()

    def _start(self) -> None:
        with _open_log(self._settings.logs / "workers.log") as output:
            self._process = subprocess.Popen(
                _COMMAND,
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=_environment(self._settings),
                start_new_session=True,
            )
        log.info("started the workers as process %d", self._process.pid)

    def _watch(self) -> None:
        pause, started = _FIRST_PAUSE, time.monotonic()
        while not self._ending.wait(_LOOK):
            if self._process.poll() is None:
                continue
            if time.monotonic() - started > _SETTLED:
                pause = _FIRST_PAUSE
            code = self._process.returncode
            log.warning("the workers ended with status %d; they start again in %.1f s", code, pause)
            self._bury()
            while not self._ending.wait(pause):
                pause = min(2 * pause, _LONGEST_PAUSE)
                try:
                    self._start()
                except OSError as error:
                    # A full disk, or too many processes: that passes.
                    log.error("the workers cannot start (%s); again in %.1f s", error, pause)
                else:
                    break
            started = time.monotonic()

    def _bury(self) -> None:
        """End what is left of the process group."""
        # macOS says `PermissionError` where nothing but a zombie is left.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        assert self._process.stdin is not None, "stdin is a pipe"
        self._process.stdin.close()


def _open_log(path: Path) -> BinaryIO:
    if path.exists() and path.stat().st_size > _LOG_BYTES:
        path.replace(path.with_suffix(".log.1"))
    return path.open("ab")


def _environment(settings: Settings) -> dict[str, str]:
    """Hand the settings on; the process reads them from the environment."""
    handed_on = {
        "REPSCOPE_DATA": str(settings.data),
        "REPSCOPE_WORKERS": str(settings.workers),
        "REPSCOPE_LEASE_SECONDS": str(settings.lease_seconds),
        "REPSCOPE_LOG_LEVEL": settings.log_level,
        # A file in the current folder must not stand in for a library of the same name.
        "PYTHONSAFEPATH": "1",
        "PYTHONUNBUFFERED": "1",
    }
    environment = os.environ | handed_on
    environment.pop("REPSCOPE_TOKEN", None)  # none of a plugin's business
    return environment
