"""A set of rows that somebody chose, as recipes use it."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from repscope.core.catalogue import Input
from repscope.core.errors import MethodFailed
from repscope.core.recipes import input_ids
from repscope.core.uploads import DIGEST_PATTERN, UPLOAD_FORMAT
from repscope.workers.context import Context, Readable, Result
from repscope.workers.registry import MethodParams, register


class Params(MethodParams):
    """Which upload."""

    upload: str = Field(
        pattern=DIGEST_PATTERN,
        max_length=64,
        description="SHA-256 of a .npy file of int64 row numbers, ascending, each once",
        json_schema_extra={"format": UPLOAD_FORMAT},
    )


@register(
    "selection",
    "rows",
    version=1,
    title="Selected images",
    params=Params,
    inputs=[Input(name="dataset", kind="dataset", description="the images chosen from")],
    output="rows",
    cost={"constant": 0.05},
)
def rows(context: Context, params: Params, dataset: Readable) -> Result:
    """Images that somebody chose, such as with the lasso: a set of rows of one dataset.

    A selection never changes, so that what is made of it, such as a smaller dataset, can be made
    again. Of a dataset that is a part of another, it also says which rows of that one they are.
    """
    chosen = _read(context.upload(params.upload), int(dataset.meta["count"]))
    arrays = {"rows": chosen}
    ids = input_ids(context.recipe) if context.recipe is not None else {}
    meta = {"count": len(chosen), "of": dataset.meta["count"], "dataset": ids.get("dataset")}
    if "rows" in dataset.array_names:
        arrays["parent_rows"] = dataset.array("rows")[chosen]
        meta["parent"] = dataset.meta["parent"]
    return Result(arrays, meta, {"count": float(len(chosen))})


def _read(path: Path, count: int) -> NDArray[np.int64]:
    try:
        # Mapped: a header that announces more than is there fails before memory is taken.
        given = np.load(path, mmap_mode="r", allow_pickle=False)
    except (ValueError, EOFError, OSError):
        given = None
    if not isinstance(given, np.ndarray) or given.ndim != 1 or given.dtype != np.dtype("<i8"):
        raise MethodFailed(
            "The upload is no selection; save the rows with numpy.save as one list of int64."
        )
    if len(given) == 0:
        raise MethodFailed("The selection is empty; choose at least one image.")
    chosen = np.array(given)
    if (np.diff(chosen) <= 0).any():
        raise MethodFailed("The rows of a selection must ascend and name each image once.")
    if chosen[0] < 0 or chosen[-1] >= count:
        wrong = chosen[0] if chosen[0] < 0 else chosen[-1]
        raise MethodFailed(
            f"The selection names row {wrong:,}, but the dataset's rows are 0 to {count - 1:,}."
        )
    return chosen
