"""Model matrices: what is known of the images, as dissimilarities."""

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from repscope.core.catalogue import Input
from repscope.core.errors import InvalidRecipe, MethodFailed
from repscope.workers.context import Context, Readable, Result
from repscope.workers.registry import MethodParams, register
from repscope.workers.similarity.condensed import length
from repscope.workers.similarity.known import known_of

_MOST_ROWS = 20_000
#: Rows between two reports.
_STEP = 256


class Params(MethodParams):
    """What the images differ in."""

    column: str = Field(
        "label",
        min_length=1,
        max_length=200,
        description="column of the dataset: a category, such as the class (label), or a number",
    )


@register(
    "rdm",
    "model",
    version=1,
    title="Model matrix",
    params=Params,
    inputs=[Input(name="dataset", kind="dataset", description="the images, with their columns")],
    output="matrix",
    cost={"constant": 0.05, "rows*rows": 1e-9},
)
def model(context: Context, params: Params, dataset: Readable) -> Result:
    """Say how unlike images would be to something that only knows one thing of them.

    Of a category, such as the class, two images are 0 apart when they share it, else 1; of a number
    they are apart by its difference. To compare others with such a model, that predicts ties, use
    `rho-a` or `tau-a` (Nili et al., 2014; Schuett et al., 2023).
    """
    known = known_of(dataset, params.column)
    count = len(known.values)
    if not 2 <= count <= _MOST_ROWS:
        raise MethodFailed(
            f"A dissimilarity matrix is of 2 to {_MOST_ROWS:,} images, not {count:,}; "
            "take a part of them (dataset/subset)."
        )
    if known.missing:
        raise MethodFailed(
            f"{known.missing:,} images have no {known.title!r}; leave them out (dataset/subset)."
        )
    if (known.values == known.values[0]).all():
        raise InvalidRecipe(
            f"All images have the same {known.title!r}, which tells none apart; choose another.",
            field="params.column",
        )
    rdm = context.array("rdm", (length(count),), "float32")
    _fill(context, rdm, known.values, categories=known.names is not None)
    return Result({"rdm": rdm}, {"count": count, "column": params.column, "title": known.title})


def _fill(
    context: Context, rdm: NDArray[np.float32], values: NDArray[np.float64], *, categories: bool
) -> None:
    place = 0
    for row in range(len(values) - 1):
        if row % _STEP == 0:
            context.progress(row / len(values))
        others = values[row + 1 :]
        apart = others != values[row] if categories else np.abs(others - values[row])
        rdm[place : place + len(others)] = apart
        place += len(others)
