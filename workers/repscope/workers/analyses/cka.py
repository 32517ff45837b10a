"""Centered kernel alignment of several embeddings."""

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from repscope.core.errors import MethodFailed
from repscope.workers.analyses.pairs import EMBEDDINGS, all_pairs, images_of
from repscope.workers.context import Context, Readable, Result
from repscope.workers.registry import MethodParams, register
from repscope.workers.similarity import cka as alignment

#: Images whose whole kernel is held: 0.8 GB of each embedding.
_MOST_OF_KERNEL = 10_000


class Params(MethodParams):
    """Which kernel, and which estimate."""

    kernel: Literal["linear", "rbf"] = Field(
        "linear", description="linear: products of vectors; rbf: Gaussian of their distance"
    )
    width: float = Field(
        1.0, ge=0.01, le=100.0, description="of the Gaussian, in median distances of two images"
    )
    debiased: bool = Field(
        True,
        description="correct for the number of images; without, embeddings with many features seem "
        "alike though they are not",
    )
    batch: int = Field(
        0,
        ge=0,
        le=100_000,
        description="images of a random part: the mean over parts is taken, which needs less "
        "memory (minibatch CKA); 0: all images at once",
    )


@register(
    "similarity",
    "cka",
    version=1,
    title="CKA",
    params=Params,
    inputs=EMBEDDINGS,
    output="matrix",
    seeded=True,
    cost={"constant": 0.2},
)
def cka(
    context: Context,
    params: Params,
    embeddings: list[Readable],
    others: list[Readable] | None = None,
) -> Result:
    """Compare layers or encoders by how alike they see the relations between the same images.

    1 where one embedding is the other but for rotation and scale, whatever their numbers of
    features (Kornblith, Norouzi, Lee and Hinton, 2019). The plain estimate is high for any two
    embeddings with more features than images; the debiased one (Song et al., 2012) is 0 on average
    where they have nothing in common, and may be below. With `batch`, the images are dealt into
    parts at random, and the means over parts take the place of the whole (Nguyen, Raghu and
    Kornblith, 2021).
    """
    every = [*embeddings, *(others or [])]
    count = images_of(every)
    first = len(embeddings)
    size = min(params.batch or count, count)
    if size < alignment.LEAST:
        raise MethodFailed(f"CKA needs {alignment.LEAST} images at least, not {size}.")
    if params.kernel == "rbf" and size > _MOST_OF_KERNEL:
        raise MethodFailed(
            f"A Gaussian kernel is of {_MOST_OF_KERNEL:,} images at most, not {size:,}; take "
            "a part of them (dataset/subset, or 'batch'), or the linear kernel."
        )
    meta: dict[str, Any] = {"kernel": params.kernel, "debiased": params.debiased}
    if size < count:
        parts = count // size
        return _in_parts(context, params, every, first, parts, meta | {"parts": parts})
    prepared = [_prepared(each, params) for each in every]

    def compare(x: alignment.Prepared, y: alignment.Prepared) -> float:
        return alignment.cka(x, y, debiased=params.debiased)

    return all_pairs(context, prepared[:first], compare, meta, prepared[first:])


def _prepared(
    embedding: Readable, params: Params, rows: NDArray[np.int64] | None = None
) -> alignment.Prepared:
    features = embedding.array("features")
    if rows is not None:
        features = features[rows]
    if params.kernel == "rbf":
        return alignment.rbf(features, params.width)
    return alignment.linear(features, scaled=rows is None)


def _in_parts(
    context: Context,
    params: Params,
    every: list[Readable],
    first: int,
    parts: int,
    meta: dict[str, Any],
) -> Result:
    """Take means over parts of the images: of products of every two, and of each with itself."""
    count = len(every[0].array("features"))
    order = np.random.default_rng(context.seed).permutation(count)
    second = list(range(first, len(every))) or list(range(first))
    products, own = np.zeros((first, len(second))), np.zeros(len(every))
    for part, rows in enumerate(np.array_split(order, parts)):
        context.progress(part / parts, f"part {part + 1} of {parts}")
        prepared = [_prepared(each, params, np.sort(rows)) for each in every]
        for i, x in enumerate(prepared):
            own[i] += alignment.hsic(x, x, debiased=params.debiased)
        for i in range(first):
            for column, j in enumerate(second):
                products[i, column] += alignment.hsic(
                    prepared[i], prepared[j], debiased=params.debiased
                )
    norms = np.outer(own[:first], own[second])
    with np.errstate(invalid="ignore", divide="ignore"):
        matrix = np.where(norms > 0.0, products / np.sqrt(norms), np.nan)
    context.progress(1.0)
    return Result({"matrix": matrix}, meta)
