"""From the bytes of an image file to pixels, whatever the file's format, mode and size.

Formats are told by their first bytes, never by the name: JPEG, PNG, GIF, BMP, TIFF and WebP. The
size is checked before anything is decoded. Pixels are upright (EXIF orientation), gray or RGB;
transparency lies on white; of an animation there is the first frame; color profiles are not
applied. 16-bit gray keeps its upper 8 bits; 32-bit and float gray are stretched from their darkest
to their brightest value.
"""

import io
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from repscope.core.images import within

#: Quality of what is kept as JPEG, without color subsampling.
QUALITY = 95
#: Of what is kept as PNG: a third of the time of the usual 6, a few percent larger.
_COMPRESSION = 3

#: Pixels of the largest image that is decoded.
MOST_PIXELS = 100_000_000

_FORMATS = ("JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP")
_MAGIC = {
    b"\xff\xd8\xff": "JPEG",
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"GIF87a": "GIF",
    b"GIF89a": "GIF",
    b"BM": "BMP",
    b"II*\x00": "TIFF",
    b"MM\x00*": "TIFF",
}
_GRAY = {"1", "L", "LA", "La", "I", "I;16", "I;16B", "I;16L", "F"}
_TURNED = {5, 6, 7, 8}
_ORIENTATION = 0x0112

Image.MAX_IMAGE_PIXELS = MOST_PIXELS


class Unreadable(Exception):
    """This is no image, or a broken one."""


class Hostile(Exception):
    """This image is made to take a machine down."""


@dataclass(frozen=True)
class Header:
    """What an image file says of itself: size as it is to be seen, and whether it is gray."""

    width: int
    height: int
    gray: bool


@dataclass(frozen=True)
class Kept:
    """An image as it is kept where sizes are mixed: a JPEG or PNG file, and what it holds."""

    data: bytes
    width: int
    height: int
    gray: bool


def with_channels(image: NDArray[np.uint8], channels: int) -> NDArray[np.uint8]:
    """Bring pixels to (height, width, channels).

    Args:
        image: As `pixels` returns it.
        channels: 1 or 3.
    """
    if image.ndim == 2:
        return np.repeat(image[:, :, None], channels, axis=2)
    # A file whose header says gray but whose pixels are not, such as gray with a colored mask.
    return image if channels == 3 else image.mean(axis=2, keepdims=True).round().astype(np.uint8)


