"""One attempt at one job: from the order to the runner to the last row in the table."""

import logging
import time
from typing import Any

import psutil

from repscope.core.jobs import Job, Leases, Signal
from repscope.workers.host.child import Runner
from repscope.workers.host.remaining import Remaining

log = logging.getLogger(__name__)

#: Seconds between two looks at whether the job is still wanted.
_LOOK = 0.2
#: Seconds that a runner has to stop by itself when asked.
_PATIENCE = 2.0
#: Share of the machine's memory that one runner may hold.
_MEMORY_SHARE = 0.9


class Attempt:
    """Holds one lease while the runner works."""

    def __init__(self, job: Job, runner: Runner, leases: Leases, lease_seconds: float) -> None:
        """Take a claimed job."""
        self._job = job
        self._runner = runner
        self._leases = leases
        self._renew_every = lease_seconds / 6
        self._remaining = Remaining()
        self._finishing = False

    def run(self, stopping: Any) -> None:
        """Order the artifact and see it through.

        Args:
            stopping: An event that is set when this host shall end; the job then goes back.
        """
        self._runner.make(self._job.recipe)
        looked = renewed = time.monotonic()
        while True:
            message = self._runner.hear(_LOOK)
            if message is not None and self._handle(message):
                return
            if not self._runner.alive:
                if (last := self._drain()) is not None and self._handle(last):
                    return
                self._leases.release(self._job, self._runner.ending, counts=True)
                return
            now = time.monotonic()
            if stopping.is_set():
                self._leases.release(self._job, "its worker was stopped", counts=False)
                return
            if now - looked < _LOOK:
                continue
            looked = now
            signal = self._leases.look(self._job)
            if signal == "go" and now - renewed >= self._renew_every:
                renewed = now
                signal = self._leases.renew(self._job)
                if self._too_large():
                    return
            if signal == "finish" and not self._finishing:
                self._finishing = True
                self._runner.finish()
            elif signal in ("cancel", "lost") and self._halt(signal):
                return

    def _handle(self, message: dict[str, Any]) -> bool:
        """Pass a message on; tells whether it was the last."""
        job, leases = self._job, self._leases
        match message["say"]:
            case "progress":
                fraction = message["fraction"]
                remaining = self._remaining.update(fraction)
                leases.progress(job, fraction, message["message"], remaining, message["metrics"])
                return False
            case "event":
                leases.event(job, message["type"], message["data"])
                return False
            case "published":
                leases.settle(message["id"])
                leases.event(job, "published", {"id": message["id"]})
                return False
            case "early":
                leases.settle(message["id"])
                leases.finished_early(job, message["id"])
                self._finishing = False
                return False
            case "done":
                leases.finish(job)
            case "cancelled":
                leases.cancelled(job)
            case "failed":
                leases.fail(job, message["message"], message["detail"])
        return True

    def _drain(self) -> dict[str, Any] | None:
        """Handle what a runner said before it died; returns its verdict if it gave one."""
        while (message := self._runner.hear(0.5)) is not None:
            if message["say"] in ("done", "failed", "cancelled"):
                return message
            self._handle(message)
        return None

    def _halt(self, signal: Signal) -> bool:
        """Stop the runner's work: by asking, and by force when it does not listen.

        Returns:
            False if somebody asked for the job again before force was needed.
        """
        self._runner.cancel()
        deadline = time.monotonic() + _PATIENCE
        while self._runner.alive and time.monotonic() < deadline:
            message = self._runner.hear(0.1)
            if message is not None and message["say"] in ("done", "failed", "cancelled"):
                if message["say"] == "done":
                    self._leases.finish(self._job)
                break
        else:
            if self._leases.look(self._job) == "go":
                return False
            self._runner.stop()
        if signal == "cancel":
            self._leases.cancelled(self._job)
        return True

    def _too_large(self) -> bool:
        limit = _MEMORY_SHARE * psutil.virtual_memory().total
        if self._runner.memory < limit:
            return False
        self._runner.stop()
        self._leases.fail(
            self._job,
            f"It needed more than {limit / 2**30:.0f} GiB of memory and was stopped; "
            "take fewer or smaller images.",
        )
        return True
