"""Values that somebody brought beside the images, as columns of the dataset."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from repscope.workers.datasets.description import column
from repscope.workers.datasets.inference import free_name, infer

MOST_COLUMNS = 200
_LONGEST_TITLE = 60
_LONGEST_TEXT = 10_000


class Columns:
    """Collects columns: their descriptions, and the arrays that hold them."""

    def __init__(self) -> None:
        """Begin with none."""
        self.descriptions: list[dict[str, Any]] = []
        self.arrays: dict[str, NDArray[Any]] = {}
        self._taken = {"label"}

    def add_split(self, names: list[str], numbers: NDArray[np.int32]) -> None:
        """Add the column of splits.

        Args:
            names: Of the splits.
            numbers: Split of each image, -1 for none.
        """
        self._taken.add("split")
        self.arrays["column_split"] = numbers
        self.descriptions.append(column("split", "Split", "category", "column_split", names))

    def add(self, title: str, values: NDArray[Any] | Sequence[str]) -> None:
        """Add what is known of each image; beyond 200 columns there are no more.

        Args:
            title: What the file calls it.
            values: (count,) numbers, booleans or texts; texts become what `inference.infer` finds.
        """
        if len(self.descriptions) >= MOST_COLUMNS:
            return
        title = title.strip()[:_LONGEST_TITLE] or "Column"
        if isinstance(values, np.ndarray) and values.dtype.kind in "biuf":
            name = free_name(title, self._taken)
            array = f"column_{name}"
            with np.errstate(over="ignore"):
                self.arrays[array] = values.astype(np.float32)
            self.descriptions.append(column(name, title, "number", array))
            return
        found = infer(title, [_text(each)[:_LONGEST_TEXT] for each in values], self._taken)
        if found is not None:
            self.descriptions.append(found.description)
            self.arrays |= found.arrays


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
