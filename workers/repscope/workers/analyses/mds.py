"""A map of representations: near are those that see the same images alike."""

import numpy as np

from repscope.core.errors import MethodFailed
from repscope.workers.analyses.pairs import RDMS, MatrixParams, all_matrices
from repscope.workers.context import Context, Readable, Result
from repscope.workers.registry import register
from repscope.workers.similarity.scaling import classical, stress


@register(
    "similarity",
    "mds",
    version=1,
    title="Map of representations",
    params=MatrixParams,
    inputs=RDMS,
    output="placement",
    cost={"constant": 0.2},
)
def mds(context: Context, params: MatrixParams, rdms: list[Readable]) -> Result:
    """Place representations in the plane, the nearer the more alike their matrices are.

    Classical multidimensional scaling of 1 minus the similarity of every two (Kriegeskorte, Mur and
    Bandettini, 2008). The stress tells how far to trust the map: the error of its distances as a
    share, 0 where they are exact; above 0.2, look at the matrix instead.
    """
    if len(rdms) < 3:
        raise MethodFailed("Two representations are a line; give three or more.")
    found = all_matrices(context, rdms, params.by)
    similarities = found.array("matrix")
    if np.isnan(similarities).any():
        raise MethodFailed("One matrix is the same for all pairs, and can be compared with none.")
    distances = 1.0 - similarities
    np.fill_diagonal(distances, 0.0)  # of rho-a and tau-a, ties make a matrix unlike itself
    points = classical(distances)
    error = stress(distances, points)
    return Result({"points": points, **found.arrays}, found.meta, {"stress": error})
