"""What several maps of the same images have in common."""

import numpy as np
from numpy.typing import NDArray

from repscope.core.catalogue import Input
from repscope.core.errors import MethodFailed
from repscope.workers.analyses.values import numbers
from repscope.workers.context import Context, Readable, Result
from repscope.workers.registry import NoParams, register

Points = NDArray[np.float64]

#: Rounds of turning all maps onto their mean; it settles within a few.
ROUNDS = 20


@register(
    "trust",
    "stability",
    version=1,
    title="Stability",
    inputs=[
        Input(
            name="projections",
            kind="projection",
            many=True,
            description="maps of the same images from different starts",
        )
    ],
    output="values",
    cost={"constant": 0.1, "rows": 1e-6},
)
def stability(context: Context, params: NoParams, projections: list[Readable]) -> Result:
    """Show how far each image moves from one map to the next.

    The maps are moved, turned, mirrored and scaled onto their mean (generalized Procrustes
    analysis, Gower, 1975), for none of this means anything. What then still moves is where the
    layout was a matter of luck. The unit is the spread of the map: 1 is as far off as a random
    place. Maps that start from the same principal components agree because of that start, and
    prove nothing: give maps from random starts.
    """
    maps = [np.asarray(each.array("points"), np.float64) for each in projections]
    shapes = {points.shape for points in maps}
    if len(maps) < 2 or len(shapes) > 1:
        raise MethodFailed("Stability compares at least two maps of the same images and axes.")
    aligned, mean = align(maps)
    motion = np.sqrt(np.mean([np.square(points - mean).sum(axis=1) for points in aligned], axis=0))
    context.progress(1.0)
    title = f"Motion between {len(maps)} maps, in map spreads"
    return numbers("motion", title, motion, {"motion": float(np.median(motion))})


def align(maps: list[Points]) -> tuple[list[Points], Points]:
    """Turn maps onto their mean.

    Args:
        maps: each (N, dimensions).

    Returns:
        The maps, each of mean 0 and root mean square distance 1 from it, and their mean.
    """
    scaled = []
    for points in maps:
        centered = points - points.mean(axis=0)
        spread = np.sqrt(np.square(centered).sum(axis=1).mean())
        scaled.append(centered / max(spread, 1e-300))
    mean = scaled[0]
    for _ in range(ROUNDS):
        turned = []
        for points in scaled:
            left, _, right = np.linalg.svd(points.T @ mean)
            turned.append(points @ left @ right)
        mean = np.mean(turned, axis=0)
    return turned, mean
