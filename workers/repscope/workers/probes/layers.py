"""Accuracy at every layer of an encoder."""

import numpy as np

from repscope.core.catalogue import Input
from repscope.workers.context import Context, Readable, Result
from repscope.workers.encoders.running import widths
from repscope.workers.encoders.unseen import recipe_of
from repscope.workers.probes.baselines import architectures, untrained
from repscope.workers.probes.curves import Curves
from repscope.workers.probes.division import plan
from repscope.workers.probes.features import Probed, features_of, open_encoder, small_pixels
from repscope.workers.probes.measuring import KNN, Linear, repeat
from repscope.workers.probes.names import PIXELS, PIXELS_NAME, RANDOM, name_of, random_name
from repscope.workers.probes.params import SplitParams, VoteParams
from repscope.workers.registry import register


class Params(SplitParams, VoteParams):
    """Of the probes of all layers."""


@register(
    "probe",
    "layers",
    version=3,
    title="Layer by layer",
    params=Params,
    inputs=[
        Input(name="dataset", kind="dataset", description="images with classes"),
        Input(name="encoder", kind="encoder", description="whose layers are probed"),
    ],
    output="curve",
    seeded=True,
    cost={"constant": 10.0, "rows*pixels": 6e-6},
)
def layers(context: Context, params: Params, dataset: Readable, encoder: Readable) -> Result:
    """Probe every layer of an encoder, beside the same network before any training.

    Where the curve rises, the classes become easier to read; where it falls again, the last layers
    serve what the encoder was trained for rather than the classes. The same layers with random
    weights show what the architecture gives for free, raw pixels what was there to begin with.
    """
    model = open_encoder(context, dataset, encoder)
    names = [layer.name for layer in model.layers]
    pixels = small_pixels(context, dataset)
    drawn = plan(context, params, dataset, pixels, [encoder], varied=False)
    probes = (Linear(), KNN(params.k, params.temperature))
    curves = Curves()
    own = name_of(encoder, recipe_of(context, 0))
    (basis,) = architectures([encoder])
    networks: list[tuple[str, str | None, Probed]] = [
        (own, PIXELS if own == PIXELS_NAME else None, model)
    ]
    if basis is not None:
        networks.append(
            (random_name(basis), RANDOM, untrained(basis, context.seed, context.device))
        )
    steps = len(networks) * len(names) * len(probes) + len(probes)
    done = 0

    def tell(share: float) -> None:
        context.progress(0.3 + 0.7 * (done + share) / steps, "fitting")

    for title, baseline, network in networks:
        features = features_of(
            context,
            dataset,
            network,
            names,
            drawn.divisions,
            lambda share: context.progress(0.05 + 0.25 * share, "features"),
        )
        for probe in probes:
            points = []
            for name in names:
                points.append(
                    repeat(
                        probe,
                        features[name],
                        drawn,
                        seed=context.seed,
                        device=context.device,
                        progress=tell,
                    )
                )
                done += 1
            curves.add(probe, title, baseline, points)
    if own != PIXELS_NAME:
        for probe in probes:
            measured = repeat(
                probe,
                pixels,
                drawn,
                seed=context.seed,
                device=context.device,
                progress=tell,
            )
            done += 1
            curves.add(probe, PIXELS_NAME, PIXELS, [measured])
    means = curves.arrays["curve_0"].mean(axis=1)
    best = int(np.argmax(means))
    meta = drawn.about | {
        "axis": "layer",
        "points": widths(model.layers),
        "curves": curves.listed,
    }
    return Result(curves.arrays, meta, {"best": float(means[best]), "best_layer": float(best)})
