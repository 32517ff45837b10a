"""Independent components of the pixels."""

import warnings

import numpy as np
from pydantic import Field

from repscope.workers.classical.fitting import INPUTS, FittingParams, at_most, fitted, material
from repscope.workers.classical.pictures import shown
from repscope.workers.context import Context, Readable, Result
from repscope.workers.encoders.base import Layer
from repscope.workers.registry import register


class Params(FittingParams):
    """How many sources."""

    components: int = Field(32, ge=1, le=512, description="independent sources to look for")
    iterations: int = Field(200, ge=10, le=5000, description="rounds at most")


@register(
    "encoder",
    "ica",
    version=2,
    title="ICA",
    params=Params,
    inputs=INPUTS,
    output="encoder",
    seeded=True,
    cost={"constant": 5.0, "rows*params.components": 1e-5},
)
def ica(context: Context, params: Params, dataset: Readable) -> Result:
    """Describe an image as a mixture of sources that vary independently of each other.

    Principal components are merely uncorrelated; these are as far from Gaussian as can be found
    (FastICA: Hyvarinen and Oja, 2000). Of natural images they are localized edges, much as the
    receptive fields of simple cells (Bell and Sejnowski, 1997). Their order and sign mean nothing.
    """
    from sklearn.decomposition import FastICA
    from sklearn.exceptions import ConvergenceWarning

    fitted_on = material(context, "ica", params, dataset)
    vectors = fitted_on.vectors(context, 0.3)
    # Pixels that are the same in all images leave no more directions than the rest has.
    varying = int((vectors.std(axis=0) > 0.0).sum())
    most = max(1, min(len(vectors) - 1, varying))
    count = at_most(context, params.components, most, "sources")
    context.progress(0.3, "independent components")
    model = FastICA(
        count, whiten="unit-variance", max_iter=params.iterations, random_state=context.seed
    )
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", ConvergenceWarning)
        model.fit(vectors)
    if any(issubclass(warning.category, ConvergenceWarning) for warning in caught):
        context.log(
            f"The sources still moved after {params.iterations} rounds; more rounds or fewer "
            "sources settle them."
        )
    mixing = np.ascontiguousarray(model.mixing_.T, np.float32)  # (sources, width)
    side, channels = fitted_on.pictures.side, fitted_on.pictures.channels
    arrays = {
        "mean": model.mean_.astype(np.float32),
        "encode": np.ascontiguousarray(model.components_.T, np.float32),
        "decode": mixing,
        "deviation": np.ones(count, np.float32),
        "filters": shown(mixing.reshape(-1, side, side, channels)),
    }
    return fitted("linear", fitted_on, [Layer("sources", count)], arrays)
