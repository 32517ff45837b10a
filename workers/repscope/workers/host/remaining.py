"""How long a job still takes."""

import time

#: Neither a moment nor a percent of progress says anything about the rest.
_LEAST_SECONDS = 1.0
_LEAST_FRACTION = 0.01


class Remaining:
    """Estimates the remaining time from the fractions that a job reports."""

    def __init__(self) -> None:
        """Wait for the first progress."""
        self._first: tuple[float, float] | None = None  # time and fraction

    def update(self, fraction: float | None) -> float | None:
        """Return the remaining seconds, or nothing while there is no ground for a number.

        A job that goes on from a checkpoint begins far from 0, so what counts is what it has done
        since its first sign of progress; what came before, such as reading its data, comes once.

        Args:
            fraction: Share done, 0 to 1.
        """
        if not fraction:
            return None
        now = time.monotonic()
        if self._first is None:
            self._first = now, fraction
        elapsed, done = now - self._first[0], fraction - self._first[1]
        if done < _LEAST_FRACTION or elapsed < _LEAST_SECONDS:
            return None
        return elapsed * (1.0 - fraction) / done
