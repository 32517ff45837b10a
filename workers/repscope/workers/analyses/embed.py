"""Run an encoder over a dataset."""

from repscope.core.catalogue import Input
from repscope.workers.context import Context, Readable, Result
from repscope.workers.encoders.base import Stored, choose_layer, load, load_stored
from repscope.workers.encoders.layer import LayerParams
from repscope.workers.encoders.precision import (
    PrecisionParams,
    cosines,
    precise,
    refuse_bfloat16,
)
from repscope.workers.encoders.running import embedding_of, some_images, widths
from repscope.workers.registry import register

#: Vectors that are copied together.
ROWS_AT_ONCE = 4096


class Params(LayerParams, PrecisionParams):
    """What to read from the encoder, and how precisely."""


@register(
    "embedding",
    "embed",
    version=3,
    title="Embedding",
    params=Params,
    inputs=[
        Input(name="dataset", kind="dataset", description="the images"),
        Input(name="encoder", kind="encoder", description="makes vectors of them"),
    ],
    output="features",
    cost={"constant": 0.2, "rows*pixels": 1e-8},
)
def embed(context: Context, params: Params, dataset: Readable, encoder: Readable) -> Result:
    """Turn every image into a vector: the activations of one layer of the encoder.

    Row i of the result belongs to image i of the dataset. Images are brought to the encoder's own
    input first: scaled to cover its square and cropped at the center, gray repeated to three
    channels or color reduced to gray, and normalized by the encoder's mean and deviation. Raw
    pixels take each image as it is; where sizes are mixed, the square at its center, scaled to 64
    by 64 pixels. Vectors that were brought are taken as they are.
    In bfloat16, vectors point where those in float32 do, but for rounding: `cosine_to_float32` in
    `meta` is the lowest cosine between the two, over the first 16 images.
    """
    stored = load_stored(encoder)
    if stored is not None:
        refuse_bfloat16(params.precision)
        return _take(context, params, dataset, stored)
    images = some_images(dataset)
    exact = load(encoder, context.device)
    model, made = precise(exact, encoder, params.precision, context.device)
    layer = choose_layer(model.layers, params.layer)
    made |= cosines(images, exact, model, [layer])[layer]
    return embedding_of(context, images, model, layer, made)


def _take(context: Context, params: Params, dataset: Readable, stored: Stored) -> Result:
    """Take vectors that are there already, row by row."""
    layer = choose_layer(stored.layers, params.layer)
    count = int(dataset.meta["count"])
    vectors = stored.rows(dataset, count, layer)
    features = context.array("features", vectors.shape, "float32")
    for start in range(0, count, ROWS_AT_ONCE):
        context.progress(start / count, f"{start:,} of {count:,} vectors")
        rows = slice(start, start + ROWS_AT_ONCE)
        features[rows] = vectors[rows]
    context.progress(1.0, f"{count:,} vectors")
    return Result({"features": features}, {"layer": layer, "layers": widths(stored.layers)})
