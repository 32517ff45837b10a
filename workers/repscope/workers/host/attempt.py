"""One attempt at one job: from the order to the runner to the last row in the table."""

import logging
import time
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar

import psutil

from repscope.core.jobs import Job, Leases, Signal
from repscope.workers.host.child import Runner
from repscope.workers.host.patience import Patience
from repscope.workers.host.remaining import Remaining

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

#: Seconds between two looks at whether the job is still wanted.
_LOOK = 0.2
#: Seconds that a runner has to stop by itself when asked, and one that writes a checkpoint first.
_PATIENCE, _LONG_PATIENCE = 2.0, 20.0
#: Share of the machine's memory that one runner may hold.
_MEMORY_SHARE = 0.9


class Attempt:
    """Holds one lease while the runner works."""

    def __init__(
        self, job: Job, runner: Runner, leases: Leases, patience: Patience, lease_seconds: float
    ) -> None:
        """Take a claimed job."""
        self._job = job
        self._runner = runner
        self._leases = leases
        self._patience = patience
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
                self._say(self._leases.release, self._runner.ending, counts=True)
                return
            now = time.monotonic()
            if stopping.is_set():
                self._runner.stop()  # before another host may begin
                self._say(self._leases.release, "its worker was stopped", counts=False)
                return
            if now - looked < _LOOK:
                continue
            looked = now
            signal = self._say(self._leases.look)
            if signal == "go" and now - renewed >= self._renew_every:
                renewed = now
                signal = self._say(self._leases.renew)
                if self._too_large():
                    return
            if signal == "finish" and not self._finishing:
                self._finishing = True
                self._runner.finish()
            elif signal in ("cancel", "lost") and self._halt(signal):
                return

    def _handle(self, message: dict[str, Any]) -> bool:
        """Pass a message on; tells whether it was the last."""
        leases, say = self._leases, self._say
        match message["say"]:
            case "progress":
                fraction = message["fraction"]
                remaining = self._remaining.update(fraction)
                news = (fraction, message["message"], remaining, message["metrics"])
                say(leases.progress, *news)
                return False
            case "event":
                say(leases.event, message["type"], message["data"])
                return False
            case "published":
                self._patience(leases.settle, message["id"])
                say(leases.event, "published", {"id": message["id"]})
                return False
            case "early":
                self._patience(leases.settle, message["id"])
                say(leases.finished_early, message["id"])
                self._finishing = False
                return False
            case "done":
                say(leases.finish)
            case "cancelled":
                say(leases.cancelled)
            case "failed":
                say(leases.fail, message["message"], message["detail"])
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
        patience = _LONG_PATIENCE if self._job.queue == "train" else _PATIENCE
        deadline = time.monotonic() + patience
        while self._runner.alive and time.monotonic() < deadline:
            message = self._runner.hear(0.1)
            if message is not None and message["say"] in ("done", "failed", "cancelled"):
                if message["say"] == "done":
                    self._say(self._leases.finish)
                break
        else:
            if self._say(self._leases.look) == "go":
                return False
            self._runner.stop()
        if signal == "cancel":
            self._say(self._leases.cancelled)
        return True

    def _too_large(self) -> bool:
        limit = _MEMORY_SHARE * psutil.virtual_memory().total
        if self._runner.memory < limit:
            return False
        self._runner.stop()
        self._say(
            self._leases.fail,
            f"It needed more than {limit / 2**30:.0f} GiB of memory and was stopped; "
            "take fewer or smaller images.",
        )
        return True

    def _say(
        self, action: Callable[Concatenate[Job, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Say something about this job to the table, which may be away for a moment."""
        return self._patience(action, self._job, *args, **kwargs)
