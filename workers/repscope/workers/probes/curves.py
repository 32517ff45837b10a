"""Output `curve`: accuracies over layers or over amounts of labels."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from repscope.workers.context import Readable
from repscope.workers.probes.features import PIXELS
from repscope.workers.probes.measuring import KNN, Linear, Measured

PROBES = {"linear": "Linear probe", "knn": "k-NN probe"}
PIXELS_NAME = "Raw pixels"


class Curves:
    """Collects curves: each has a name, belongs to one probe of one encoder, and has an array."""

    def __init__(self) -> None:
        """Begin with none."""
        self.arrays: dict[str, NDArray[np.float32]] = {}
        self.listed: list[dict[str, Any]] = []

    def add(
        self,
        probe: KNN | Linear,
        encoder: str,
        baseline: str | None,
        points: Sequence[Sequence[Measured]],
    ) -> None:
        """Append one curve, of the repetitions at each of its points."""
        array = f"curve_{len(self.listed)}"
        self.arrays[array] = np.array(
            [[each.top1 for each in measured] for measured in points], np.float32
        )
        self.listed.append(
            {
                "name": f"{encoder}, {PROBES[probe.name]}",
                "probe": probe.name,
                "encoder": encoder,
                "baseline": baseline,
                "array": array,
            }
        )


def name_of(encoder: Readable, recipe: dict[str, Any] | None) -> str:
    """Return what an encoder is called: its title, what it was trained for, or its method."""
    meta = encoder.meta
    if meta.get("architecture") == PIXELS:
        return PIXELS_NAME
    title = meta.get("title") or meta.get("objective")
    if title:
        return str(title)
    if recipe is not None and recipe["method"] != "random":
        return str(recipe["method"])
    return random_name(encoder) if recipe is not None else str(meta.get("architecture"))


def random_name(encoder: Readable | None) -> str:
    """Return what an encoder before any training is called."""
    if encoder is None:
        return "Random weights (small ViT)"
    return f"Random weights ({encoder.meta['architecture']})"
