"""Images that repeat one condition: their means, and what is left."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from repscope.core.errors import InvalidRecipe, MethodFailed
from repscope.workers.context import Readable
from repscope.workers.numerics.arrays import F64, I64
from repscope.workers.similarity.known import known_of


@dataclass(frozen=True)
class Conditions:
    """Which condition each image repeats.

    Attributes:
        codes: (N,) index of its condition, all of which are there; -1 for none.
        names: Of the conditions, in order.
    """

    codes: I64
    names: list[str]


def conditions_of(dataset: Readable, column: str, count: int, field: str) -> Conditions:
    """Read which images belong together; categories without images are left out.

    Args:
        dataset: The dataset.
        column: A category, or whole numbers.
        count: How many images there are vectors of.
        field: Of the recipe that an error names.

    Raises:
        InvalidRecipe: There is no such column, or it has fewer than two values or too many.
        MethodFailed: The dataset is of other images.
    """
    known = known_of(dataset, column, field)
    if len(known.values) != count:
        raise MethodFailed(
            f"The dataset has {len(known.values):,} images and the embedding {count:,}; give the "
            "dataset that it was made of."
        )
    missing = known.values < 0 if known.names is not None else np.isnan(known.values)
    there = np.unique(known.values[~missing])
    if len(there) < 2:
        raise InvalidRecipe(
            f"{known.title!r} has {len(there)} value; groups need two or more.", field=field
        )
    codes = np.searchsorted(there, known.values).astype(np.int64)
    codes[missing] = -1
    names = [known.names[int(v)] if known.names is not None else f"{v:g}" for v in there]
    return Conditions(codes, names)


def means(features: NDArray[Any], codes: I64, count: int) -> F64:
    """Return the mean of each condition; not a number for one without images.

    Args:
        features: (N, d) vectors.
        codes: (N,) index of each image's condition, or -1.
        count: How many conditions there are.

    Returns:
        (count, d).
    """
    those = codes >= 0
    sums = np.zeros((count, features.shape[1]))
    np.add.at(sums, codes[those], np.asarray(features, np.float64)[those])
    sizes = np.bincount(codes[those], minlength=count).astype(np.float64)
    sizes[sizes == 0] = np.nan
    return sums / sizes[:, None]
