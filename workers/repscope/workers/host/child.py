"""The runner as its host sees it: a process group with a line to it."""

import logging
import os
import queue
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import psutil

from repscope.workers.host.threads import environment_beside, environment_of_live_calls
from repscope.workers.runner.channel import Receiver, Sender

log = logging.getLogger(__name__)


class Runner:
    """A running runner process; started by exec, since a fork would copy threads and CUDA."""

    def __init__(self, *, live: Path | None, beside: bool) -> None:
        """Start the process; it says hello once it is ready.

        Args:
            live: Socket at which it answers live calls instead of making jobs.
            beside: Give way to other processes.
        """
        up_read, up_write = os.pipe()
        command = [sys.executable, "-m", "repscope.workers.runner", str(os.getpid()), str(up_write)]
        environment = None
        if live is not None:
            command += ["--live", str(live)]
            environment = environment_of_live_calls()
        if beside:
            command += ["--beside"]
            environment = environment_beside()
        self._process = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.PIPE,
            pass_fds=[up_write],
            # A group of its own, so that killing it takes its children along.
            start_new_session=True,
        )
        os.close(up_write)
        assert self._process.stdin is not None, "stdin is a pipe"
        self._orders = Sender(self._process.stdin.fileno())
        self._heard: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._listener = threading.Thread(target=self._listen, args=(up_read,), daemon=True)
        self._listener.start()
        self.made = 0

    @property
    def pid(self) -> int:
        """Process number."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process.poll() is None

    @property
    def ending(self) -> str:
        """How the process ended, in words."""
        code = self._process.poll()
        if code is None:
            return "it still runs"
        if code < 0:
            return f"its process was ended by {signal.Signals(-code).name}"
        return f"its process left with code {code}"

    @property
    def memory(self) -> int:
        """Bytes of memory that the process and its children hold."""
        try:
            process = psutil.Process(self.pid)
            family = [process, *process.children(recursive=True)]
            return sum(each.memory_info().rss for each in family)
        except psutil.NoSuchProcess:
            return 0

    def make(self, recipe: dict[str, Any]) -> None:
        """Order an artifact."""
        self._order(do="make", recipe=recipe)

    def finish(self) -> None:
        """Ask for what the present job has made so far."""
        self._order(do="finish")

    def cancel(self) -> None:
        """Ask for the present job to stop."""
        self._order(do="cancel")

    def hear(self, timeout: float) -> dict[str, Any] | None:
        """Return the next message, or nothing if none came in time or the process is gone."""
        try:
            return self._heard.get(timeout=timeout)
        except queue.Empty:
            return None

    def stop(self, patience: float = 2.0) -> None:
        """End the process group: TERM, and KILL when that is not heard within `patience` s."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self.pid, number)
            except ProcessLookupError:
                break
            try:
                self._process.wait(patience)
            except subprocess.TimeoutExpired:
                continue
            # What the runner itself started may outlive its TERM.
            patience = 0.0
        self._process.wait()
        self._listener.join()
        assert self._process.stdin is not None, "stdin is a pipe"
        self._process.stdin.close()

    def _order(self, **message: Any) -> None:
        try:
            self._orders.send(**message)
        except BrokenPipeError:
            log.warning("the runner %d is gone", self.pid)  # whoever waits for it sees that too

    def _listen(self, descriptor: int) -> None:
        receiver = Receiver(descriptor)
        while (message := receiver.receive()) is not None:
            self._heard.put(message)
        receiver.close()
        self._heard.put(None)
