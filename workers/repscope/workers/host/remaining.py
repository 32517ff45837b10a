"""How long a job still takes."""

import time

#: Neither the first moment nor the first percent says anything about the rest.
_LEAST_SECONDS = 1.0
_LEAST_FRACTION = 0.01


class Remaining:
    """Estimates the remaining time from the fractions that a job reports."""

    def __init__(self) -> None:
        """Start the clock."""
        self._started = time.monotonic()

    def update(self, fraction: float | None) -> float | None:
        """Return the remaining seconds, or nothing while there is no ground for a number.

        Args:
            fraction: Share done, 0 to 1.
        """
        elapsed = time.monotonic() - self._started
        if fraction is None or fraction < _LEAST_FRACTION or elapsed < _LEAST_SECONDS:
            return None
        return elapsed * (1.0 - fraction) / fraction
