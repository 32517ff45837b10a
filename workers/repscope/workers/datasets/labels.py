"""Labels as datasets have them: numbers of classes that have names."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from repscope.core.errors import MethodFailed
from repscope.workers.context import Readable

#: Beyond so many, labels are no classes.
MOST_CLASSES = 10_000
_LONGEST_CLASS = 200
#: Bytes of all labels of a file.
_MOST_BYTES = 256 * 2**20
#: The label that says there is none.
MISSING = -1


@dataclass(frozen=True)
class Labels:
    """Which class each image is of.

    Attributes:
        numbers: int32, indices into `classes`, -1 for none.
        classes: Names of the classes.
    """

    numbers: NDArray[np.int32]
    classes: list[str]


def numbered(parts: list[NDArray[Any] | int], class_names: list[str] | None) -> Labels:
    """Read labels, whole numbers or texts.

    With names, label k is the class of the k-th name. Without, the classes are the values that
    occur, in their order, named as they are; -1 is no class then, and neither is an empty text.

    Args:
        parts: Labels one after the other, (n,); a number stands for so many that are not known.
        class_names: Names of the classes, if they were given.

    Raises:
        MethodFailed: They are neither, have too many values, or a label has no name.
    """
    known = [part for part in parts if not isinstance(part, int)]
    for part in known:
        _require_labels(part)
    if len({part.dtype.kind in "SU" for part in known}) > 1:
        raise MethodFailed("Some labels are numbers and others texts; let all be alike.")
    values = np.unique(np.concatenate([np.unique(part) for part in known]))
    class_of = None
    if values.dtype.kind in "SU":
        texts, places = np.unique([_text(value) for value in values], return_inverse=True)
        classes = [text for text in texts.tolist() if text]
        # An empty text comes first and is no class. The last entry is for what is not known.
        class_of = np.append(places - (len(texts) - len(classes)), MISSING).astype(np.int32)
    else:
        values = values[values != MISSING].astype(np.int64)
        classes = [str(value) for value in values]
        if class_names:
            if len(values) and not 0 <= values[0] <= values[-1] < len(class_names):
                raise MethodFailed(
                    f"The labels go from {values[0]} to {values[-1]}, and {len(class_names)} names "
                    f"of classes name 0 to {len(class_names) - 1}."
                )
            values, classes = np.arange(len(class_names)), class_names
    if len(values) > MOST_CLASSES:
        raise MethodFailed(
            f"The labels have {len(values):,} values; {MOST_CLASSES:,} classes are taken at most."
        )
    numbers = np.concatenate([_indices(part, values) for part in parts])
    return Labels(numbers if class_of is None else class_of[numbers], classes)


def class_labels(values: NDArray[Any] | list[str], names: list[str] | None) -> Labels | None:
    """Read a column that is called as labels are, if it can be labels.

    Args:
        values: Numbers or texts.
        names: Names of the classes, if they were given.

    Returns:
        Nothing when there are too many different values, or numbers that are not whole.
    """
    most = min(MOST_CLASSES, max(20, len(values) // 2))
    if isinstance(values, list):
        different = set(values)
        if len(different) > most or max(map(len, different)) > _LONGEST_CLASS:
            return None
        values = np.array(values)
    if values.dtype.kind == "f":
        missing = np.isnan(values)
        values = np.where(missing, MISSING, values)
        if not np.isfinite(values).all() or not (values == np.trunc(values)).all():
            return None
    return numbered([values], names) if len(np.unique(values)) <= most else None


def groups_of(dataset: Readable) -> NDArray[np.int32]:
    """Return the class of each image of a dataset; one for all where it has no classes."""
    if not dataset.meta["classes"]:
        return np.zeros(int(dataset.meta["count"]), np.int32)
    return np.asarray(dataset.array("labels"))


def _require_labels(labels: NDArray[Any]) -> None:
    if labels.nbytes > _MOST_BYTES:
        raise MethodFailed(f"The labels take {labels.nbytes:,} bytes; that is more than is read.")
    kind = labels.dtype.kind
    if kind == "f":
        whole = bool(np.isfinite(labels).all()) and bool((labels == np.trunc(labels)).all())
        if whole and float(np.abs(labels).max()) < 2**53:
            return
    elif kind in "biuSU":
        return
    raise MethodFailed("The labels are neither whole numbers nor texts.")


def _indices(part: NDArray[Any] | int, values: NDArray[Any]) -> NDArray[np.int32]:
    if isinstance(part, int):
        return np.full(part, MISSING, np.int32)
    if len(values) == 0:
        return np.full(len(part), MISSING, np.int32)
    if values.dtype.kind not in "SU":
        part = part.astype(np.int64)
    found = np.searchsorted(values, part).clip(0, len(values) - 1)
    return np.where(values[found] == part, found, MISSING).astype(np.int32)


def _text(value: Any) -> str:
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    return text.strip()[:_LONGEST_CLASS]
