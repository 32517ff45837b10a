"""What changes as a training goes on: the clock, the learning rate, when snapshots are taken."""

import math
from dataclasses import dataclass

import numpy as np


@dataclass
class Clock:
    """Where a training stands.

    Attributes:
        step: Updates of the weights so far.
        steps: Updates in the whole training, whether or not it stops before.
        steps_per_epoch: Updates while each image is seen once.
    """

    step: int
    steps: int
    steps_per_epoch: int

    @property
    def epoch(self) -> float:
        """Epochs so far, with their fraction."""
        return self.step / self.steps_per_epoch

    @property
    def progress(self) -> float:
        """Share of the training that is done, 0 to 1."""
        return self.step / self.steps


def learning_rate(clock: Clock, highest: float, warmup_epochs: float) -> float:
    """Return the rate of the update after `clock.step`: a linear rise, then half a cosine to 0."""
    warmup = min(round(warmup_epochs * clock.steps_per_epoch), clock.steps - 1)
    if clock.step < warmup:
        return highest * (clock.step + 1) / warmup
    return cosine(highest, 0.0, (clock.step - warmup) / (clock.steps - warmup))


def cosine(start: float, end: float, progress: float) -> float:
    """Return the value at `progress` (0 to 1) of half a cosine from `start` to `end`."""
    return end + (start - end) * (1.0 + math.cos(math.pi * progress)) / 2.0


def snapshot_steps(steps: int, count: int) -> list[int]:
    """Return the steps after which encoders are published: 0, the last, and between them.

    Most happens at the beginning, so each step is a fixed multiple of the one before it.

    Args:
        steps: Updates in the whole training.
        count: Snapshots besides the one before any training.
    """
    first = max(1, min(steps, round(steps / 256)))
    spaced = np.geomspace(first, steps, count) if count > 1 else [steps]
    return sorted({0, *(round(step) for step in spaced)})
