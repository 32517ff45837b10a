"""A plugin with as many images as one likes, made in a second: ten blurred stripes and noise.

Benchmarks and end-to-end tests copy this file into a data folder, to see what the page does with a
hundred thousand points and with a million.
"""

import numpy as np
from pydantic import Field

from repscope.workers.context import Context, Result
from repscope.workers.registry import MethodParams, register

CLASSES = 10


class Params(MethodParams):
    """Size of the dataset."""

    count: int = Field(100_000, ge=10, le=2_000_000, description="number of images")
    side: int = Field(4, ge=2, le=64, description="side of an image in pixels")


@register(
    "dataset",
    "many_images",
    version=1,
    title="Many images",
    output="images",
    params=Params,
    seeded=True,
)
def many_images(context: Context, params: Params) -> Result:
    """Tiny images of ten classes, each a pattern of its own with noise.

    The patterns are random, so principal components separate some classes and not others.
    """
    side = params.side
    labels = context.rng.integers(0, CLASSES, params.count, dtype=np.int32)
    patterns = context.rng.uniform(40, 215, (CLASSES, side, side, 1)).astype(np.float32)
    images = context.array("images", (params.count, side, side, 1), np.uint8)
    step = max(1, 2**21 // side**2)
    for start in range(0, params.count, step):
        chosen = labels[start : start + step]
        noise = context.rng.standard_normal((len(chosen), side, side, 1), dtype=np.float32)
        images[start : start + step] = np.clip(patterns[chosen] + 12 * noise, 0, 255)
        context.progress((start + len(chosen)) / params.count, "drawing")
    names = [f"pattern {number}" for number in range(CLASSES)]
    column = {"name": "label", "title": "Class", "type": "category", "array": "labels"}
    meta = {
        "title": "Many images",
        "count": params.count,
        "height": side,
        "width": side,
        "channels": 1,
        "classes": names,
        "columns": [{**column, "categories": names}],
        "source": "made by a seeded generator",
        "license": "Apache-2.0",
    }
    return Result({"images": images, "labels": labels}, meta)
