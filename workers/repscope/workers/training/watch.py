"""What is measured at every snapshot, always on the same images and by the same draws."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from repscope.workers.training import knn
from repscope.workers.training.augment import Augmentation
from repscope.workers.training.data import TrainingData
from repscope.workers.training.health import Health, diagnose
from repscope.workers.training.objective import Objective
from repscope.workers.training.randomness import own_randomness

#: Draws which rows are measured on, and how their views are altered: the same for every run.
_SEED = 20_211
#: Rows of the bank, held-out rows that are looked at, and those of them of which two views are: few
#: enough that a measurement takes as long as a few thousand images do, whatever the training.
_BANK, _WATCHED, _PAIRS = 2_000, 1_000, 256
#: Images that are shown at every snapshot.
PROBES = 8
_BATCH = 256
#: Two views of an image, for alignment, whatever the objective does with its own.
_VIEWS = Augmentation(crop=(0.5, 1.0), flip=0.5)


@dataclass(frozen=True)
class Measured:
    """What one snapshot is like.

    Attributes:
        knn: Share of held-out rows whose class their neighbors name; nothing without labels.
        health: Whether the representation is alive.
    """

    knn: float | None
    health: Health


class Watch:
    """Measures an encoder while it is trained."""

    def __init__(self, data: TrainingData) -> None:
        """Choose the rows to measure on.

        Args:
            data: Bank rows are those trained on; the others are held out.
        """
        self._data = data
        rng = np.random.default_rng(_SEED)
        labels = data.labels.numpy()
        self._bank = np.sort(rng.permutation(data.train[labels[data.train] >= 0])[:_BANK])
        watched = rng.permutation(data.held_out)
        known = labels[watched] >= 0
        if len(watched) < 2 * PROBES:  # too few to tell health; no class is asked of the others
            watched = np.concatenate([watched, rng.permutation(data.train)])
        self._watched = watched[:_WATCHED]
        self._queries = np.flatnonzero(known[:_WATCHED])
        self.probes = np.sort(self._watched[:PROBES])

    def measure(self, objective: Objective) -> Measured:
        """Measure the encoder as it stands; draws nothing from the training's own randomness."""
        with _aside(objective):
            features = self._features(objective, self._watched)
            accuracy = None
            if len(self._bank) and len(self._queries):
                accuracy = knn.accuracy(
                    self._features(objective, self._bank),
                    self._labels(self._bank),
                    features[torch.from_numpy(self._queries).to(features.device)],
                    self._labels(self._watched[self._queries]),
                )
            pairs = self._watched[:_PAIRS]
            views = [self._features(objective, pairs, _VIEWS) for _ in range(2)]
            return Measured(accuracy, diagnose(features, *views))

    def samples(self, objective: Objective) -> tuple[NDArray[np.uint8], dict[str, Any]]:
        """Return the pictures of the probe images and what `meta` says of them."""
        with _aside(objective):
            samples = objective.samples(self._data.batch(self.probes))
            panels = torch.stack(list(samples.panels.values()), dim=1)  # (n, panels, C, H, W)
            pixels = (panels.float().clamp(0.0, 1.0) * 255.0).round().byte()
            meta = {
                "panels": list(samples.panels),
                "rows": self.probes.tolist(),
                "values": samples.values,
            }
            return pixels.permute(0, 1, 3, 4, 2).cpu().numpy(), meta

    def _features(
        self, objective: Objective, rows: NDArray[np.int64], views: Augmentation | None = None
    ) -> Tensor:
        found = []
        for start in range(0, len(rows), _BATCH):
            images = self._data.batch(rows[start : start + _BATCH]).images
            found.append(objective.features(images if views is None else views(images)))
        return torch.cat(found)

    def _labels(self, rows: NDArray[np.int64]) -> Tensor:
        return self._data.labels[torch.from_numpy(rows)].to(self._data.device)


@contextmanager
def _aside(objective: Objective) -> Iterator[None]:
    """Evaluate a network without leaving a trace in its mode or in any random generator."""
    with own_randomness(_SEED, objective.mean.device.type), torch.inference_mode():
        objective.eval()
        yield
        objective.train()
