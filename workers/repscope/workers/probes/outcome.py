"""Output `confusion`: which classes a probe takes for which, with images of each confusion."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from repscope.workers.context import Result
from repscope.workers.datasets.description import column
from repscope.workers.probes.division import Plan
from repscope.workers.probes.measuring import KNN, Linear, Measured, top1, top5

#: Example images of one confusion.
_EXAMPLES = 12
_OUTCOMES = ["right", "wrong"]


def outcome(
    probe: KNN | Linear,
    measured: Sequence[Measured],
    plan: Plan,
    layer: str,
    layers: list[dict[str, Any]],
) -> Result:
    """Describe what a probe named, over all repetitions."""
    classes, count = len(plan.classes), len(plan.labels)
    rows = np.concatenate([each.rows for each in measured])
    named = np.concatenate([each.named for each in measured])
    sureness = np.concatenate([each.sureness for each in measured])
    truth = plan.labels[rows]
    confusion = np.zeros((classes, classes), np.int32)
    np.add.at(confusion, (truth, named), 1)
    tested = confusion.sum(axis=1)
    accuracy = np.divide(
        confusion.diagonal(), tested, out=np.full(classes, np.nan), where=tested > 0
    )
    first = measured[0]
    prediction = np.full(count, -1, np.int32)
    prediction[first.rows] = first.named
    verdict = np.full(count, -1, np.int32)
    verdict[first.rows] = first.named != plan.labels[first.rows]
    best = top1(measured)
    five = top5(measured, classes)
    title = "Class named by the probe"
    meta = plan.about | {
        "probe": probe.name,
        "layer": layer,
        "layers": layers,
        "labels": first.labels,
        "top1": best,
        "top5": five,
        "chosen": (
            {"k": probe.k, "temperature": probe.temperature}
            if isinstance(probe, KNN)
            else [each.chosen for each in measured]
        ),
        "columns": [
            column("prediction", title, "category", "column_prediction", plan.classes),
            column("outcome", "Named", "category", "column_outcome", _OUTCOMES),
        ],
        "count": count,
    }
    metrics = {"top1": best["mean"], "chance": plan.about["chance"]}
    if best["std"] is not None:
        metrics["top1_std"] = best["std"]
    if five is not None:
        metrics["top5"] = five["mean"]
    arrays = {
        "confusion": confusion,
        "class_accuracy": accuracy.astype(np.float32),
        "column_prediction": prediction,
        "column_outcome": verdict,
        "split": plan.divisions[0].as_split(count),
        **_examples(confusion, truth, named, rows, sureness),
    }
    return Result(arrays, meta, metrics)


def _examples(
    confusion: NDArray[np.int32],
    truth: NDArray[np.int64],
    named: NDArray[np.int64],
    rows: NDArray[np.int64],
    sureness: NDArray[np.float32],
) -> dict[str, NDArray[Any]]:
    """Return the cells that occur, most frequent first, with the surest images of each."""
    cells = np.argwhere(confusion > 0)
    frequent = np.argsort(-confusion[cells[:, 0], cells[:, 1]], kind="stable")
    cells = cells[frequent]
    code = truth * len(confusion) + named
    # Rounded, since the last digits of equally sure ones are up to the processor.
    order = np.lexsort((rows, -sureness.round(4), code))
    code, rows = code[order], rows[order]
    found: list[NDArray[np.int64]] = []
    for true, guess in cells:
        wanted = true * len(confusion) + guess
        start, stop = np.searchsorted(code, [wanted, wanted + 1])
        # An image that several repetitions tested stands there once.
        _, places = np.unique(rows[start:stop], return_index=True)
        found.append(rows[start:stop][np.sort(places)][:_EXAMPLES])
    return {
        "cells": cells.astype(np.int32),
        "cell_offsets": np.cumsum([0, *map(len, found)]).astype(np.int64),
        "cell_rows": np.concatenate(found).astype(np.int32),
    }
