"""Small things to probe."""

from typing import Any

import numpy as np

from repscope.workers.context import Context, Result
from repscope.workers.datasets.description import column, describe
from repscope.workers.probes.division import Plan, plan
from repscope.workers.probes.params import SplitParams
from tests.workers.making import make

PIXELS = make("encoder", "pixels")
VIT = make("encoder", "random", {"image_size": 16, "patch_size": 4, "architecture": "vit"}, seed=1)


def digits(count: int = 600, split: bool = False) -> Result:
    whole = make("dataset", "digits")
    images, labels = whole.array("images")[:count], whole.array("labels")[:count]
    arrays = {"images": images, "labels": labels}
    columns = []
    if split:
        arrays["column_split"] = (
            np.arange(count, dtype=np.int32) % 4 // 2 * (1 + np.arange(count, dtype=np.int32) % 2)
        )
        names = ["train", "validation", "test"]
        columns = [column("split", "Split", "category", "column_split", names)]
    meta = describe(
        images,
        title="Digits",
        source="",
        license="",
        classes=[str(digit) for digit in range(10)],
        columns=columns,
    )
    return Result(arrays, meta)


def drawn(dataset: Result, varied: bool = False, seed: int = 0, **params: Any) -> Plan:
    pixels = np.ascontiguousarray(dataset.array("images").reshape(dataset.meta["count"], -1))
    context = Context.local(seed)
    return plan(context, SplitParams(**params), dataset, pixels, [], varied=varied)


def features(dataset: Result) -> np.ndarray:
    return dataset.array("images").reshape(dataset.meta["count"], -1) / np.float32(255.0)


def trained(held_out: np.ndarray) -> Result:
    return Result({**VIT.arrays, "held_out": held_out}, VIT.meta, files=VIT.files)
