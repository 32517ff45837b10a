"""The state of a training on disk, there as a whole or not at all."""

import os
import time
from pathlib import Path
from typing import Any

import torch

from repscope.core.durable import sync_folder
from repscope.workers.context import Context

#: Least seconds between two checkpoints.
_LEAST = 1.0
#: A checkpoint is written after so many times as long as writing the last one took.
_TIMES = 20.0


class Checkpoint:
    """One file in the work folder, which survives a crash of the job and a pause."""

    def __init__(self, context: Context) -> None:
        """Look into the job's work folder."""
        self._context = context
        self._path = context.work / "checkpoint.pt"
        self._written: float | None = None
        self._took = 0.0

    @property
    def due(self) -> bool:
        """Whether it is time for another.

        The first is due at once: an attempt that made one update got further than the one before,
        however often a training is killed.
        """
        if self._written is None:
            return True
        return time.monotonic() - self._written > max(_LEAST, _TIMES * self._took)

    def read(self) -> dict[str, Any] | None:
        """Return the last state, if there is one."""
        if not self._path.exists():
            return None
        state: dict[str, Any] = torch.load(self._path, map_location="cpu", weights_only=True)
        return state

    def write(self, state: dict[str, Any]) -> None:
        """Keep a state of tensors, numbers and texts: a temporary file, flushed, then renamed."""
        began = time.monotonic()
        staged = Path(f"{self._path}.part")
        with staged.open("wb") as file:
            torch.save(state, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(staged, self._path)
        sync_folder(self._path.parent)
        self._written = time.monotonic()
        self._took = self._written - began
        self._context.event("checkpoint", {"step": state["step"]})
