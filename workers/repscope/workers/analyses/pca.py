"""Principal component analysis."""

from typing import Any, Literal

import numpy as np
from pydantic import Field

from repscope.core.catalogue import Input
from repscope.core.errors import MethodFailed
from repscope.workers.analyses.features import mean_of, variance_of
from repscope.workers.analyses.frames import frame_of
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
    inputs=[
        Input(name="embedding", kind="embedding", description="the vectors to project"),
        Input(
            name="axes",
            kind="embedding",
            optional=True,
            description="vectors whose axes to look along, such as those of a later snapshot",
        ),
    ],
    output="points",
    cost={"constant": 0.1, "rows*width": 1e-8, "rows*width*width": 2e-11},
)
def pca(
    context: Context, params: Params, embedding: Readable, axes: Readable | None = None
) -> Result:
    """Look at the vectors from the side from which they spread the most.

    The axes are the directions of largest variance: the first shows the most that any straight
    axis can show, the second the most of what is left, and so on (Pearson, 1901; Hotelling, 1933).
    The map is a shadow: what is near in space is near in the map, but not the other way round.
    Each axis says which share of the variance it shows; when the shares are small, most of what
    the encoder knows is not in the picture.

    Signs are fixed so that the largest weight of each axis is positive. A single image varies in
    nothing and lies at the origin.

    With the axes of other vectors, such as those of a run's last snapshot, all its snapshots are
    seen from one side: what moves then has changed in the encoder, not in the point of view.
    """
    features = embedding.array("features")  # (N, d)
    fitted = (axes or embedding).array("features")
    count, width = fitted.shape
    if count < 1 or width < params.dimensions:
        raise MethodFailed(
            f"A PCA with {params.dimensions} axes needs at least 1 image and "
            f"{params.dimensions} features; this embedding has {count} and {width}."
        )
    if features.shape[1] != width:
        raise MethodFailed(
            f"The axes are those of {width} features, but these vectors have {features.shape[1]}; "
            "take the same layer of another snapshot of the same run."
        )
    context.progress(0.0, "mean")
    mean = mean_of(fitted)
    if count == 1:
        return _alone(params.dimensions, len(features))
    components = principal_components(
        fitted, mean, params.dimensions, lambda words: context.progress(None, words)
    )
    points = components.project(features)
    meta: dict[str, Any] = {}
    if axes is None:
        variance, total = components.variance, components.total
    else:
        meta["frame"] = frame_of(components.project(fitted))
        variance, total = points.var(axis=0, dtype=np.float64), variance_of(features)
    context.progress(1.0)
    shares = variance / total if total > 0.0 else np.zeros_like(variance)
    titles = [f"PC {i + 1} ({share:.1%})" for i, share in enumerate(shares)]
    return Result(
        {"points": points},
        {"axes": titles, "explained_variance": [float(share) for share in shares]} | meta,
        {"explained_variance": float(shares.sum())},
    )


def _alone(dimensions: int, rows: int) -> Result:
    """Return the map by the axes of a single image, which are none."""
    axes = [f"PC {i + 1} (0.0%)" for i in range(dimensions)]
    points = np.zeros((rows, dimensions), np.float32)
    shares = {"explained_variance": [0.0] * dimensions}
    return Result({"points": points}, {"axes": axes} | shares, {"explained_variance": 0.0})
