"""The split that the makers of a dataset chose."""

from typing import Any

import numpy as np
from pydantic import Field

from repscope.core.catalogue import Input
from repscope.core.errors import InvalidRecipe, MethodFailed
from repscope.workers.context import Context, Readable, Result
from repscope.workers.registry import MethodParams, register
from repscope.workers.splits.parts import as_split, read_parts


class Params(MethodParams):
    """Where it stands."""

    column: str = Field(
        "split", max_length=200, description="name of the dataset's column that holds it"
    )


@register(
    "split",
    "given",
    version=1,
    title="Given split",
    params=Params,
    inputs=[Input(name="dataset", kind="dataset", description="images with a split")],
    output="values",
    cost={"constant": 0.05, "rows": 1e-7},
)
def given(context: Context, params: Params, dataset: Readable) -> Result:
    """Train, validation and test as the dataset itself divides its images.

    Results on a split that many have used can be compared with theirs. Train or training, val,
    valid, validation or dev, and test or testing are understood; images of other parts, such as
    extra or unlabeled, belong to none.
    """
    column = _column(dataset, params.column)
    names: list[str] = column["categories"]
    split = read_parts(names, np.asarray(dataset.array(column["array"])))
    if split is None:
        raise MethodFailed(
            f"The column '{params.column}' is no split: it needs images of train and of test or "
            f"validation, and names {_listed(names)}; divide the images at random instead."
        )
    return as_split(split)


def _column(dataset: Readable, name: str) -> dict[str, Any]:
    columns = [c for c in dataset.meta["columns"] if c["type"] == "category" and c["categories"]]
    for column in columns:
        if column["name"] == name:
            found: dict[str, Any] = column
            return found
    names = ", ".join(column["name"] for column in columns) or "none"
    raise InvalidRecipe(
        f"This dataset has no column '{name}' with named parts; of that kind it has {names}. "
        "Divide the images at random instead.",
        field="params.column",
    )


def _listed(names: list[str]) -> str:
    return ", ".join(names[:5]) + (", ..." if len(names) > 5 else "")
