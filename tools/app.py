"""Start the real Repscope for a while: server, worker hosts and runners, as a person would."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

STARTING_SECONDS = 60.0
STOPPING_SECONDS = 20.0
ENDED = ("done", "failed", "cancelled")


@dataclass(frozen=True)
class App:
    """A running Repscope.

    Attributes:
        url: where it answers, without a slash at the end.
        data: its data folder.
        process: the `repscope serve` process, leader of its own process group.
        log: the file that its output goes to.
        started: seconds from the start of the process to the first answer.
    """

    url: str
    data: Path
    process: subprocess.Popen[bytes]
    log: Path
    started: float

    def get(self, path: str) -> Any:
        """Return the JSON that `GET path` answers."""
        with urllib.request.urlopen(self.url + path, timeout=30) as answer:
            return json.load(answer)

    def post(self, path: str, body: Any = None) -> Any:
        """Return the JSON that `POST path` answers.

        Raises:
            urllib.error.HTTPError: the server refused.
        """
        request = urllib.request.Request(
            self.url + path,
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
            method="POST",
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def wait_for(self, job: str, *states: str, seconds: float = 120.0) -> dict[str, Any]:
        """Wait until a job is in one of the states.

        Returns:
            The job.

        Raises:
            TimeoutError: it was not after `seconds`, or it has ended in another state.
        """
        deadline = time.monotonic() + seconds
        while True:
            found: dict[str, Any] = self.get(f"/api/jobs/{job}")
            if found["state"] in states:
                return found
            if found["state"] in ENDED or time.monotonic() > deadline:
                raise TimeoutError(f"Job {job} is {found['state']}: {found['error']}")
            time.sleep(0.05)

    def finish(self, recipe: dict[str, Any], seconds: float = 120.0) -> dict[str, Any]:
        """Submit a recipe and wait until its job has ended, well or not; returns the job."""
        return self.wait_for(self.post("/api/jobs", recipe)["id"], *ENDED, seconds=seconds)

    def wait_for_method(self, name: str, seconds: float = 60.0) -> None:
        """Wait until a worker has announced a method, such as one of a plugin.

        Raises:
            TimeoutError: none has after `seconds`.
        """
        deadline = time.monotonic() + seconds
        while name not in {m["method"] for m in self.get("/api/catalogue")["methods"]}:
            if time.monotonic() > deadline:
                raise TimeoutError(f"No worker has announced the method {name}.")
            time.sleep(0.1)

    def wait_for_worker(self, seconds: float = 60.0) -> None:
        """Wait until a worker has come up.

        Raises:
            TimeoutError: none has after `seconds`.
        """
        deadline = time.monotonic() + seconds
        while not self.get("/api/health")["workers"]:
            if time.monotonic() > deadline:
                raise TimeoutError("No worker has come up.")
            time.sleep(0.1)

    def interrupt(self, seconds: float = STOPPING_SECONDS) -> int:
        """Press Ctrl-C: every process of the terminal's group hears it.

        Returns:
            The exit status.

        Raises:
            subprocess.TimeoutExpired: it has not ended after `seconds`.
        """
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(seconds)


def free_port() -> int:
    """Return a TCP port on 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def answers(url: str) -> bool:
    """Tell whether the server answers, also one that demands a token for everything else."""
    try:
        with urllib.request.urlopen(url + "/api/health/live", timeout=5) as answer:
            return bool(json.load(answer)["status"] == "alive")
    except OSError:
        return False


@contextmanager
def running_app(
    data: Path,
    *,
    command: Path | None = None,
    arguments: tuple[str, ...] = (),
    environment: Mapping[str, str] | None = None,
) -> Iterator[App]:
    """Start `repscope serve` on a free port and stop it afterwards.

    Args:
        data: the data folder; its parent gets the log, `serve.log`.
        command: the `repscope` to start; None is the one beside this Python.
        arguments: further words for `repscope serve`.
        environment: variables beside the ones that this process has.

    Raises:
        RuntimeError: the server ended, or did not answer within a minute; the message ends with its
            output.
    """
    command = command or Path(sys.executable).with_name("repscope")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    log = data.parent / "serve.log"
    begin = time.monotonic()
    with log.open("wb") as output:
        process = subprocess.Popen(
            [command, "serve", "--no-browser", "--port", str(port), "--data", data, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(environment or {})},
            cwd=data.parent,
            start_new_session=True,
        )
    try:
        while not answers(url):
            if process.poll() is not None or time.monotonic() - begin > STARTING_SECONDS:
                tail = log.read_text(errors="replace")[-4000:]
                raise RuntimeError(f"`repscope serve` did not come up. Its output:\n{tail}")
            time.sleep(0.05)
        yield App(url, data, process, log, time.monotonic() - begin)
    finally:
        stop(process)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a server: politely first, then with all that it started."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOPPING_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
