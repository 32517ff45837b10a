"""Which rows a probe is fitted on, which choose, which test."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from repscope.core.errors import MethodFailed
from repscope.workers.analyses.values import labels_of
from repscope.workers.context import Context, Readable
from repscope.workers.encoders.unseen import held_out, recipe_of
from repscope.workers.numerics.apportion import stratified
from repscope.workers.numerics.duplicates import near_duplicates
from repscope.workers.probes.names import name_of
from repscope.workers.probes.params import SplitParams
from repscope.workers.probes.refitting import is_refitted
from repscope.workers.splits.parts import NONE, TEST, TRAIN, VALIDATION, read_parts

Rows = NDArray[np.int64]

#: Classes that a confusion matrix can be drawn for.
MOST_CLASSES = 2000


@dataclass(frozen=True)
class Division:
    """Rows of one repetition; only `train` may be fitted on.

    Attributes:
        train: Rows with a class.
        validation: Rows to choose with; none where they are to be taken from `train`.
        test: Rows with a class.
    """

    train: Rows
    validation: Rows
    test: Rows

    def as_split(self, count: int) -> NDArray[np.int8]:
        """Return the part of each of `count` rows."""
        split = np.full(count, NONE, np.int8)
        for part, rows in (
            (TRAIN, self.train),
            (VALIDATION, self.validation),
            (TEST, self.test),
        ):
            split[rows] = part
        return split


@dataclass(frozen=True)
class Plan:
    """All repetitions.

    Attributes:
        divisions: One a repetition.
        labels: (rows,) class of each image, -1 for none.
        groups: (rows,) first row of each image's group of near-duplicates.
        classes: Names of the classes.
        about: What `meta` says of it.
    """

    divisions: list[Division]
    labels: NDArray[np.int64]
    groups: Rows
    classes: list[str]
    about: dict[str, Any] = field(default_factory=dict)


def plan(
    context: Context,
    params: SplitParams,
    dataset: Readable,
    pixels: NDArray[np.uint8],
    encoders: Sequence[Readable],
    *,
    varied: bool,
) -> Plan:
    """Divide the rows of a dataset for a probe.

    Args:
        context: Of the probe; its recipe tells what the encoders were trained on.
        params: Of the probe.
        dataset: With classes.
        pixels: (rows, numbers), small, to tell near-duplicates by.
        encoders: Those that are probed.
        varied: Whether repetitions differ even where the split does not.

    Raises:
        MethodFailed: There is nothing to train on or to test with.
    """
    count = len(pixels)
    labels = labels_of(dataset, count).astype(np.int64)
    classes = dataset.meta["classes"]
    if len(classes) > MOST_CLASSES:
        raise MethodFailed(
            f"A probe takes at most {MOST_CLASSES:,} classes, not {len(classes):,}; take a part of "
            "the dataset."
        )
    groups = near_duplicates(
        pixels, params.duplicates, lambda _: context.progress(0.02, "looking for near-duplicates")
    )
    unseen = [held_out(context, encoder, number) for number, encoder in enumerate(encoders)]
    known = [rows for rows in unseen if rows is not None and rows.max(initial=-1) < count]
    source, split = _source(params, dataset, count, known)
    repetitions = params.repetitions if varied or split is None else 1
    divisions, left_out = [], 0
    for number in range(repetitions):
        rng = np.random.default_rng([context.seed, number])
        parts = split if split is not None else _random(labels, groups, params.test, rng)
        parts = np.where(labels >= 0, parts, NONE)
        train, validation, test = (
            np.flatnonzero(parts == part) for part in (TRAIN, VALIDATION, TEST)
        )
        if not len(test):
            test, validation = validation, test
        clean = ~np.isin(groups[train], groups[np.concatenate([validation, test])])
        left_out = int((~clean).sum())
        divisions.append(Division(train[clean], validation, test))
    first = divisions[0]
    if not len(first.train) or not len(first.test):
        raise MethodFailed(
            f"There are {len(first.train):,} images with a class to train on and "
            f"{len(first.test):,} to test with; a probe needs both."
        )
    sizes = np.unique(groups, return_counts=True)[1]
    several = sizes[sizes > 1]
    about = {
        "classes": classes,
        "split": {
            "source": source,
            "train": len(first.train),
            "validation": len(first.validation),
            "test": len(first.test),
        },
        "duplicates": {
            "threshold": params.duplicates,
            "groups": len(several),
            "rows": int(several.sum()),
            "left_out": left_out,
        },
        "repetitions": repetitions,
        "chance": _chance(labels, first),
        "warnings": _warnings(first.test, known),
    }
    refitted = [
        name_of(encoder, recipe_of(context, number))
        for number, encoder in enumerate(encoders)
        if is_refitted(context, encoder, number)
    ]
    if refitted:
        about["refitted"] = refitted
    return Plan(divisions, labels, groups, classes, about)


def take_labels(
    rows: Rows, labels: NDArray[np.int64], fraction: float, shots: int | None, seed: Sequence[int]
) -> Rows:
    """Return the training rows whose labels may be used.

    Args:
        rows: Training rows.
        labels: Class of every row of the dataset.
        fraction: Share of them, of every class alike.
        shots: So many of each class instead, or all of a class that has fewer.
        seed: Decides which.
    """
    rng = np.random.default_rng(seed)
    own = labels[rows]
    if shots is not None:
        shuffled = rng.permutation(len(rows))
        by_class = shuffled[np.argsort(own[shuffled], kind="stable")]
        _, sizes = np.unique(own, return_counts=True)
        place = np.arange(len(rows)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        return np.sort(rows[by_class[place < shots]])
    if fraction >= 1.0:
        return rows
    wanted = max(round(fraction * len(rows)), 1)
    return rows[stratified(own, wanted, rng)]


def _source(
    params: SplitParams, dataset: Readable, count: int, held_out: list[Rows]
) -> tuple[str, NDArray[np.int8] | None]:
    """Decide where test rows come from, and return the split unless it is random."""
    given = _given(dataset, count)
    kept = held_out[0] if held_out else np.empty(0, np.int64)
    for rows in held_out[1:]:
        kept = np.intersect1d(kept, rows)
    wanted = params.split
    if wanted == "auto":
        wanted = "given" if given is not None else "held_out" if len(kept) else "random"
    if wanted == "given":
        if given is None:
            raise MethodFailed(
                "This dataset has no column split with images of train and of test or "
                "validation; take the split at random."
            )
        return wanted, given
    if wanted == "held_out":
        if not len(kept):
            raise MethodFailed(
                "No encoder here has held-out images of this dataset; take the split at random."
            )
        split = np.full(count, TRAIN, np.int8)
        split[kept] = TEST
        return wanted, split
    return wanted, None


def _given(dataset: Readable, count: int) -> NDArray[np.int8] | None:
    column = next((c for c in dataset.meta["columns"] if c["name"] == "split"), None)
    if column is None or not column["categories"]:
        return None
    parts = read_parts(column["categories"], np.asarray(dataset.array(column["array"])))
    return parts if parts is not None and len(parts) == count else None


def _random(
    labels: NDArray[np.int64], groups: Rows, share: float, rng: np.random.Generator
) -> NDArray[np.int8]:
    """Draw test rows, every class by its share and near-duplicates together."""
    firsts = np.flatnonzero((groups == np.arange(len(groups))) & (labels >= 0))
    split = np.full(len(labels), TRAIN, np.int8)
    split[firsts[stratified(labels[firsts], round(share * len(firsts)), rng)]] = TEST
    return split[groups]


def _chance(labels: NDArray[np.int64], division: Division) -> float:
    largest = np.bincount(labels[division.train]).argmax()
    return float((labels[division.test] == largest).mean())


def _warnings(test: Rows, held_out: list[Rows]) -> list[str]:
    seen = max((len(np.setdiff1d(test, rows)) for rows in held_out), default=0)
    if not seen:
        return []
    return [
        f"An encoder was trained on {seen:,} of the {len(test):,} test images, so its accuracy "
        "here says less; test on the images that its training held out."
    ]
