"""Accuracy over the number of labels."""

from typing import Any, Literal

import numpy as np
from pydantic import Field

from repscope.core.catalogue import Input
from repscope.workers.context import Context, Readable, Result
from repscope.workers.encoders.base import choose_layer
from repscope.workers.encoders.unseen import recipe_of
from repscope.workers.probes.baselines import architectures, untrained
from repscope.workers.probes.curves import Curves
from repscope.workers.probes.division import plan
from repscope.workers.probes.features import Probed, features_of, open_encoder, small_pixels
from repscope.workers.probes.measuring import KNN, Features, Linear, repeat
from repscope.workers.probes.names import PIXELS, PIXELS_NAME, RANDOM, name_of, random_name
from repscope.workers.probes.params import LayerParams, SplitParams, VoteParams
from repscope.workers.registry import register

#: Amounts of labels, fewest first: titles, and how they are asked for.
_AMOUNTS: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "fractions": [
        ("1 %", {"fraction": 0.01}),
        ("10 %", {"fraction": 0.1}),
        ("100 %", {"fraction": 1.0}),
    ],
    "shots": [(f"{n} a class", {"shots": n}) for n in (1, 2, 5, 10)],
}


class Params(SplitParams, LayerParams, VoteParams):
    """Of the probes with few labels."""

    amounts: Literal["fractions", "shots"] = Field(
        "fractions",
        description="fractions: 1, 10 and 100 % of the training labels; shots: 1, 2, 5 and 10 "
        "labels of each class",
    )


@register(
    "probe",
    "labels",
    version=3,
    title="With few labels",
    params=Params,
    inputs=[
        Input(name="dataset", kind="dataset", description="images with classes"),
        Input(name="encoder", kind="encoder", description="whose features are probed"),
    ],
    output="curve",
    seeded=True,
    cost={"constant": 10.0, "rows*pixels": 3e-6},
)
def labels(context: Context, params: Params, dataset: Readable, encoder: Readable) -> Result:
    """Probe an encoder with fewer and fewer labels.

    What pretraining is for: a good encoder needs few labels, where raw pixels need many. Each
    repetition draws other images to keep the labels of, and the spread over them is large where
    labels are few; differences smaller than it mean nothing.
    """
    model = open_encoder(context, dataset, encoder)
    layer = choose_layer(model.layers, params.layer)
    pixels = small_pixels(context, dataset)
    drawn = plan(context, params, dataset, pixels, [encoder], varied=True)
    own = name_of(encoder, recipe_of(context, 0))
    (basis,) = architectures([encoder])
    random = untrained(basis, context.seed, context.device)
    random_layer = layer if basis is not None else choose_layer(random.layers, None)

    def read(network: Probed, name: str) -> Features:
        tell = lambda share: context.progress(0.05 + 0.25 * share, "features")  # noqa: E731
        return features_of(context, dataset, network, [name], drawn.divisions, tell)[name]

    sources: list[tuple[str, str | None, Features]] = [
        (own, None, read(model, layer)),
        (random_name(basis), RANDOM, read(random, random_layer)),
        (PIXELS_NAME, PIXELS, pixels),
    ]
    if own == PIXELS_NAME:
        del sources[0]
    amounts = _AMOUNTS[params.amounts]
    probes = (Linear(), KNN(params.k, params.temperature))
    curves, used = Curves(), [0] * len(amounts)
    steps, done = len(sources) * len(probes) * len(amounts), 0

    def tell(share: float) -> None:
        context.progress(0.3 + 0.7 * (done + share) / steps, "fitting")

    for title, baseline, features in sources:
        for probe in probes:
            points = []
            for place, (_, amount) in enumerate(amounts):
                measured = repeat(
                    probe,
                    features,
                    drawn,
                    **amount,
                    seed=context.seed,
                    device=context.device,
                    progress=tell,
                )
                used[place] = measured[0].labels
                points.append(measured)
                done += 1
            curves.add(probe, title, baseline, points)
    meta = drawn.about | {
        "axis": "labels",
        "layer": layer,
        "points": [
            {"name": name, "labels": used[place]} for place, (name, _) in enumerate(amounts)
        ],
        "curves": curves.listed,
    }
    means = curves.arrays["curve_0"].mean(axis=1)
    return Result(curves.arrays, meta, {"best": float(np.max(means))})
