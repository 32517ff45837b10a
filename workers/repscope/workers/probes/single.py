"""One encoder, one layer, one probe."""

from repscope.workers.context import Context, Readable, Result
from repscope.workers.encoders.base import choose_layer
from repscope.workers.encoders.running import widths
from repscope.workers.probes.division import plan
from repscope.workers.probes.features import features_of, open_encoder, small_pixels
from repscope.workers.probes.measuring import KNN, Linear, repeat
from repscope.workers.probes.outcome import outcome
from repscope.workers.probes.params import LabelParams, LayerParams, SplitParams


class Params(SplitParams, LabelParams, LayerParams):
    """Of every probe of one layer."""


def measure_one(
    context: Context, params: Params, dataset: Readable, encoder: Readable, probe: KNN | Linear
) -> Result:
    """Probe one layer of one encoder."""
    model = open_encoder(context, dataset, encoder)
    layer = choose_layer(model.layers, params.layer)
    pixels = small_pixels(context, dataset)
    few = params.fraction < 1.0 or params.shots is not None
    drawn = plan(context, params, dataset, pixels, [encoder], varied=few)
    features = features_of(
        context,
        dataset,
        model,
        [layer],
        drawn.divisions,
        lambda done: context.progress(0.1 + 0.5 * done, "features"),
    )[layer]
    context.progress(0.6, "fitting")
    measured = repeat(
        probe,
        features,
        drawn,
        fraction=params.fraction,
        shots=params.shots,
        seed=context.seed,
        device=context.device,
        progress=lambda done: context.progress(0.6 + 0.4 * done, "fitting"),
    )
    return outcome(probe, measured, drawn, layer, widths(model.layers))
