"""Procedural pictures whose every factor is known."""

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from repscope.core.errors import InvalidRecipe
from repscope.workers.context import Context, Result
from repscope.workers.datasets.description import column, describe
from repscope.workers.datasets.painting import COLORS, GROUNDS, SHAPES
from repscope.workers.datasets.scenes import CHUNK, Settings, draw, paint
from repscope.workers.registry import MethodParams, register

#: Images of one dataset may take this much of the disk.
BYTES_LIMIT = 32 * 2**30

#: What is known of each image; `ground` and `objects` of scenes only.
COLUMNS = [
    column("color", "Color", "category", "column_color", COLORS),
    column("hue", "Hue (degrees)", "number", "column_hue"),
    column("size", "Size (radius, share of half the side)", "number", "column_size"),
    column("x", "x (pixels from the left)", "number", "column_x"),
    column("y", "y (pixels from the top)", "number", "column_y"),
    column("rotation", "Rotation (degrees, counterclockwise)", "number", "column_rotation"),
    column("background", "Background (brightness)", "number", "column_background"),
    column("ground", "Ground", "category", "column_ground", GROUNDS),
    column("objects", "Objects", "number", "column_objects"),
]


class Params(MethodParams):
    """What is in the pictures."""

    count: int = Field(5000, ge=1, le=1_000_000, description="number of images")
    scene: Literal["object", "scenes"] = Field(
        "object",
        description="object: one large object on flat dark ground; "
        "scenes: several objects on textured ground",
    )
    image_size: int | None = Field(
        None,
        ge=16,
        le=256,
        description="side of an image in pixels; empty for 32 (object) or 64 (scenes)",
    )
    classes: int = Field(10, ge=2, le=10, description="how many of the ten shapes occur")
    color: Literal["free", "class"] = Field(
        "free",
        description="free: color says nothing of the shape; class: each shape has its own color",
    )
    max_rotation: float = Field(
        45.0, ge=0.0, le=180.0, description="objects are turned by up to this, in degrees"
    )


@register(
    "dataset",
    "shapes",
    version=1,
    title="Shapes",
    params=Params,
    output="images",
    seeded=True,
    cost={"constant": 0.2, "params.count": 5e-5},
)
def shapes(context: Context, params: Params) -> Result:
    """Drawn objects of which everything is known: shape, color, size, place, rotation, background.

    In the tradition of dSprites (Matthey et al., 2017): color a map by any factor and see whether
    the encoder keeps it, or ask whether a direction in its space stands for size. Ten shapes in
    ten colors are lit from the top of their own frame, so that even a disc has a way up. In
    `object` one object with a radius of 0.6 to 0.8 of half the image's side lies on a flat dark
    ground. In `scenes` one to four objects lie on a texture, and label and factors are those of
    the largest.

    The masks tell the objects from the ground: 0 is ground, 1 the largest object, 2 to 4 the
    others. Image i depends on the seed and on i alone, so a shorter dataset is the beginning of a
    longer one.
    """
    size = params.image_size or (32 if params.scene == "object" else 64)
    count = params.count
    if count * size * size * 4 > BYTES_LIMIT:
        raise InvalidRecipe(
            f"{count:,} images of {size} pixels do not fit into 32 GB; "
            f"{BYTES_LIMIT // (size * size * 4):,} do.",
            field="params.count",
        )
    images = context.array("images", (count, size, size, 3), "uint8")
    masks = context.array("masks", (count, size, size), "uint8")
    settings = Settings(
        scene=params.scene,
        size=size,
        classes=params.classes,
        class_colors=params.color == "class",
        max_rotation=params.max_rotation,
    )
    columns: dict[str, NDArray[Any]] = {}
    for start in range(0, count, CHUNK):
        context.progress(start / count, f"{start:,} of {count:,} images")
        rows = slice(start, min(start + CHUNK, count))
        number = rows.stop - rows.start
        scenes = draw(settings, context.seed, start // CHUNK)
        images[rows], masks[rows] = paint(scenes, number, size)
        for name, values in scenes.factors.items():
            whole = columns.setdefault(name, np.empty(count, values.dtype))
            whole[rows] = values[:number]
    context.progress(1.0, f"{count:,} images")
    meta = describe(
        images,
        title="Shapes" if params.scene == "object" else "Shapes in scenes",
        source="drawn by Repscope",
        license="CC0 1.0",
        classes=SHAPES[: params.classes],
        columns=[entry for entry in COLUMNS if entry["array"] in columns],
    )
    return Result({"images": images, "masks": masks, **columns}, meta)