def format_of(data: bytes) -> str | None:
    """Tell one of the formats that are read by its first bytes."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    return next((name for magic, name in _MAGIC.items() if data.startswith(magic)), None)


def header(data: bytes) -> Header:
    """Read what an image says of itself.

    Raises:
        Unreadable: It is none.
        Hostile: It is too large to be decoded.
    """
    with _opened(data) as image:
        width, height = image.size
        try:
            turned = image.getexif().get(_ORIENTATION) in _TURNED
        except Exception:  # whatever a broken tag makes the library raise: the pixels may be well
            turned = False
        gray = image.mode in _GRAY
    return Header(height, width, gray) if turned else Header(width, height, gray)


def pixels(data: bytes, size: int | None) -> NDArray[np.uint8]:
    """Decode an image.

    Args:
        data: The file.
        size: Scale its shorter side to this and crop the square at the center; nothing keeps it.

    Returns:
        (height, width) for gray, else (height, width, 3).

    Raises:
        Unreadable: It is no image, or a broken one.
        Hostile: It is too large to be decoded.
    """
    image = _decoded(data, size)
    if size is not None:
        image = ImageOps.fit(image, (size, size), Image.Resampling.LANCZOS)
    return np.asarray(image)


def kept(data: bytes, longest: int) -> Kept:
    """Decode an image and write it anew: what is kept are pixels, never a stranger's file.

    Args:
        data: The file.
        longest: Scale its longer side down to this, if it is more.

    Returns:
        A JPEG of quality 95 without color subsampling where it came as a lossy file, else a PNG;
        gray or RGB.

    Raises:
        Unreadable: It is no image, or a broken one.
        Hostile: It is too large to be decoded.
    """
    return written(within(_decoded(data, longest), longest), lossy=_is_lossy(data))


def written(image: Image.Image, *, lossy: bool) -> Kept:
    """Write a gray or RGB image as it is kept: as JPEG when it came with loss, else as PNG."""
    file = io.BytesIO()
    if lossy:
        image.save(file, "JPEG", quality=QUALITY, subsampling=0)
    else:
        image.save(file, "PNG", compress_level=_COMPRESSION)
    return Kept(file.getvalue(), image.width, image.height, image.mode == "L")


def _is_lossy(data: bytes) -> bool:
    """Tell whether an image was compressed with loss: a JPEG, or a WebP of the usual sort."""
    kind = format_of(data)
    return kind == "JPEG" or (kind == "WEBP" and b"VP8L" not in data[:4096])


def _decoded(data: bytes, size: int | None) -> Image.Image:
    """Decode a file to an upright image of mode L or RGB, not much larger than `size` at once."""
    with _opened(data) as image:
        try:
            if size is not None:
                # A JPEG can be decoded at a half, a quarter or an eighth at once.
                image.draft(None, (2 * size, 2 * size))
            image.load()
        except MemoryError as error:
            raise Hostile("decoding it takes more memory than an image may take") from error
        except Exception as error:  # decoders raise what they like
            raise Unreadable(f"it is broken ({_words(error)})") from error
        try:
            upright = ImageOps.exif_transpose(image)
        except Exception:  # a broken tag
            upright = image.copy()
    return plain(upright)


def _opened(data: bytes) -> Image.Image:
    kind = format_of(data)
    if kind is None:
        raise Unreadable(f"it is {_guess(data)}")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            image = Image.open(io.BytesIO(data), formats=_FORMATS)
        except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
            raise Hostile(f"it has more than {MOST_PIXELS:,} pixels") from error
        except Exception as error:  # decoders raise what they like
            raise Unreadable(f"it begins as {kind} but is broken or cut off") from error
    if image.width * image.height > MOST_PIXELS:
        raise Hostile(f"it has {image.width:,} by {image.height:,} pixels")
    return image


def plain(image: Image.Image) -> Image.Image:
    """Convert an image of any mode to gray or RGB of 8 bits, transparency on white."""
    if image.mode in {"L", "RGB"} and "transparency" not in image.info:
        return image
    if image.mode.startswith("I;16"):
        # NumPy knows either order of the bytes by the mode.
        return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    if image.mode in {"I", "F"}:
        return Image.fromarray(_stretched(np.asarray(image)))
    if image.mode == "1":
        return image.convert("L")
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        ground = Image.new("RGBA", layer.size, "white")
        flat = Image.alpha_composite(ground, layer)
        return flat.convert("L" if image.mode in _GRAY else "RGB")
    return image.convert("RGB")


def _stretched(values: NDArray[Any]) -> NDArray[np.uint8]:
    finite = np.nan_to_num(values.astype(np.float64), posinf=0.0, neginf=0.0)
    low, high = finite.min(), finite.max()
    return np.round((finite - low) * (255.0 / (high - low or 1.0))).astype(np.uint8)


def _guess(data: bytes) -> str:
    start = data[:1000].lstrip().lower()
    if b"<svg" in start:
        return "an SVG drawing, and those are not read"
    if data.startswith(b"\x93NUMPY"):
        return "a NumPy array, and those are not read here"
    if not data:
        return "empty"
    return "no JPEG, PNG, GIF, BMP, TIFF or WebP image"


def _words(error: Exception) -> str:
    text = str(error).splitlines()[0] if str(error) else type(error).__name__
    return text if len(text) <= 100 else f"{text[:97]}..."
