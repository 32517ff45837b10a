"""Bringing an image to a size."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]


def cover(image: Image.Image, side: int) -> Image.Image:
    """Scale the shorter side of an image to `side` and cut out the square at the center.

    Bicubic and antialiased, rounded as torchvision's `Resize` and `CenterCrop` do: what an encoder
    gets of an image hardly depends on whether it is fitted here or on the encoder's device.
    """
    width, height = image.size
    shorter = min(width, height)
    if shorter != side:
        width, height = width * side // shorter, height * side // shorter
        image = image.resize((width, height), Image.Resampling.BICUBIC)
    left, top = round((width - side) / 2), round((height - side) / 2)
    if (left, top, width, height) == (0, 0, side, side):
        return image
    return image.crop((left, top, left + side, top + side))


def within(image: Image.Image, side: int) -> Image.Image:
    """Shrink an image so that its longest side is at most `side`; it is never enlarged."""
    longest = max(image.size)
    if longest <= side:
        return image
    width, height = (max(1, round(length * side / longest)) for length in image.size)
    # A JPEG can be decoded at a half, a quarter or an eighth at once.
    image.draft(None, (width, height))
    return image.resize((width, height), Image.Resampling.LANCZOS)


def as_array(image: Image.Image) -> Pixels:
    """Return an image of mode L or RGB as (height, width, channels)."""
    pixels = np.asarray(image)
    return pixels if pixels.ndim == 3 else pixels[:, :, None]


def as_picture(pixels: Pixels) -> Image.Image:
    """Return (height, width, 1 or 3) as an image of mode L or RGB."""
    return Image.fromarray(pixels[:, :, 0] if pixels.shape[2] == 1 else pixels)
