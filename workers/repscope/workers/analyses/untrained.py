"""The embedding of a network that has learned nothing: the baseline of every other."""

from repscope.core.catalogue import Input
from repscope.core.errors import InvalidRecipe, MethodFailed
from repscope.core.images import images_of
from repscope.workers.context import Context, Readable, Result
from repscope.workers.encoders.base import NETWORKS, choose_layer
from repscope.workers.encoders.base import untrained as draw
from repscope.workers.encoders.layer import LayerParams
from repscope.workers.encoders.running import encode_all
from repscope.workers.registry import register


@register(
    "embedding",
    "untrained",
    version=1,
    title="Embedding with random weights",
    params=LayerParams,
    inputs=[
        Input(name="dataset", kind="dataset", description="the images"),
        Input(name="encoder", kind="encoder", description="a network, whose weights are left out"),
    ],
    output="features",
    seeded=True,
    cost={"constant": 0.3, "rows*pixels": 1e-8},
)
def untrained(
    context: Context, params: LayerParams, dataset: Readable, encoder: Readable
) -> Result:
    """Turn every image into a vector by the same network before any training.

    Its weights are drawn at random, as its training would begin. What this embedding has in common
    with others is due to the architecture and to the pixels, not to what was learned.
    """
    if encoder.meta.get("architecture") not in NETWORKS:
        raise InvalidRecipe(
            "This encoder is no network, so it has no weights to draw at random.",
            field="inputs.encoder",
        )
    images = images_of(dataset)
    count = len(images)
    if count == 0:
        raise MethodFailed("The dataset has no images.")
    model = draw(encoder, context.seed, context.device)
    layer = choose_layer(model.layers, params.layer)
    features = encode_all(
        images,
        model,
        [layer],
        lambda _, shape: context.array("features", shape, "float32"),
        lambda done: context.progress(done / count, f"{done:,} of {count:,} images"),
    )
    context.progress(1.0, f"{count:,} images")
    layers = [{"name": entry.name, "width": entry.width} for entry in model.layers]
    return Result({"features": features[layer]}, {"layer": layer, "layers": layers})
