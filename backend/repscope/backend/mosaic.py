"""A dataset at a glance: some of its images side by side."""

import io

import numpy as np
from PIL import Image

from repscope.core.artifacts import Artifact
from repscope.core.errors import NotFound
from repscope.core.images import as_picture, images_of

#: Images up to this side are shown pixel by pixel.
_SMALL = 32
#: Between those there is a gap, this part of their side: without one, digits run into each other.
_GAP = 16
_JPEG_QUALITY = 85


def draw_mosaic(dataset: Artifact, columns: int, rows: int, side: int) -> tuple[bytes, str]:
    """Draw images that are evenly spread over a dataset, each cut to a square.

    Args:
        dataset: Which.
        columns: Images side by side, at most.
        rows: Images above each other, at most.
        side: Side of a square in pixels; small images take the largest multiple of their own.

    Returns:
        The bytes and their media type: JPEG, or PNG with transparent places, which are between
        small images and where there are too few to fill it.

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
    small = shortest <= min(_SMALL, side)
    own = shortest if small else side
    squares = images.squares(picked, own)
    times = side // own
    side = own * times
    squares = squares.repeat(times, axis=1).repeat(times, axis=2)
    gap = max(1, side // _GAP) if small else 0
    full = shown == columns * rows and not gap
    step = side + gap
    canvas = Image.new("RGB" if full else "RGBA", (columns * step - gap, rows * step - gap))
    for place, square in enumerate(squares):
        row, column = divmod(place, columns)
        tile = as_picture(np.ascontiguousarray(square)).convert(canvas.mode)
        canvas.paste(tile, (column * step, row * step))
    out = io.BytesIO()
    if full:
        canvas.save(out, "JPEG", quality=_JPEG_QUALITY)
        return out.getvalue(), "image/jpeg"
    canvas.save(out, "PNG", compress_level=1)
    return out.getvalue(), "image/png"
