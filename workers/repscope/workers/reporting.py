"""The way out of a running method: progress, events, and the wish that it stop."""

import threading
import time
from collections.abc import Mapping
from typing import Any, Protocol

REPORTS_PER_SECOND = 5.0


class Reporter(Protocol):
    """The way out of a running method; the runner implements it.

    `Context` serializes the calls to `progress` and `event`, but a delayed report comes from a
    timer's thread, so nothing here may be bound to the thread that runs the method.
    """

    def progress(self, fraction: float | None, message: str, metrics: Mapping[str, float]) -> None:
        """Show how far the job is (0 to 1, or None for unknown). At most five calls a second."""

    def event(self, type: str, data: Mapping[str, Any]) -> None:
        """Append one row to the job's numbered events."""

    def cancelled(self) -> bool:
        """Whether nobody wants this job any more. Asked often: it must answer at once."""

    def finishing(self) -> bool:
        """Whether somebody wants what there is, instead of waiting for the whole."""

    def finished_early(self, artifact_id: str) -> None:
        """Take note of what was published of the job so far."""


class Throttle:
    """Thins out reports to five a second; the newest always arrives, if need be a moment late.

    A method may say "fitting" right after another report and then compute for a minute. Dropping
    that message would show the wrong step for the whole minute, so a timer delivers it.
    """

    def __init__(self, reporter: Reporter) -> None:
        """Thin out what goes to `reporter`."""
        self._reporter = reporter
        self._lock = threading.Lock()
        self._last = float("-inf")
        self._held: tuple[float | None, str, dict[str, float]] | None = None
        self._timer: threading.Timer | None = None

    def progress(self, fraction: float | None, message: str, metrics: Mapping[str, float]) -> None:
        """Report now, or hold the report back until its turn."""
        with self._lock:
            known = self._held[2] if self._held else {}
            self._held = (fraction, message, {**known, **metrics})
            wait = self._last + 1.0 / REPORTS_PER_SECOND - time.monotonic()
            if wait <= 0.0:
                self._send()
            elif self._timer is None:
                self._timer = threading.Timer(wait, self._late)
                self._timer.daemon = True
                self._timer.start()

    def event(self, type: str, data: Mapping[str, Any]) -> None:
        """Pass an event on."""
        with self._lock:
            self._reporter.event(type, data)

    def close(self) -> None:
        """Send what is still held back."""
        with self._lock:
            timer = self._timer
            self._send()
        if timer is not None:
            timer.join()

    def _late(self) -> None:
        with self._lock:
            # A timer that was cancelled a moment too late finds another one, or none, in its place.
            if threading.current_thread() is self._timer:
                self._send()

    def _send(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._held is not None:
            fraction, message, metrics = self._held
            self._held = None
            self._last = time.monotonic()
            self._reporter.progress(fraction, message, metrics)


class Silent:
    """The reporter of a plain call."""

    def progress(self, fraction: float | None, message: str, metrics: Mapping[str, float]) -> None:
        """Say nothing."""

    def event(self, type: str, data: Mapping[str, Any]) -> None:
        """Say nothing."""

    def cancelled(self) -> bool:
        """Nobody can cancel it."""
        return False

    def finishing(self) -> bool:
        """Nobody can ask for less."""
        return False

    def finished_early(self, artifact_id: str) -> None:
        """Say nothing."""


class Muted(Silent):
    """The reporter of a step of a method: it says nothing, and ends when the method has to."""

    def __init__(self, reporter: Reporter) -> None:
        """Listen to the reporter of the method."""
        self._reporter = reporter

    def cancelled(self) -> bool:
        """Whether nobody wants the method's job any more."""
        return self._reporter.cancelled()
