"""Run an encoder over a data set."""

from pydantic import Field

from repscope.core.catalogue import Input
from repscope.core.errors import MethodFailed
from repscope.workers.context import Context, Readable, Result
from repscope.workers.encoders.base import choose_layer, load
from repscope.workers.registry import MethodParams, register

#: Pixel values in one batch. Large enough to keep a matrix product busy, small enough for a laptop.
BATCH_VALUES = 2**22
BATCH_LIMIT = 256


class Params(MethodParams):
    """What to read from the encoder."""

    layer: str | None = Field(
        None,
        max_length=200,
        description="name of the layer to read, such as blocks.3; empty for the last",
    )


@register(
    "embedding",
    "embed",
    version=1,
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

    Row i of the result belongs to image i of the data set. Images are brought to the encoder's own
    input first: scaled to cover its square and cropped at the center, gray repeated to three
    channels or color reduced to gray, and normalized by the encoder's mean and deviation. Raw
    pixels take each image as it is.
    """
    images = dataset.array("images")  # (count, height, width, channels) uint8
    model = load(encoder, context.device)
    layer = choose_layer(model.layers, params.layer)
    count = len(images)
    if count == 0:
        raise MethodFailed("The data set has no images.")
    batch = max(1, min(BATCH_LIMIT, BATCH_VALUES // max(1, images[0].size)))
    features = None
    for start in range(0, count, batch):
        context.progress(start / count, f"{start:,} of {count:,} images")
        encoded = model.encode(images[start : start + batch], [layer])[layer]
        if features is None:
            features = context.array("features", (count, encoded.shape[1]), "float32")
        features[start : start + len(encoded)] = encoded
    context.progress(1.0, f"{count:,} images")
    assert features is not None
    layers = [{"name": entry.name, "width": entry.width} for entry in model.layers]
    return Result({"features": features}, {"layer": layer, "layers": layers})
