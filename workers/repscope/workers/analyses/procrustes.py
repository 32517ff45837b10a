"""Orthogonal Procrustes similarity of several embeddings."""

from repscope.workers.analyses.pairs import EMBEDDINGS, all_pairs, images_of
from repscope.workers.context import Context, Readable, Result
from repscope.workers.registry import NoParams, register
from repscope.workers.similarity import subspaces


@register(
    "similarity",
    "procrustes",
    version=1,
    title="Procrustes",
    inputs=EMBEDDINGS,
    output="matrix",
    cost={"constant": 0.5, "rows*width*width": 2e-10},
)
def procrustes(
    context: Context,
    params: NoParams,
    embeddings: list[Readable],
    others: list[Readable] | None = None,
) -> Result:
    """Compare embeddings by how near one comes to the other when it may be turned.

    Both are centered and scaled to length 1 in all; then the similarity is 1 less half the squared
    distance after the best rotation. It sees differences in directions of little variance that CKA
    passes over (Ding, Denain and Steinhardt, 2021).
    """
    every = [*embeddings, *(others or [])]
    images_of(every)
    shapes = [subspaces.shape(each.array("features")) for each in every]
    first = len(embeddings)
    return all_pairs(context, shapes[:first], subspaces.procrustes, {}, shapes[first:])
