"""Pieces of two photographs."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pydantic import Field

from repscope.workers.context import Context, Result
from repscope.workers.datasets.bundled import bundled_file
from repscope.workers.datasets.description import column, describe
from repscope.workers.registry import MethodParams, register

PHOTOS = ["china", "flower"]
#: Positions drawn at a time. Fixed, so that crop i depends on the seed and i alone.
CHUNK = 1024


class Params(MethodParams):
    """Which pieces."""

    count: int = Field(
        2000, ge=1, le=200_000, description="number of crops, half of each photograph"
    )
    image_size: int = Field(64, ge=8, le=256, description="side of a crop in pixels")
    stride: int = Field(
        1, ge=1, le=256, description="crops begin at multiples of this many pixels; 1 is anywhere"
    )


@register(
    "dataset",
    "photos",
    version=1,
    title="Pieces of photographs",
    params=Params,
    output="images",
    seeded=True,
    cost={"constant": 0.1, "params.count": 3e-5},
)
def photos(context: Context, params: Params) -> Result:
    """Square crops of two photographs, a Chinese temple and a flower.

    Natural texture without a download: sky, tiles, leaves, petals. Places are drawn at random, turn
    by turn from either photograph, so crops overlap; the columns tell where each was cut out. Label
    is the photograph. Color a map by x or y to see whether nearby pieces stay together.
    """
    size = params.image_size
    pictures = [_read(f"{name}.jpg") for name in PHOTOS]  # (427, 640, 3) uint8
    images = context.array("images", (params.count, size, size, 3), "uint8")
    labels = np.arange(params.count, dtype=np.int32) % len(PHOTOS)
    corners = np.empty((params.count, 2), np.int64)  # top, left
    for start in range(0, params.count, CHUNK):
        context.progress(start / params.count, f"{start:,} of {params.count:,} crops")
        drawn = np.random.default_rng([context.seed, start // CHUNK]).random((CHUNK, 2))
        for row in range(start, min(start + CHUNK, params.count)):
            picture = pictures[labels[row]]
            places = (np.array(picture.shape[:2]) - size) // params.stride + 1
            corners[row] = np.floor(drawn[row - start] * places) * params.stride
            top, left = corners[row]
            images[row] = picture[top : top + size, left : left + size]
    context.progress(1.0, f"{params.count:,} crops")
    centers = (corners + size / 2).astype(np.float32)
    meta = describe(
        images,
        title="Pieces of photographs",
        source="china.jpg and flower.jpg of scikit-learn, by danielbuechele and vultilion (Flickr)",
        license="CC BY 2.0",
        classes=PHOTOS,
        columns=[
            column("x", "x (pixels from the left of the photograph)", "number", "column_x"),
            column("y", "y (pixels from the top of the photograph)", "number", "column_y"),
        ],
    )
    arrays = {"column_x": centers[:, 1].copy(), "column_y": centers[:, 0].copy()}
    return Result({"images": images, "labels": labels, **arrays}, meta)


def _read(name: str) -> NDArray[Any]:
    with Image.open(bundled_file("images", name)) as image:
        return np.asarray(image.convert("RGB"))
