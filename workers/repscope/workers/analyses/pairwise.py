"""Representational dissimilarity matrices."""

from pydantic import Field

from repscope.core.catalogue import Input
from repscope.core.errors import MethodFailed
from repscope.workers.context import Context, Readable, Result
from repscope.workers.registry import MethodParams, register
from repscope.workers.similarity.condensed import length
from repscope.workers.similarity.rdm import Measure, dissimilarities

#: Rows of a matrix that is kept whole: 800 MB.
_MOST_ROWS = 20_000


class Params(MethodParams):
    """How two vectors are compared."""

    measure: Measure = Field(
        "correlation",
        description="correlation, cosine: 1 minus Pearson's correlation, or the cosine, of two "
        "vectors; euclidean, sqeuclidean: length of their difference, or its square; manhattan: "
        "sum of absolute differences",
    )


@register(
    "rdm",
    "pairwise",
    version=1,
    title="Dissimilarity matrix",
    params=Params,
    inputs=[Input(name="embedding", kind="embedding", description="the vectors to compare")],
    output="matrix",
    cost={"constant": 0.1, "rows*rows": 4e-9, "rows*rows*width": 1e-11},
)
def rdm(context: Context, params: Params, embedding: Readable) -> Result:
    """Tell of every pair of images how unlike their vectors are.

    It is what a representation says of the images when axes, units and number of dimensions are
    left out (Kriegeskorte, Mur and Bandettini, 2008), so matrices of different encoders, of layers,
    of brains and of judgements compare. 1 minus the correlation is the usual measure: it passes
    over the level and the strength of a whole vector.

    The array `rdm` is condensed as SciPy's: the half above the diagonal, row by row.
    """
    features = embedding.array("features")  # (N, d)
    count = len(features)
    if not 2 <= count <= _MOST_ROWS:
        raise MethodFailed(
            f"A dissimilarity matrix is of 2 to {_MOST_ROWS:,} images, not {count:,}; "
            "take a part of them (dataset/subset)."
        )
    values = context.array("rdm", (length(count),), "float32")
    words = f"{count:,} images"
    dissimilarities(
        features, params.measure, lambda share: context.progress(share, words), out=values
    )
    return Result({"rdm": values}, {"measure": params.measure, "count": count})
