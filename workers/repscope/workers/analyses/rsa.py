"""Representational similarity analysis: how alike several dissimilarity matrices are."""

import numpy as np
from pydantic import Field

from repscope.core.errors import MethodFailed
from repscope.workers.analyses.pairs import RDMS, all_pairs
from repscope.workers.context import Context, Readable, Result
from repscope.workers.registry import MethodParams, register
from repscope.workers.similarity.compare import COMPARISON, Comparison, comparables


class Params(MethodParams):
    """How two matrices are compared."""

    by: Comparison = Field("spearman", description=COMPARISON)


@register(
    "similarity",
    "rsa",
    version=1,
    title="RSA",
    params=Params,
    inputs=RDMS,
    output="matrix",
    cost={"constant": 0.2},
)
def rsa(context: Context, params: Params, rdms: list[Readable]) -> Result:
    """Compare what representations say of the same images, by their dissimilarity matrices.

    Correlating ranks asks only whether what is less alike for one is less alike for the other
    (Kriegeskorte, Mur and Bandettini, 2008). Where one of them is a model that predicts ties, such
    as same class against other class, use `rho-a` or `tau-a` (Nili et al., 2014; Schuett et al.,
    2023).
    """
    kept = [np.asarray(each.array("rdm")) for each in rdms]
    if len({len(values) for values in kept}) > 1:
        raise MethodFailed(
            "The matrices are of different numbers of images; make all of one dataset."
        )
    if len(kept[0]) < 3:
        raise MethodFailed("Two images have one dissimilarity; take three or more.")
    matrices = comparables(kept, params.by, lambda share: context.progress(0.5 * share, "ranks"))
    return all_pairs(context, matrices, lambda x, y: x.to(y), {"by": params.by})
