"""Services of the compose file as processes of this machine: their very commands and settings.

Only addresses, ports and the data folder are others, since here all services share one machine.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psutil

from tests.compose.composition import seconds

#: Seconds in which a service has to be healthy, on a machine that does much else.
STARTING_SECONDS = 120.0


class Service:
    """One service, started any number of times."""

    def __init__(
        self, name: str, description: dict[str, Any], folder: Path, here: Mapping[str, str]
    ) -> None:
        """Prepare; `start` runs it.

        Args:
            name: As in the compose file.
            description: What the compose file says of it.
            folder: Gets the logs.
            here: What stands for what on this machine.
        """
        self._name = name
        self._folder = folder
        self._here = here
        self._command = [self._moved(word) for word in description["command"]]
        self._health = [self._moved(word) for word in description["healthcheck"]["test"]]
        settings = description.get("environment", {})
        self.grace = seconds(description["stop_grace_period"])
        self.processes: list[subprocess.Popen[bytes]] = []
        self._environment = {
            # As in a container: nothing of the caller's own settings.
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(folder),
            # The machine that tests has its engines compiled, or shares its cores with a compiler.
            "REPSCOPE_WARM_UP": "false",
            **{key: self._moved(value) for key, value in settings.items()},
        }

    def start(self) -> None:
        """Run the command once more."""
        log = self._folder / f"{self._name}-{len(self.processes)}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                self._command,
                env=self._environment,
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.processes.append(process)

    def healthy(self) -> bool:
        """Ask as Docker would."""
        kind, *test = self._health
        command = ["/bin/sh", "-c", *test] if kind == "CMD-SHELL" else test
        asked = subprocess.run(command, env=self._environment, capture_output=True, timeout=60)
        return asked.returncode == 0

    def wait_until_healthy(self) -> None:
        """Ask until the answer is yes.

        Raises:
            TimeoutError: It was not in time, or the process has ended.
        """
        deadline = time.monotonic() + STARTING_SECONDS
        while not self.healthy():
            ended = any(process.poll() is not None for process in self.processes)
            if ended or time.monotonic() > deadline:
                raise TimeoutError(f"{self._name} is not healthy.\n{self.said()}")
            time.sleep(0.2)

    def said(self) -> str:
        """What its processes printed."""
        logs = sorted(self._folder.glob(f"{self._name}-*.log"))
        return "\n".join(log.read_text(errors="replace") for log in logs)

    def family(self) -> list[psutil.Process]:
        """Its processes and what they started."""
        running = [psutil.Process(each.pid) for each in self.processes if each.poll() is None]
        return [each for root in running for each in (root, *root.children(recursive=True))]

    def stop(self) -> list[int]:
        """Send the stop signal to every process; returns their exit statuses.

        Raises:
            subprocess.TimeoutExpired: One took longer than its grace.
        """
        deadline = time.monotonic() + self.grace
        for process in self.processes:
            process.send_signal(signal.SIGTERM)
        return [each.wait(max(0.1, deadline - time.monotonic())) for each in self.processes]

    def kill(self) -> None:
        """End whatever is left, when a test failed half-way."""
        for process in self.family():
            process.kill()
        for started in self.processes:
            started.wait()

    def _moved(self, word: str) -> str:
        for there, here in self._here.items():
            word = word.replace(there, here)
        return word
