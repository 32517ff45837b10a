"""Distances of conditions in units of their noise, cross-validated."""

import numpy as np
from pydantic import Field
from scipy.spatial.distance import pdist, squareform

from repscope.core.catalogue import Input
from repscope.core.errors import InvalidRecipe, MethodFailed
from repscope.workers.context import Context, Readable, Result
from repscope.workers.numerics.arrays import I64
from repscope.workers.registry import MethodParams, register
from repscope.workers.similarity.conditions import Conditions, conditions_of, means
from repscope.workers.similarity.noise import Shrinkage, crossvalidated, whitened

#: Features whose covariance is held: 128 MB.
_WIDEST = 4096
_MOST_CONDITIONS = 5000


class Params(MethodParams):
    """What repeats what, and how noise is measured."""

    condition: str = Field(
        "label",
        min_length=1,
        max_length=200,
        description="column that says which images repeat one condition",
    )
    fold: str = Field(
        "",
        max_length=200,
        description="column of independent parts, such as runs; empty: the first image of each "
        "condition is one part, the second another, ...",
    )
    crossvalidated: bool = Field(
        True,
        description="between independent parts, so that noise adds nothing on average; without, "
        "squared Mahalanobis distances",
    )
    shrinkage: Shrinkage = Field(
        "diagonal",
        description="where the covariance of noise is pulled to: diagonal (correlations to 0), "
        "identity (one variance for all) or none",
    )


@register(
    "rdm",
    "crossnobis",
    version=1,
    title="Crossnobis distances",
    params=Params,
    inputs=[
        Input(name="embedding", kind="embedding", description="the vectors"),
        Input(name="dataset", kind="dataset", description="the images, with their columns"),
    ],
    output="matrix",
    cost={"constant": 0.2, "rows*width*width": 2e-11},
)
def crossnobis(context: Context, params: Params, embedding: Readable, dataset: Readable) -> Result:
    """Tell how unlike conditions are, in units of the noise between repeats of each.

    Vectors are turned and scaled so that what differs between images of one condition is the same
    in all directions; then squared distances are made between independent parts of the data, which
    makes them 0 on average where conditions do not differ (Walther et al., 2016). They are divided
    by the number of features, and may be below 0.
    """
    features = np.asarray(embedding.array("features"), np.float64)
    width = features.shape[1]
    groups = conditions_of(dataset, params.condition, len(features), "params.condition")
    count = len(groups.names)
    if width > _WIDEST or count > _MOST_CONDITIONS:
        raise MethodFailed(
            f"The noise of up to {_WIDEST:,} features is measured, in up to "
            f"{_MOST_CONDITIONS:,} conditions; here are {width:,} and {count:,}."
        )
    kept = groups.codes >= 0
    folds = None
    if params.crossvalidated:
        folds = _folds(params, groups, dataset)
        kept &= folds >= 0
    codes = groups.codes[kept]
    context.progress(0.1, "noise")
    scaled, pulled = whitened(features[kept], codes, params.shrinkage)
    context.progress(0.7, "distances")
    meta = {
        "count": count,
        "names": groups.names,
        "measure": "crossnobis" if params.crossvalidated else "mahalanobis",
        "shrinkage": round(pulled, 6),
    }
    if folds is None:
        distances = pdist(means(scaled, codes, count), "sqeuclidean")
    else:
        distances = squareform(crossvalidated(scaled, codes, folds[kept]), checks=False)
        meta["folds"] = int(folds.max()) + 1
    return Result({"rdm": (distances / width).astype(np.float32)}, meta)


def _folds(params: Params, groups: Conditions, dataset: Readable) -> I64:
    """Return the part of each image, -1 for none.

    Raises:
        InvalidRecipe: A condition is not in every part.
    """
    codes, count = groups.codes, len(groups.names)
    if params.fold:
        folds = conditions_of(dataset, params.fold, len(codes), "params.fold").codes
    else:
        folds = np.full(len(codes), -1, np.int64)
        for code in range(count):
            those = np.flatnonzero(codes == code)
            folds[those] = np.arange(len(those))
    parts = int(folds.max()) + 1
    both = (codes >= 0) & (folds >= 0)
    there = np.zeros((count, parts), np.int64)
    np.add.at(there, (codes[both], folds[both]), 1)
    if parts < 2 or not there.all():
        lacking = groups.names[int(np.argmax(~there.all(axis=1)))]
        hint = "" if params.fold else " Name the column of the parts in 'fold'."
        raise InvalidRecipe(
            f"Every condition must be in two parts or more, the same for all; {lacking!r} is not."
            + hint,
            field="params.fold",
        )
    return folds
