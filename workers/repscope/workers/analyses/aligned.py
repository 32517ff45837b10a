"""A map laid onto another one of the same images."""

import numpy as np
from numpy.typing import NDArray

from repscope.core.catalogue import Input
from repscope.core.errors import MethodFailed
from repscope.workers.analyses.frames import frame_of
from repscope.workers.context import Context, Readable, Result
from repscope.workers.registry import NoParams, register

Points = NDArray[np.float64]


@register(
    "projection",
    "aligned",
    version=1,
    title="Aligned map",
    inputs=[
        Input(name="projection", kind="projection", description="the map to turn"),
        Input(name="onto", kind="projection", description="the map that stays as it is"),
    ],
    output="points",
    cost={"constant": 0.1, "rows": 1e-6},
)
def aligned(context: Context, params: NoParams, projection: Readable, onto: Readable) -> Result:
    """Move, turn and mirror a map so that it lies as near to another one as it can.

    Where a map lies, how it is turned and whether it is mirrored means nothing; this takes it away
    (orthogonal Procrustes analysis, Schönemann, 1966), so that what moves between the snapshots of
    a run is what changed in the encoder, and the luck of the layout. The size of the map is kept.
    The motion of an image is told in spreads of the map that stays: 1 is as far off as a random
    place. What two random starts of one map move is the scale below which motion means nothing.
    """
    moving = np.asarray(projection.array("points"), np.float64)
    still = np.asarray(onto.array("points"), np.float64)
    if moving.shape != still.shape:
        raise MethodFailed(
            f"Only maps of the same images and axes can be aligned; these have {moving.shape[0]} "
            f"points in {moving.shape[1]} dimensions and {still.shape[0]} in {still.shape[1]}."
        )
    turned = lay_onto(moving, still)
    spread = np.sqrt(np.square(still - still.mean(axis=0)).sum(axis=1).mean())
    motion = np.sqrt(np.square(turned - still).sum(axis=1)) / max(spread, 1e-300)
    context.progress(1.0)
    return Result(
        {"points": turned.astype(np.float32), "motion": motion.astype(np.float32)},
        {"axes": onto.meta.get("axes", []), "frame": frame_of(still)},
        dict(projection.metrics) | {"motion": float(np.median(motion))},
    )


def lay_onto(moving: Points, still: Points) -> Points:
    """Move, turn and mirror points onto others.

    Args:
        moving: shape (N, dimensions).
        still: of the same shape.

    Returns:
        The points of `moving` with the least sum of squared distances to `still` that a rigid
        motion and a reflection can give.
    """
    centered = moving - moving.mean(axis=0)
    left, _, right = np.linalg.svd(centered.T @ (still - still.mean(axis=0)))
    return np.asarray(centered @ left @ right + still.mean(axis=0))
