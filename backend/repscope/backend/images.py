"""Single images of a dataset, encoded for a browser."""

import io
import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from repscope.core.artifacts import Artifact
from repscope.core.errors import MethodFailed, NotFound

#: Up to this many pixels a side an image is sent without loss; it costs nothing.
_LOSSLESS_SIDE = 64
_JPEG_QUALITY = 90
#: Side of the largest image that is sent when no size is asked for.
LARGEST = 2048
#: Pixels of the largest stored image that is opened.
_MOST_PIXELS = 100_000_000


def encode_image(dataset: Artifact, row: int, size: int | None) -> tuple[bytes, str]:
    """Read one image, shrink it, and encode it.

    Args:
        dataset: Either of one size, `images` uint8 (N, height, width, channels), or of mixed sizes,
            `bytes` uint8 (total) that holds encoded images end to end, the n-th from `offsets[n]`
            to `offsets[n + 1]`, and `sizes` int (N, 2), height and width.
        row: Which image.
        size: Longest side in pixels; images are never enlarged.

    Returns:
        The bytes and their media type, PNG for small images, else JPEG.

    Raises:
        NotFound: There is no such row, or the artifact holds no images.
    """
    names = dataset.array_names
    if "images" in names:
        pixels = dataset.array("images")
        _check_row(row, len(pixels))
        image = _from_pixels(pixels[row])
    elif "bytes" in names:
        image = _from_file(dataset, row)
    else:
        raise NotFound(f"This {dataset.kind} holds no images.")
    return _encode(_shrink(image, size or LARGEST))


def _check_row(row: int, count: int) -> None:
    if row >= count:
        raise NotFound(f"There is no row {row}; this dataset has {count} images.", field="row")


def _from_pixels(pixels: NDArray[Any]) -> Image.Image:
    pixels = np.ascontiguousarray(pixels)
    if pixels.ndim == 3 and pixels.shape[2] == 1:
        pixels = pixels[:, :, 0]
    return Image.fromarray(pixels)


def _from_file(dataset: Artifact, row: int) -> Image.Image:
    sizes, offsets = dataset.array("sizes"), dataset.array("offsets")
    _check_row(row, len(sizes))
    if math.prod(int(side) for side in sizes[row]) > _MOST_PIXELS:
        raise MethodFailed(f"Image {row} is too large to be shown.")
    data = dataset.array("bytes")[int(offsets[row]) : int(offsets[row + 1])]
    image = Image.open(io.BytesIO(data.tobytes()))
    return image if image.mode in {"L", "RGB"} else image.convert("RGB")


def _shrink(image: Image.Image, side: int) -> Image.Image:
    longest = max(image.size)
    if longest <= side:
        return image
    width, height = (max(1, round(length * side / longest)) for length in image.size)
    # A JPEG can be decoded at a half, a quarter or an eighth at once.
    image.draft(None, (width, height))
    return image.resize((width, height), Image.Resampling.LANCZOS)


def _encode(image: Image.Image) -> tuple[bytes, str]:
    out = io.BytesIO()
    if max(image.size) <= _LOSSLESS_SIDE:
        image.save(out, "PNG", compress_level=1)
        return out.getvalue(), "image/png"
    image.convert("RGB" if image.mode == "RGBA" else image.mode).save(
        out, "JPEG", quality=_JPEG_QUALITY
    )
    return out.getvalue(), "image/jpeg"
