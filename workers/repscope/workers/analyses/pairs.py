"""What every two of several things have in common, or each of some with each of others."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np
from pydantic import Field

from repscope.core.catalogue import Input
from repscope.core.errors import MethodFailed
from repscope.workers.context import Context, Readable, Result
from repscope.workers.registry import MethodParams
from repscope.workers.similarity.compare import COMPARISON, Comparison, comparables

Thing = TypeVar("Thing")

#: Inputs of methods that compare matrices.
RDMS = [
    Input(name="rdms", kind="rdm", many=True, description="matrices of the same images, in order")
]
#: Inputs of methods that compare embeddings.
EMBEDDINGS = [
    Input(
        name="embeddings",
        kind="embedding",
        many=True,
        description="vectors of the same images, in order",
    ),
    Input(
        name="others",
        kind="embedding",
        many=True,
        optional=True,
        description="layers of another encoder, to compare each of the first with each of these",
    ),
]


class MatrixParams(MethodParams):
    """How two matrices are compared."""

    by: Comparison = Field("spearman", description=COMPARISON)


def all_pairs(
    context: Context,
    things: Sequence[Thing],
    compare: Callable[[Thing, Thing], float],
    meta: dict[str, Any],
    others: Sequence[Thing] = (),
) -> Result:
    """Compare each with each, itself among them; or each with each of the others.

    Args:
        context: Hears of the progress.
        things: What is compared.
        compare: Symmetric in both.
        meta: What else is known.
        others: What they are compared with; without, with themselves.

    Returns:
        `matrix` (a, b) float64, square and symmetric without others.
    """
    count = len(things)
    matrix = np.empty((count, len(others) or count))
    for i in range(count):
        context.progress(i / count, f"{i + 1} of {count}")
        for j in range(0 if others else i, matrix.shape[1]):
            matrix[i, j] = compare(things[i], (others or things)[j])
            if not others:
                matrix[j, i] = matrix[i, j]
    context.progress(1.0)
    return Result({"matrix": matrix}, meta)


def all_matrices(context: Context, rdms: Sequence[Readable], by: Comparison) -> Result:
    """Compare each dissimilarity matrix with each, itself among them.

    Args:
        context: Hears of the progress.
        rdms: The matrices, of the same images.
        by: The measure.

    Returns:
        `matrix` (a, a) float64, symmetric.

    Raises:
        MethodFailed: They are of other numbers of images, or of two images.
    """
    kept = [np.asarray(each.array("rdm")) for each in rdms]
    if len({len(values) for values in kept}) > 1:
        raise MethodFailed(
            "The matrices are of different numbers of images; make all of one dataset."
        )
    if len(kept[0]) < 3:
        raise MethodFailed("Two images have one dissimilarity; take three or more.")
    matrices = comparables(kept, by, lambda share: context.progress(0.5 * share, "ranks"))
    return all_pairs(context, matrices, lambda x, y: x.to(y), {"by": by})


def images_of(embeddings: Sequence[Readable]) -> int:
    """Return of how many images embeddings are.

    Raises:
        MethodFailed: They are not of the same number.
    """
    counts = {len(each.array("features")) for each in embeddings}
    if len(counts) > 1:
        raise MethodFailed("The embeddings are of different images; make all of one dataset.")
    (count,) = counts
    return count
