"""Encoders that were fitted on the probed images: fitted anew, on training rows alone.

Principal components, or centers of k-means, that have seen the test images fit those better than
others. So within a probe such an encoder is a recipe, not a result: each repetition fits it on its
own training rows, and labels play no part in it.
"""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from repscope.workers import registry
from repscope.workers.context import Context, Readable
from repscope.workers.datasets.description import column
from repscope.workers.encoders.base import Encoder, Layer, load
from repscope.workers.encoders.unseen import is_of_these_images
from repscope.workers.splits.parts import PARTS, TEST, TRAIN

_SPLIT = "column_split"


class Refitted:
    """An encoder of which there is one for each repetition."""

    def __init__(self, context: Context, artifact: Readable, dataset: Readable) -> None:
        """Take an encoder that says how it was fitted, and the images."""
        self.layers = [Layer(**layer) for layer in artifact.meta["layers"]]
        self._context = context
        self._fit = artifact.meta["fit"]
        self._dataset = dataset

    def on(self, train: NDArray[np.int64]) -> Encoder:
        """Fit it on some rows; its method, params and seed stay as they are.

        Raises:
            MethodFailed: They are too few for it.
        """
        method = registry.find("encoder", self._fit["method"])
        made = method.call(
            self._context.step(self._fit["seed"]),
            self._fit["params"],
            {"dataset": _Divided(self._dataset, train)},
        )
        return load(made)


class _Divided:
    """A dataset whose own split is that of a repetition, so that what fits obeys it."""

    def __init__(self, dataset: Readable, train: NDArray[np.int64]) -> None:
        self._dataset = dataset
        self._parts = np.full(dataset.meta["count"], TEST, np.int32)
        self._parts[train] = TRAIN
        others = [each for each in dataset.meta["columns"] if each["name"] != "split"]
        own = column("split", "Split", "category", _SPLIT, PARTS)
        self.meta: dict[str, Any] = dataset.meta | {"columns": [*others, own]}

    @property
    def metrics(self) -> dict[str, float]:
        return self._dataset.metrics

    @property
    def array_names(self) -> list[str]:
        return sorted({*self._dataset.array_names, _SPLIT})

    def array(self, name: str) -> NDArray[Any]:
        return self._parts if name == _SPLIT else self._dataset.array(name)

    def file(self, name: str) -> Path:
        return self._dataset.file(name)


def is_refitted(context: Context, encoder: Readable, number: int) -> bool:
    """Tell whether an encoder is to be fitted anew: it was fitted on the images of this probe.

    Args:
        context: Of the probe.
        encoder: Its artifact.
        number: Its place among those that are probed.
    """
    return "fit" in encoder.meta and is_of_these_images(context, encoder, number)
