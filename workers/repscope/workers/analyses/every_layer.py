"""All layers of an encoder in one pass over the images."""

from typing import Annotated

import numpy as np
from pydantic import Field

from repscope.core.catalogue import Input
from repscope.core.recipes import Recipe
from repscope.workers.context import Context, Readable, Result
from repscope.workers.encoders.base import choose_layer, load
from repscope.workers.encoders.precision import PrecisionParams, cosines, precise
from repscope.workers.encoders.running import encode_all, scratch, some_images, widths
from repscope.workers.registry import register


class Params(PrecisionParams):
    """Which layers, and how precisely."""

    layers: list[Annotated[str, Field(max_length=200)]] | None = Field(
        None,
        min_length=1,
        max_length=1000,
        description="names of the layers, such as blocks.3 or blocks.3:cls; empty for all that are "
        "no part of another",
    )


@register(
    "layers",
    "every_layer",
    version=3,
    title="Every layer",
    params=Params,
    inputs=[
        Input(name="dataset", kind="dataset", description="the images"),
        Input(name="encoder", kind="encoder", description="makes vectors of them"),
    ],
    output="layers",
    cost={"constant": 0.5, "rows*pixels": 3e-8},
)
def every_layer(context: Context, params: Params, dataset: Readable, encoder: Readable) -> Result:
    """Embed the images at many layers, in the time that one of them takes.

    What the encoder computes for its last layer it computes for all of them on the way. Each layer
    is kept as the embedding that would be made of it alone.
    """
    images = some_images(dataset)
    count = len(images)
    exact = load(encoder, context.device)
    model, made = precise(exact, encoder, params.precision, context.device)
    last = model.layers[-1].name
    asked = params.layers or [layer.name for layer in model.layers if layer.main]
    names = list(dict.fromkeys(choose_layer(model.layers, name) for name in asked))
    agreement = cosines(images, exact, model, names)
    features = encode_all(
        images,
        model,
        names,
        lambda _, shape: scratch(context, "features", shape, np.float32),
        lambda done: context.progress(0.9 * done / count, f"{done:,} of {count:,} images"),
    )
    listed = widths(model.layers)
    published = []
    for number, name in enumerate(names):
        context.progress(0.9 + 0.1 * number / len(names), f"keeping {name}")
        recipe = Recipe(
            kind="embedding",
            method="embed",
            inputs=(context.recipe or {}).get("inputs", {}),
            params={"precision": params.precision} | ({} if name == last else {"layer": name}),
        )
        meta = {"layer": name, "layers": listed} | made | agreement[name]
        identity = context.publish(recipe, Result({"features": features[name]}, meta))
        published.append({"name": name, "width": features[name].shape[1], "id": identity})
    return Result(meta={"layers": published})
