"""A part of a dataset as a dataset of its own."""

from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from repscope.core.catalogue import Input
from repscope.core.errors import InvalidRecipe, MethodFailed
from repscope.core.recipes import input_ids
from repscope.workers.context import Context, Readable, Result
from repscope.workers.datasets.gathering import gather
from repscope.workers.numerics.apportion import stratified
from repscope.workers.registry import MethodParams, register

Rows = NDArray[np.int64]


class Params(MethodParams):
    """Which images."""

    take: Literal["first", "stratified", "classes", "split", "selection"] = Field(
        "first",
        description="first: the first images; stratified: images drawn at random so that every "
        "class keeps its share; classes: all of some classes; split: all of one part; selection: "
        "those of a selection",
    )
    count: int = Field(
        1000,
        ge=1,
        le=100_000_000,
        description="how many images, for first and stratified; all when there are fewer",
    )
    classes: list[Annotated[str, Field(max_length=1000)]] = Field(
        [],
        max_length=10_000,
        description="names of the classes, for classes",
    )
    split: str | None = Field(
        None,
        max_length=200,
        description="name of the part, for split, such as train; the column split holds it",
    )


@register(
    "dataset",
    "subset",
    version=1,
    title="A part of a dataset",
    params=Params,
    inputs=[
        Input(name="dataset", kind="dataset", description="the images to choose from"),
        Input(
            name="selection",
            kind="selection",
            optional=True,
            description="the chosen images, for selection",
        ),
    ],
    output="images",
    seeded=True,
    cost={"constant": 0.1, "rows*pixels": 1e-9},
)
def subset(
    context: Context, params: Params, dataset: Readable, selection: Readable | None = None
) -> Result:
    """Some images of a dataset: the first, a fair draw, some classes, one part, or a selection.

    Images stay in their order and keep labels, columns and license. The names of the classes stay
    all, so that colors and numbers mean the same as before. The array `rows` says which row of the
    larger dataset each image is, so selections of the one can be found in the other.
    """
    rows, what = _choose(context, params, dataset, selection)
    if len(rows) == 0:
        raise MethodFailed(f"No image of this dataset is {what}; choose others.")
    count = len(rows)
    arrays = gather(
        context, dataset, rows, lambda share: context.progress(share, f"copying {count:,} images")
    )
    context.progress(1.0, f"{count:,} images")
    # What an import left out was left out of the larger one.
    meta = {name: value for name, value in dataset.meta.items() if name != "left_out"}
    meta |= {
        "title": f"{dataset.meta['title']}, {what}"[:200],
        "count": count,
        "parent": _ids(context).get("dataset"),
        "parent_count": int(dataset.meta["count"]),
    }
    if "sizes" in arrays:  # images of mixed sizes: the largest of those that are left
        meta["height"], meta["width"] = (int(side) for side in arrays["sizes"].max(axis=0))
    return Result({**arrays, "rows": rows}, meta)


def _choose(
    context: Context, params: Params, dataset: Readable, selection: Readable | None
) -> tuple[Rows, str]:
    """Return the rows, and what they have in common, in words."""
    count = int(dataset.meta["count"])
    wanted = min(params.count, count)
    match params.take:
        case "first":
            return np.arange(wanted, dtype=np.int64), f"first {wanted:,}"
        case "stratified":
            return stratified(_labels(dataset), wanted, context.rng), f"{wanted:,} drawn by class"
        case "classes":
            return _of_classes(dataset, params.classes)
        case "split":
            return _of_split(dataset, params.split)
        case "selection":
            rows = _of_selection(context, dataset, selection)
            return rows, f"{len(rows):,} selected" if len(rows) else "in the selection"


def _labels(dataset: Readable) -> NDArray[Any]:
    if not dataset.meta["classes"]:
        raise MethodFailed("This dataset has no classes; take the first images or a selection.")
    return np.asarray(dataset.array("labels"))


def _of_classes(dataset: Readable, names: list[str]) -> tuple[Rows, str]:
    labels, known = _labels(dataset), dataset.meta["classes"]
    if not names:
        raise InvalidRecipe("Name at least one class.", field="params.classes")
    for name in names:
        if name not in known:
            raise InvalidRecipe(
                f"This dataset has no class '{name}'; it has {_listed(known)}.",
                field="params.classes",
            )
    codes = [code for code, name in enumerate(known) if name in names]
    return np.flatnonzero(np.isin(labels, codes)), _listed([known[code] for code in codes])


def _of_split(dataset: Readable, name: str | None) -> tuple[Rows, str]:
    column = next((c for c in dataset.meta["columns"] if c["name"] == "split"), None)
    names = (column or {}).get("categories")
    if column is None or not names:
        raise MethodFailed(
            "This dataset has no column split that says which images train and which test."
        )
    if name not in names:
        raise InvalidRecipe(
            f"This dataset has no part '{name or ''}'; it has {_listed(names)}.",
            field="params.split",
        )
    codes = np.asarray(dataset.array(column["array"]))
    return np.flatnonzero(codes == names.index(name)), str(name)


def _of_selection(context: Context, dataset: Readable, selection: Readable | None) -> Rows:
    """Return the selected rows of this dataset, whether they were selected in it or nearby."""
    if selection is None:
        raise InvalidRecipe(
            "'selection' is missing; give the selected images.", field="inputs.selection"
        )
    rows = np.asarray(selection.array("rows"), np.int64)
    of, own = selection.meta["dataset"], _ids(context).get("dataset")
    if of == own and selection.meta["of"] == dataset.meta["count"]:
        return rows
    if of is not None and of == dataset.meta.get("parent"):
        return np.flatnonzero(np.isin(dataset.array("rows"), rows))
    if own is not None and own == selection.meta.get("parent"):
        return np.asarray(selection.array("parent_rows"), np.int64)
    raise MethodFailed(
        "The images were selected in another dataset; select in this one, in the one that it is a "
        "part of, or in a part of it."
    )


def _ids(context: Context) -> dict[str, Any]:
    return input_ids(context.recipe) if context.recipe is not None else {}


def _listed(names: list[str]) -> str:
    return ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")
