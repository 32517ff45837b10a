"""What is known of each image: a column of a dataset, as numbers."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from repscope.core.errors import InvalidRecipe
from repscope.workers.context import Readable


@dataclass(frozen=True)
class Known:
    """A column.

    Attributes:
        title: Name for people.
        values: (N,) numbers, or indices into `names`.
        names: Names of the categories; nothing where it is a number.
        missing: Images without it.
    """

    title: str
    values: NDArray[np.float64]
    names: list[str] | None
    missing: int


def known_of(dataset: Readable, name: str, field: str = "params.column") -> Known:
    """Read a category or a number.

    Args:
        dataset: The dataset.
        name: Of the column.
        field: Of the recipe that an error names.

    Raises:
        InvalidRecipe: There is no such column, or it is free text.
    """
    columns = {each["name"]: each for each in dataset.meta["columns"]}
    usable = [key for key, each in columns.items() if each["type"] != "text"]
    if name not in usable:
        problem = "is free text" if name in columns else "is none of this dataset"
        there = f"choose of {', '.join(usable)}" if usable else "it has none that could be used"
        raise InvalidRecipe(f"The column {name!r} {problem}; {there}.", field=field)
    column = columns[name]
    values = np.asarray(dataset.array(column["array"]), np.float64)
    category = column["type"] == "category"
    missing = values < 0 if category else np.isnan(values)
    return Known(
        column["title"], values, column["categories"] if category else None, int(missing.sum())
    )
