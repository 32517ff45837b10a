"""Output kind `values`: one number or category for each image, to color and filter by."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from repscope.core.errors import MethodFailed
from repscope.workers.context import Readable, Result
from repscope.workers.datasets.description import column


def numbers(
    name: str, title: str, values: NDArray[Any], metrics: dict[str, float] | None = None
) -> Result:
    """Return one number an image.

    Args:
        name: Name in recipes and URLs.
        title: Name for people, with its unit.
        values: One entry an image.
        metrics: Numbers over all images.
    """
    array = f"column_{name}"
    meta = {"columns": [column(name, title, "number", array)], "count": len(values)}
    return Result({array: values.astype(np.float32)}, meta, metrics or {})


def categories(
    name: str,
    title: str,
    values: NDArray[Any],
    names: list[str],
    metrics: dict[str, float] | None = None,
) -> Result:
    """Return one category an image.

    Args:
        name: Name in recipes and URLs.
        title: Name for people.
        values: Index into `names` for each image; -1 is none.
        names: Names of the categories.
        metrics: Numbers over all images.
    """
    array = f"column_{name}"
    meta = {"columns": [column(name, title, "category", array, names)], "count": len(values)}
    return Result({array: values.astype(np.int32)}, meta, metrics or {})


def labels_of(dataset: Readable, count: int) -> NDArray[np.int32]:
    """Return a dataset's labels, -1 where there is none.

    Raises:
        MethodFailed: It has no labels, or not as many images as expected.
    """
    if not dataset.meta["classes"]:
        raise MethodFailed("This dataset has no classes; choose one that has.")
    labels = np.asarray(dataset.array("labels"))
    if len(labels) != count:
        raise MethodFailed(
            f"The dataset has {len(labels)} images, but {count} were compared; "
            "give the dataset that they come from."
        )
    return labels
