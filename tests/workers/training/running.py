"""Trainings as a runner makes them: with a recipe, what they publish, and how they are ended."""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file

from repscope.core.errors import Cancelled
from repscope.workers.context import Context, Result
from repscope.workers.registry import find

TINY = {"epochs": 2, "batch_size": 16, "image_size": 16, "patch_size": 4, "snapshots": 3}


def dataset(
    count: int = 80, size: int = 16, channels: int = 1, *, labels: bool = True, split: bool = False
) -> Result:
    """Bright squares at one of two sides, on noise."""
    rng = np.random.default_rng(0)
    images = rng.integers(0, 64, (count, size, size, channels), dtype=np.uint8)
    classes = np.arange(count) % 2
    for image, side in zip(images, classes, strict=True):
        start = 1 + side * size // 2
        image[size // 4 : 3 * size // 4, start : start + size // 3] += 150
    meta: dict[str, Any] = {"count": count, "classes": None, "columns": []}
    arrays: dict[str, NDArray[Any]] = {"images": images}
    if labels:
        meta["classes"] = ["left", "right"]
        arrays["labels"] = classes.astype(np.int32)
    if split:
        meta["columns"] = [
            {"name": "split", "categories": ["train", "test"], "array": "column_split"}
        ]
        arrays["column_split"] = (np.arange(count) % 4 == 3).astype(np.int32)
    return Result(arrays, meta)


class Surroundings:
    """Keeps what a training says, and ends it at a step."""

    def __init__(
        self, folder: Path, *, cancel_at: int | None = None, finish_at: int | None = None
    ) -> None:
        self.folder = folder
        self.events: list[tuple[str, dict[str, Any]]] = []
        self.published: dict[int, Result] = {}
        self.early: list[str] = []
        self._cancel_at, self._finish_at = cancel_at, finish_at
        self._progress = 0

    def progress(self, fraction: float | None, message: str, metrics: Any) -> None: ...

    def event(self, type: str, data: Any) -> None:
        self.events.append((type, dict(data)))

    def cancelled(self) -> bool:
        self._progress += 1
        return self._cancel_at is not None and self._progress > self._cancel_at

    def finishing(self) -> bool:
        return self._finish_at is not None and not self.early and self._progress >= self._finish_at

    def finished_early(self, artifact_id: str) -> None:
        self.early.append(artifact_id)

    def of(self, type: str) -> list[dict[str, Any]]:
        return [data for each, data in self.events if each == type]

    def _publish(self, recipe: Any, result: Result) -> str:
        step = recipe.params["stop_at"]
        kept = self.folder / f"published-{step}.safetensors"
        kept.write_bytes(result.file("weights.safetensors").read_bytes())
        self.published[step] = Result(
            result.arrays, result.meta, result.metrics, {"weights.safetensors": kept}
        )
        return f"{step:032x}"

    def train(self, objective: str, given: Result, seed: int = 0, **params: Any) -> Result:
        """Train; a second call in the same folder goes on from the first's checkpoint."""
        entry = find("encoder", objective)
        filled = entry.params.model_validate({**TINY, **params}).model_dump(mode="json")
        recipe = {"kind": "encoder", "method": objective, "version": 1, "inputs": {}, "seed": seed}
        context = Context(
            Context.local(folder=self.folder / "output")._area,
            self,
            seed=seed,
            work=self.folder,
            publish=self._publish,
            recipe={**recipe, "params": filled},
        )
        return entry.call(context, filled, {"dataset": given})


def cancelled(surroundings: Surroundings, *arguments: Any, **params: Any) -> bool:
    """Train; tells whether it was cancelled before its end."""
    try:
        surroundings.train(*arguments, **params)
    except Cancelled:
        return True
    return False


def weights(result: Result) -> dict[str, torch.Tensor]:
    """Read what was trained."""
    return load_file(result.file("weights.safetensors"))


def assert_same_weights(first: Result, second: Result) -> None:
    """To the last bit."""
    one, two = weights(first), weights(second)
    assert one.keys() == two.keys()
    different = [name for name in one if not torch.equal(one[name], two[name])]
    assert not different
