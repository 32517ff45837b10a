"""Principal component analysis."""

from typing import Literal

import numpy as np
from pydantic import Field

from repscope.core.catalogue import Input
from repscope.core.errors import MethodFailed
from repscope.workers.analyses.features import mean_of
from repscope.workers.context import Context, Readable, Result
from repscope.workers.numerics.components import principal_components
from repscope.workers.registry import MethodParams, register


class Params(MethodParams):
    """Size of the map."""

    dimensions: Literal[2, 3] = Field(2, description="number of axes of the map")


@register(
    "projection",
    "pca",
    version=1,
    title="PCA",
    params=Params,
    inputs=[Input(name="embedding", kind="embedding", description="the vectors to project")],
    output="points",
    cost={"constant": 0.1, "rows*width": 1e-8, "rows*width*width": 2e-11},
)
def pca(context: Context, params: Params, embedding: Readable) -> Result:
    """Look at the vectors from the side from which they spread the most.

    The axes are the directions of largest variance: the first shows the most that any straight
    axis can show, the second the most of what is left, and so on (Pearson, 1901; Hotelling, 1933).
    The map is a shadow: what is near in space is near in the map, but not the other way round.
    Each axis says which share of the variance it shows; when the shares are small, most of what
    the encoder knows is not in the picture.

    Signs are fixed so that the largest weight of each axis is positive.
    """
    features = embedding.array("features")  # (N, d)
    count, width = features.shape
    if count < 2 or width < params.dimensions:
        raise MethodFailed(
            f"A PCA with {params.dimensions} axes needs at least 2 images and "
            f"{params.dimensions} features; this embedding has {count} and {width}."
        )
    context.progress(0.0, "mean")
    mean = mean_of(features)
    components = principal_components(
        features, mean, params.dimensions, lambda words: context.progress(None, words)
    )
    points = components.project(features)
    context.progress(1.0)
    variance, total = components.variance, components.total
    shares = variance / total if total > 0.0 else np.zeros_like(variance)
    titles = [f"PC {i + 1} ({share:.1%})" for i, share in enumerate(shares)]
    return Result(
        {"points": points},
        {"axes": titles, "explained_variance": [float(share) for share in shares]},
        {"explained_variance": float(shares.sum())},
    )
