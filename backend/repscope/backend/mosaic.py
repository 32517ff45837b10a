"""A dataset at a glance: some of its images side by side."""

import io

import numpy as np
from PIL import Image

from repscope.core.artifacts import Artifact
from repscope.core.errors import NotFound
from repscope.core.images import as_picture, images_of

#: Images up to this side are shown pixel by pixel.
_SMALL = 32
_JPEG_QUALITY = 85


def draw_mosaic(dataset: Artifact, columns: int, rows: int, side: int) -> tuple[bytes, str]:
    """Draw images that are evenly spread over a dataset, each cut to a square.

    Args:
        dataset: Which.
        columns: Images side by side, at most.
        rows: Images above each other, at most.
        side: Side of a square in pixels; small images take the largest multiple of their own.

    Returns:
        The bytes and their media type: JPEG, or PNG where there are too few images to fill it.

    Raises:
        NotFound: There are no images.
    """
    images = images_of(dataset)
    shown = min(len(images), columns * rows)
    if shown == 0:
        raise NotFound("This dataset holds no images.")
    columns = min(columns, shown)
    rows = -(-shown // columns)
    picked = [(2 * place + 1) * len(images) // (2 * shown) for place in range(shown)]
    shortest = min(images.size) if images.size is not None else side
    own = shortest if shortest <= min(_SMALL, side) else side
    squares = images.squares(picked, own)
    times = side // own
    side = own * times
    squares = squares.repeat(times, axis=1).repeat(times, axis=2)
    full = shown == columns * rows
    canvas = Image.new("RGB" if full else "RGBA", (columns * side, rows * side))
    for place, square in enumerate(squares):
        row, column = divmod(place, columns)
        tile = as_picture(np.ascontiguousarray(square)).convert(canvas.mode)
        canvas.paste(tile, (column * side, row * side))
    out = io.BytesIO()
    if full:
        canvas.save(out, "JPEG", quality=_JPEG_QUALITY)
        return out.getvalue(), "image/jpeg"
    canvas.save(out, "PNG", compress_level=1)
    return out.getvalue(), "image/png"
