"""Representational similarity analysis: how alike several dissimilarity matrices are."""

from repscope.workers.analyses.pairs import RDMS, MatrixParams, all_matrices
from repscope.workers.context import Context, Readable, Result
from repscope.workers.registry import register


@register(
    "similarity",
    "rsa",
    version=1,
    title="RSA",
    params=MatrixParams,
    inputs=RDMS,
    output="matrix",
    cost={"constant": 0.2},
)
def rsa(context: Context, params: MatrixParams, rdms: list[Readable]) -> Result:
    """Compare what representations say of the same images, by their dissimilarity matrices.

    Correlating ranks asks only whether what is less alike for one is less alike for the other
    (Kriegeskorte, Mur and Bandettini, 2008). Where one of them is a model that predicts ties, such
    as same class against other class, use `rho-a` or `tau-a` (Nili et al., 2014; Schuett et al.,
    2023).
    """
    return all_matrices(context, rdms, params.by)
