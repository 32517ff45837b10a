"""The curves of a training: every update is kept on the device, and read in groups."""

import time
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from repscope.workers.context import Context
from repscope.workers.training.schedule import Clock

#: Updates between two looks at the numbers: reading a GPU's makes it wait.
_READ_EVERY = {"cpu": 1, "cuda": 25}
#: Seconds between two points of the live curve.
_TELL_EVERY = 0.5
#: Points of a curve in an artifact.
_POINTS = 2_000


class History:
    """Loss, learning rate and the objective's terms of each update."""

    def __init__(self, context: Context, clock: Clock, images: int) -> None:
        """Begin with no update.

        Args:
            context: Where points of the live curve are reported.
            clock: How far the training is.
            images: Images per update.
        """
        self._context = context
        self._clock = clock
        self._images = images
        self._names: list[str] = []
        self._rows: list[list[float]] = []  # step, learning rate, and the terms by name
        self._pending: list[tuple[int, float, Tensor]] = []
        self._told = len(self._rows)
        self._when = time.monotonic()

    def add(self, rate: float, terms: dict[str, Tensor]) -> None:
        """Take in the update that led to the present step."""
        self._names = list(terms)
        values = torch.stack([value.detach().float() for value in terms.values()])
        self._pending.append((self._clock.step, rate, values))
        if len(self._pending) >= _READ_EVERY[values.device.type]:
            self.read()

    def read(self) -> None:
        """Read what is still on the device.

        Raises:
            FloatingPointError: A number is infinite or none at all; names the step.
        """
        if not self._pending:
            return
        values = torch.stack([values for _, _, values in self._pending]).cpu().tolist()
        for (step, rate, _), row in zip(self._pending, values, strict=True):
            if not np.isfinite(row).all():
                raise FloatingPointError(str(step))
            self._rows.append([step, rate, *row])
        self._pending.clear()
        if time.monotonic() - self._when >= _TELL_EVERY:
            self.tell()

    def tell(self) -> None:
        """Report the mean of the updates since the last report."""
        new = np.array(self._rows[self._told :])
        if not len(new):
            return
        seconds = time.monotonic() - self._when
        terms = dict(zip(self._names, new[:, 2:].mean(axis=0).tolist(), strict=True))
        self._context.event(
            "metric",
            {
                "step": int(new[-1, 0]),
                "epoch": float(new[-1, 0]) / self._clock.steps_per_epoch,
                "lr": float(new[-1, 1]),
                "images_per_s": len(new) * self._images / seconds,
                **terms,
            },
        )
        self.pause()

    def pause(self) -> None:
        """Leave out of the speed what happens until now."""
        self._told = len(self._rows)
        self._when = time.monotonic()

    @property
    def loss(self) -> float | None:
        """The mean loss of the last twentieth of the updates; nothing before the first."""
        if not self._rows:
            return None
        last = self._rows[-max(1, len(self._rows) // 20) :]
        return float(np.mean([row[2] for row in last]))

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the curves, thinned to means over stretches of equal length."""
        names = ["step", "lr", *(self._names or ["loss"])]
        table = np.array(self._rows, np.float64).reshape(-1, len(names))
        stretch = max(1, -(-len(table) // _POINTS))
        parts = [table[start : start + stretch] for start in range(0, len(table), stretch)]
        means = np.array([part.mean(axis=0) for part in parts]).reshape(-1, len(names))
        steps = np.array([part[-1, 0] for part in parts])
        curves = {f"history_{name}": means[:, i] for i, name in enumerate(names)}
        curves["history_epoch"] = steps / self._clock.steps_per_epoch
        return {
            **{name: curve.astype(np.float32) for name, curve in curves.items()},
            "history_step": steps.astype(np.int64),
        }

    def state(self) -> dict[str, Any]:
        """Return what a checkpoint keeps."""
        return {"names": self._names, "rows": torch.tensor(self._rows, dtype=torch.float64)}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a checkpoint."""
        self._names, self._rows = state["names"], state["rows"].tolist()
        self._pending.clear()
        self.pause()
