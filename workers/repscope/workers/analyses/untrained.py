"""The embedding of a network that has learned nothing: the baseline of every other."""

from repscope.core.catalogue import Input
from repscope.core.errors import InvalidRecipe
from repscope.workers.context import Context, Readable, Result
from repscope.workers.encoders.base import NETWORKS, choose_layer
from repscope.workers.encoders.base import untrained as draw
from repscope.workers.encoders.layer import LayerParams
from repscope.workers.encoders.running import embedding_of, some_images
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
    images = some_images(dataset)
    model = draw(encoder, context.seed, context.device)
    layer = choose_layer(model.layers, params.layer)
    return embedding_of(context, images, model, layer, {})
