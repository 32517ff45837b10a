"""A progress bar on one line, in a terminal or under a notebook's cell."""

import shutil
import sys
from typing import Any, TextIO

_WIDTH = 24
_NOTEBOOK_COLUMNS = 100


class Bar:
    """Shows how a job goes; silent where nobody watches, as in a log file."""

    def __init__(self, stream: TextIO | None = None) -> None:
        """Write to `stream`, which is standard error by default."""
        self._stream = stream or sys.stderr
        self._terminal = self._stream.isatty()
        self._watched = self._terminal or "ipykernel" in sys.modules
        self._shown = ""

    def show(self, job: dict[str, Any]) -> None:
        """Draw one state of a job, as the server describes it."""
        columns = shutil.get_terminal_size().columns if self._terminal else _NOTEBOOK_COLUMNS
        text = line_of(job)[: columns - 1]
        if self._watched and text != self._shown:
            self._stream.write("\r" + text.ljust(len(self._shown)))
            self._stream.flush()
            self._shown = text

    def close(self) -> None:
        """Leave the line as it is and go to the next."""
        if self._shown:
            self._stream.write("\n")
            self._stream.flush()


def line_of(job: dict[str, Any]) -> str:
    """Write one state of a job on one line."""
    fraction = job["progress"]
    done = round(_WIDTH * (fraction or 0.0))
    parts = [job["title"], "█" * done + "░" * (_WIDTH - done)]
    if job["state"] == "running":
        parts.append("" if fraction is None else f"{fraction:4.0%}")
        parts.append(job["message"])
        if job["remaining"] is not None:
            parts.append(f"{duration(job['remaining'])} left")
    elif job["state"] == "queued" and job["position"] is not None:
        parts.append(f"queued, number {job['position']}")
    else:
        parts.append(job["state"])
    return "  ".join(part for part in parts if part)


def duration(seconds: float) -> str:
    """Write seconds as `40 s`, `3 min` or `2.5 h`."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
