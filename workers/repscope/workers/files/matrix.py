"""Vectors that somebody brought, whichever file they are in."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray

#: What a column is called that holds the class, the likeliest first.
LABEL_NAMES = ("label", "labels", "class", "target", "y", "category", "classes", "targets")
#: What a column of numbers is called that is no feature.
_BESIDE = {"", "id", "index", "row", "unnamed: 0", "__index_level_0__", "split"} | {*LABEL_NAMES}


@dataclass(frozen=True)
class Matrix:
    """Vectors, one for each image, with what else is known of it.

    Attributes:
        layers: (count, width) numbers by name, at least one; mapped from the disk where large.
        columns: Further values by name, one for each row: numbers or texts.
        classes: Names of the classes of columns whose numbers have them.
    """

    layers: dict[str, NDArray[Any]]
    columns: dict[str, NDArray[Any] | list[str]]
    classes: dict[str, list[str]] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """Number of rows."""
        return len(next(iter(self.layers.values())))


def label_name(names: Sequence[str]) -> str | None:
    """Return the column that holds the class, by its name."""
    called = {name.strip().lower(): name for name in reversed(names)}
    return next((called[each] for each in LABEL_NAMES if each in called), None)


def is_feature(name: str) -> bool:
    """Tell whether a column of numbers is a feature by its name: not an id, a label, a split."""
    return name.strip().lower() not in _BESIDE
