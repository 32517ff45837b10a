"""Canonical correlation analysis of several embeddings."""

from pydantic import Field

from repscope.core.errors import MethodFailed
from repscope.workers.analyses.pairs import EMBEDDINGS, all_pairs, images_of
from repscope.workers.context import Context, Readable, Result
from repscope.workers.registry import MethodParams, register
from repscope.workers.similarity import subspaces


class Params(MethodParams):
    """How much of each embedding is compared."""

    kept: float = Field(
        0.99,
        gt=0.0,
        le=1.0,
        description="share of the variance whose principal components are compared (SVCCA); 1: all",
    )


@register(
    "similarity",
    "cca",
    version=1,
    title="CCA",
    params=Params,
    inputs=EMBEDDINGS,
    output="matrix",
    cost={"constant": 0.5, "rows*width*width": 2e-10},
)
def cca(
    context: Context,
    params: Params,
    embeddings: list[Readable],
    others: list[Readable] | None = None,
) -> Result:
    """Compare embeddings by how well directions of one are predicted by directions of the other.

    The mean canonical correlation: 1 where each is a linear map of the other, so that axes which
    hardly vary count as much as those that vary most. Keeping only the principal components of
    nearly all the variance leaves noise out (SVCCA; Raghu et al., 2017). It needs many more images
    than components, for chance correlates too.
    """
    every = [*embeddings, *(others or [])]
    count = images_of(every)
    spaces = []
    for index, each in enumerate(every):
        context.progress(0.8 * index / len(every), f"components: {index + 1} of {len(every)}")
        spaces.append(subspaces.subspace(each.array("features"), params.kept))
    widest = sorted(space.shape[1] for space in spaces)[-2:]
    if sum(widest) >= count:
        raise MethodFailed(
            f"{count:,} images are too few for CCA of {widest[0]:,} and {widest[-1]:,} "
            "components: some would correlate perfectly, whatever they are. Take more images, or "
            "a lower 'kept'."
        )
    first = len(embeddings)
    meta = {"kept": params.kept, "components": [space.shape[1] for space in spaces]}
    return all_pairs(context, spaces[:first], subspaces.cca, meta, spaces[first:])
