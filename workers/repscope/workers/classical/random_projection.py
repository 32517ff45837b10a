"""Random directions of pixel space."""

import numpy as np
from pydantic import Field

from repscope.workers.classical.fitting import INPUTS, FittingParams, at_most, fitted, material
from repscope.workers.classical.pictures import shown
from repscope.workers.context import Context, Readable, Result
from repscope.workers.encoders.base import Layer
from repscope.workers.registry import register


class Params(FittingParams):
    """How many directions."""

    components: int = Field(256, ge=1, le=4096, description="random directions")


@register(
    "encoder",
    "random_projection",
    version=2,
    title="Random projection",
    params=Params,
    inputs=INPUTS,
    output="encoder",
    seeded=True,
    cost={"constant": 3.0},
)
def random_projection(context: Context, params: Params, dataset: Readable) -> Result:
    """Describe an image by its products with random directions.

    Nothing is learned, yet distances are nearly kept when there are enough directions, whatever the
    images (Johnson and Lindenstrauss, 1984). So what it does as well as another encoder of its
    width, that encoder did not have to learn. Images are decoded by the pseudoinverse.
    """
    from sklearn.random_projection import GaussianRandomProjection

    fitted_on = material(context, "random_projection", params, dataset)
    some = fitted_on.vectors(context)
    context.progress(0.5, "random directions")
    count = at_most(context, params.components, fitted_on.pictures.width, "directions")
    model = GaussianRandomProjection(
        count, compute_inverse_components=True, random_state=context.seed
    )
    model.fit(some[:2])
    directions = model.components_.astype(np.float32)  # (d, width)
    side, channels = fitted_on.pictures.side, fitted_on.pictures.channels
    arrays = {
        "mean": some.mean(axis=0, dtype=np.float64).astype(np.float32),
        "encode": np.ascontiguousarray(directions.T),
        "decode": np.ascontiguousarray(model.inverse_components_.T, np.float32),
        "deviation": np.ones(count, np.float32),
        "filters": shown(directions.reshape(-1, side, side, channels)),
    }
    return fitted("linear", fitted_on, [Layer("projection", count)], arrays)
