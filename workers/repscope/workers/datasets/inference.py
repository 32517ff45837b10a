"""From the fields of a table to columns of a dataset: numbers, categories or free text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from repscope.core.texts import text_arrays
from repscope.workers.datasets.description import column
from repscope.workers.datasets.folders import natural

#: Categories of one column, and how long the name of one may be.
MOST_CATEGORIES = 1000
_LONGEST_CATEGORY = 100
#: Up to so many different values a column is categories, even when hardly any comes twice.
_FEW = 20
#: What tables write where something is not known.
_MISSING = frozenset({"", "na", "n/a", "nan", "null", "none", "-", "?"})
_NAME_LENGTH = 40
#: Of float32.
_LARGEST = float(np.finfo(np.float32).max)


@dataclass(frozen=True)
class Inferred:
    """A column, described, and its arrays."""

    description: dict[str, Any]
    arrays: dict[str, NDArray[Any]]


def infer(title: str, values: Sequence[str], taken: set[str]) -> Inferred | None:
    """Tell what a column of fields holds.

    Numbers if all that is there reads as numbers; categories if values are short and come at least
    twice on average, or are few; else free text.

    Args:
        title: As the table has it.
        values: The field of each row; empty, NA, null and the like are missing.
        taken: Names of columns that there are already; the new name is added.

    Returns:
        The column, or nothing where all is missing.
    """
    cleaned = [value.strip() for value in values]
    known = [value for value in cleaned if not is_missing(value)]
    if not known:
        return None
    name = free_name(title, taken)
    array = f"column_{name}"
    numbers = _numbers(cleaned)
    if numbers is not None:
        return Inferred(column(name, title, "number", array), {array: numbers})
    different = set(known)
    short = max(map(len, different)) <= _LONGEST_CATEGORY
    repeated = len(different) <= max(_FEW, len(known) // 2)
    if short and repeated and len(different) <= MOST_CATEGORIES:
        names, codes = categories_of(cleaned)
        return Inferred(column(name, title, "category", array, names), {array: codes})
    texts = ["" if is_missing(value) else value for value in cleaned]
    return Inferred(column(name, title, "text", array), text_arrays(array, texts))


def categories_of(values: Sequence[str]) -> tuple[list[str], NDArray[np.int32]]:
    """Return the names of categories in natural order, and the one of each row, -1 for missing."""
    names = natural({value for value in values if not is_missing(value)})
    codes = {name: code for code, name in enumerate(names)}
    return names, np.array([codes.get(value, -1) for value in values], np.int32)


def is_missing(value: str) -> bool:
    """Tell whether a field says that something is not known."""
    return value.lower() in _MISSING


def _numbers(values: Sequence[str]) -> NDArray[np.float32] | None:
    """Read numbers, NaN for missing ones, or nothing when some value is none."""
    numbers = np.full(len(values), np.nan, np.float32)
    for row, value in enumerate(values):
        if is_missing(value):
            continue
        try:
            number = float(value)
        except ValueError:
            return None
        if "_" in value or not abs(number) <= _LARGEST:  # Python reads 1_000, inf and nan
            return None
        numbers[row] = number
    return numbers


def free_name(title: str, taken: set[str]) -> str:
    """Make a name for recipes and URLs of a title, other than those that are taken."""
    plain = re.sub(r"[^a-z0-9]+", "_", title.lower()).strip("_")[:_NAME_LENGTH] or "column"
    name, number = plain, 2
    while name in taken:
        name = f"{plain}_{number}"
        number += 1
    taken.add(name)
    return name
