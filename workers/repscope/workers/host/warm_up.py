"""Compiling the numerical engines while nothing else goes on."""

import os
import subprocess
import sys


class WarmUp:
    """Starts the compilation once, in a process of its own."""

    def __init__(self) -> None:
        """Wait for `start`."""
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Begin, unless that was done before."""
        if self._process is None:
            command = [sys.executable, "-m", "repscope.workers.runner.warm_up", str(os.getpid())]
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, start_new_session=True
            )

    def stop(self) -> None:
        """End it; what was compiled so far is kept."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
