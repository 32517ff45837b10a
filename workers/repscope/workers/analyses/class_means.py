"""Dissimilarity matrix of the means of classes."""

import numpy as np
from pydantic import Field

from repscope.core.catalogue import Input
from repscope.workers.context import Context, Readable, Result
from repscope.workers.registry import MethodParams, register
from repscope.workers.similarity.conditions import conditions_of, means
from repscope.workers.similarity.rdm import Measure, dissimilarities


class Params(MethodParams):
    """Which classes, and how two means are compared."""

    measure: Measure = Field(
        "correlation",
        description="correlation, cosine: 1 minus Pearson's correlation, or the cosine, of two "
        "vectors; euclidean, sqeuclidean: length of their difference, or its square; manhattan: "
        "sum of absolute differences",
    )
    column: str = Field(
        "label", min_length=1, max_length=200, description="column that says what belongs together"
    )


@register(
    "rdm",
    "class_means",
    version=1,
    title="Dissimilarities of class means",
    params=Params,
    inputs=[
        Input(name="embedding", kind="embedding", description="the vectors"),
        Input(name="dataset", kind="dataset", description="the images, with classes"),
    ],
    output="matrix",
    cost={"constant": 0.1, "rows*width": 1e-8},
)
def class_means(context: Context, params: Params, embedding: Readable, dataset: Readable) -> Result:
    """Tell of every two classes how unlike their mean vectors are.

    What single images add is averaged out, and the matrix is small. Images without a class are
    left out, and so are classes without images.
    """
    features = np.asarray(embedding.array("features"))
    groups = conditions_of(dataset, params.column, len(features), "params.column")
    centers = means(features, groups.codes, len(groups.names))
    rdm = dissimilarities(centers, params.measure, context.progress)
    meta = {"count": len(groups.names), "measure": params.measure, "names": groups.names}
    return Result({"rdm": rdm}, meta)
