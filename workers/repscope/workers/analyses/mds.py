"""A map of representations: near are those that see the same images alike."""

import numpy as np
from pydantic import Field

from repscope.core.errors import MethodFailed
from repscope.workers.analyses.pairs import RDMS, all_pairs
from repscope.workers.context import Context, Readable, Result
from repscope.workers.registry import MethodParams, register
from repscope.workers.similarity.compare import COMPARISON, Comparison, comparables
from repscope.workers.similarity.scaling import classical, stress


class Params(MethodParams):
    """How two matrices are compared."""

    by: Comparison = Field("spearman", description=COMPARISON)


@register(
    "similarity",
    "mds",
    version=1,
    title="Map of representations",
    params=Params,
    inputs=RDMS,
    output="placement",
    cost={"constant": 0.2},
)
def mds(context: Context, params: Params, rdms: list[Readable]) -> Result:
    """Place representations in the plane, the nearer the more alike their matrices are.

    Classical multidimensional scaling of 1 minus the similarity of every two (Kriegeskorte, Mur and
    Bandettini, 2008). The stress tells how far to trust the map: the error of its distances as a
    share, 0 where they are exact; above 0.2, look at the matrix instead.
    """
    kept = [np.asarray(each.array("rdm")) for each in rdms]
    if len(kept) < 3:
        raise MethodFailed("Two representations are a line; give three or more.")
    if len({len(values) for values in kept}) > 1:
        raise MethodFailed(
            "The matrices are of different numbers of images; make all of one dataset."
        )
    if len(kept[0]) < 3:
        raise MethodFailed("Two images have one dissimilarity; take three or more.")
    matrices = comparables(kept, params.by, lambda share: context.progress(0.5 * share, "ranks"))
    found = all_pairs(context, matrices, lambda x, y: x.to(y), {"by": params.by})
    similarities = found.array("matrix")
    if np.isnan(similarities).any():
        raise MethodFailed("One matrix is the same for all pairs, and can be compared with none.")
    distances = 1.0 - similarities
    np.fill_diagonal(distances, 0.0)  # of rho-a and tau-a, ties make a matrix unlike itself
    points = classical(distances)
    error = stress(distances, points)
    return Result({"points": points, **found.arrays}, found.meta, {"stress": error})
