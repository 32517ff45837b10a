"""Centered kernel alignment of several embeddings."""

from typing import Literal

from pydantic import Field

from repscope.core.catalogue import Input
from repscope.core.errors import MethodFailed
from repscope.workers.analyses.pairs import all_pairs
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


@register(
    "similarity",
    "cka",
    version=1,
    title="CKA",
    params=Params,
    inputs=[
        Input(
            name="embeddings",
            kind="embedding",
            many=True,
            description="vectors of the same images, in order",
        )
    ],
    output="matrix",
    cost={"constant": 0.2},
)
def cka(context: Context, params: Params, embeddings: list[Readable]) -> Result:
    """Compare layers or encoders by how alike they see the relations between the same images.

    1 where one embedding is the other but for rotation and scale, whatever their numbers of
    features (Kornblith, Norouzi, Lee and Hinton, 2019). The plain estimate is high for any two
    embeddings with more features than images; the debiased one (Song et al., 2012) is 0 on average
    where they have nothing in common, and may be below.
    """
    features = [each.array("features") for each in embeddings]
    counts = {len(each) for each in features}
    if len(counts) > 1:
        raise MethodFailed("The embeddings are of different images; make all of one data set.")
    (count,) = counts
    if count < alignment.LEAST:
        raise MethodFailed(f"CKA needs {alignment.LEAST} images at least, not {count}.")
    if params.kernel == "rbf":
        if count > _MOST_OF_KERNEL:
            raise MethodFailed(
                f"A Gaussian kernel is of {_MOST_OF_KERNEL:,} images at most, not {count:,}; take "
                "a part of them (dataset/subset), or the linear kernel."
            )
        prepared = [alignment.rbf(each, params.width) for each in features]
    else:
        prepared = [alignment.linear(each) for each in features]
    return all_pairs(
        context,
        prepared,
        lambda x, y: alignment.cka(x, y, debiased=params.debiased),
        {"kernel": params.kernel, "debiased": params.debiased},
    )
