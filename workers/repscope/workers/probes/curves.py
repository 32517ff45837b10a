"""Output `curve`: accuracies over layers or over amounts of labels."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from repscope.workers.probes.measuring import KNN, Linear, Measured

PROBES = {"linear": "Linear probe", "knn": "k-NN probe"}


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
