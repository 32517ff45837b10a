"""What t-SNE and UMAP share: a start, and a map that is seen while it forms."""

from collections.abc import Callable
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from repscope.core.catalogue import Input
from repscope.core.errors import MethodFailed
from repscope.workers.context import Context, Readable, Result

Points = NDArray[np.float32]


#: What is laid out, and where from.
MAP_INPUTS = [
    Input(name="neighbors", kind="neighbors", description="the nearest-neighbor graph"),
    Input(name="start", kind="projection", optional=True, description="a map to flow on from"),
]
#: Last parameter of every map that forms step by step.
StopAt = Annotated[
    int | None,
    Field(ge=1, le=100_000, description="step after which to stop; empty goes on to the end"),
]


def given_start(start: Readable | None, count: int, dimensions: int) -> Points | None:
    """Return the layout to flow on from, if one was given.

    Raises:
        MethodFailed: It is a map of other images, or of other dimensions.
    """
    if start is None:
        return None
    points = np.asarray(start.array("points"), np.float32)
    if points.shape != (count, dimensions):
        raise MethodFailed(
            f"The map to start from has {points.shape[0]} points in {points.shape[1]} dimensions; "
            f"this one has {count} in {dimensions}."
        )
    return points


class Watch:
    """Passes a forming map on: progress, the layout, and the wish to stop."""

    def __init__(
        self,
        context: Context,
        steps: int,
        stop_at: int | None,
        result: Callable[[Points, int, float | None], Result],
    ) -> None:
        """Watch one map.

        Args:
            context: Where to report.
            steps: How many there are in all.
            stop_at: After which to stop, if not after the last.
            result: Makes the result from the layout, the step and the divergence.
        """
        self._context = context
        self._steps = steps
        self._stop_at = stop_at
        self._result = result

    def step(self, step: int, points: Points, divergence: float | None = None) -> bool:
        """Report one step; tells whether to stop."""
        context = self._context
        context.progress(min(step / self._steps, 1.0), f"step {step} of {self._steps}")
        known: dict[str, Any] = {"step": step, "steps": self._steps}
        if divergence is not None:
            known["kl"] = divergence
        context.intermediate(points, **known)
        if context.finishing:
            context.finish_early(self._result(points, step, divergence), step)
        return step == self._stop_at
