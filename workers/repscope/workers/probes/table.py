"""Any number of encoders in one table."""

from typing import Any

import numpy as np

from repscope.core.catalogue import Input
from repscope.core.recipes import normalized_id
from repscope.workers.context import Context, Readable, Result
from repscope.workers.encoders.base import choose_layer
from repscope.workers.encoders.unseen import recipe_of
from repscope.workers.probes.baselines import architectures, untrained
from repscope.workers.probes.division import plan
from repscope.workers.probes.features import Probed, features_of, open_encoder, small_pixels
from repscope.workers.probes.measuring import KNN, Features, Linear, repeat, top1, top5
from repscope.workers.probes.names import PIXELS, PIXELS_NAME, RANDOM, name_of, random_name
from repscope.workers.probes.params import LabelParams, SplitParams, VoteParams
from repscope.workers.registry import register


class Params(SplitParams, LabelParams, VoteParams):
    """Of the table."""


@register(
    "probe",
    "table",
    version=3,
    title="Encoders compared",
    params=Params,
    inputs=[
        Input(name="dataset", kind="dataset", description="images with classes"),
        Input(name="encoders", kind="encoder", many=True, description="those to compare"),
    ],
    output="table",
    seeded=True,
    cost={"constant": 15.0, "rows*pixels": 3e-6},
)
def table(context: Context, params: Params, dataset: Readable, encoders: list[Readable]) -> Result:
    """Probe the last layer of several encoders, beside raw pixels and random weights.

    All are fitted and tested on the same images. Both probes stand there, since they say different
    things: k-NN asks whether classes lie together, the linear probe whether a line divides them.
    Raw pixels are strong on small centered pictures; an encoder that does not beat them and its
    own architecture before training has learned nothing that these labels ask for. An encoder that
    was fitted on these images, such as PCA, is fitted anew on the training images alone.
    """
    pixels = small_pixels(context, dataset)
    few = params.fraction < 1.0 or params.shots is not None
    drawn = plan(context, params, dataset, pixels, encoders, varied=few)
    probes = (Linear(), KNN(params.k, params.temperature))
    classes = len(drawn.classes)
    bases = list(architectures(encoders))
    total = len(encoders) + len(bases) + 1
    rows: list[dict[str, Any]] = []

    def measure(features: Features, about: dict[str, Any]) -> None:
        first = features if isinstance(features, np.ndarray) else features[0]
        row = about | {"width": int(first.shape[1])}
        for probe in probes:
            measured = repeat(
                probe,
                features,
                drawn,
                fraction=params.fraction,
                shots=params.shots,
                seed=context.seed,
                device=context.device,
                progress=lambda _: context.progress(
                    (len(rows) + 0.5) / total, f"fitting: {about['name']}"
                ),
            )
            row[probe.name] = top1(measured)
            row[f"{probe.name}_top5"] = top5(measured, classes)
        rows.append(row)

    def encode(model: Probed, about: dict[str, Any]) -> None:
        layer = choose_layer(model.layers, None)
        features = features_of(
            context,
            dataset,
            model,
            [layer],
            drawn.divisions,
            lambda share: context.progress(
                (len(rows) + 0.5 * share) / total, f"features: {about['name']}"
            ),
        )
        measure(features[layer], about | {"layer": layer})

    given = False
    for number, encoder in enumerate(encoders):
        recipe = recipe_of(context, number)
        about: dict[str, Any] = {
            "name": name_of(encoder, recipe),
            "id": normalized_id(recipe) if recipe is not None else None,
            "baseline": None,
        }
        if encoder.meta.get("architecture") == PIXELS:
            # Asked for by name, they are the baseline itself.
            if not given:
                measure(pixels, about | {"baseline": PIXELS, "layer": PIXELS})
            given = True
            continue
        encode(open_encoder(context, dataset, encoder, number), about)
    for basis in bases:
        network = untrained(basis, context.seed, context.device)
        encode(network, {"name": random_name(basis), "id": None, "baseline": RANDOM})
    if not given:
        measure(pixels, {"name": PIXELS_NAME, "id": None, "baseline": PIXELS, "layer": PIXELS})
    rows.sort(key=lambda row: -row["linear"]["mean"])
    best = {
        kind: max((row["linear"]["mean"] for row in rows if row["baseline"] == kind), default=0.0)
        for kind in (None, PIXELS, RANDOM)
    }
    metrics = {"best": rows[0]["linear"]["mean"], "pixels": best[PIXELS], "random": best[RANDOM]}
    return Result({}, drawn.about | {"rows": rows}, metrics)
