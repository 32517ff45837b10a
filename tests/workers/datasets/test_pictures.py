"""One image of each sort: what its pixels become."""

import io

import numpy as np
import pytest
from PIL import Image

from repscope.workers.datasets.decoder import Decoder
from repscope.workers.datasets.pictures import Header, Hostile, Unreadable, header, kept, pixels
from tests.amounts import MUTATIONS
from tests.workers.datasets.mutation import mutations
from tests.workers.zipping import picture

RED, WHITE = (255, 0, 0), (255, 255, 255)


def saved(image: Image.Image, format: str = "PNG", **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


@pytest.mark.parametrize("format", ["JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP"])
def test_every_format(format: str) -> None:
    data = picture(format, (30, 20))
    assert header(data) == Header(30, 20, gray=False)
    array = pixels(data, None)
    assert (array.shape, array.dtype) == ((20, 30, 3), np.uint8)
    reference = pixels(picture("PNG", (30, 20)), None).astype(int)
    assert np.abs(array - reference).max() < 20
    assert pixels(data, 8).shape == (8, 8, 3)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_images_are_upright(orientation: int) -> None:
    upright = Image.new("RGB", (40, 20), WHITE)
    upright.paste(RED, (0, 0, 10, 10))  # upper left
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = upright.transpose(undo[orientation]) if orientation > 1 else upright
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = saved(stored, "JPEG", exif=exif, quality=95)
    assert header(data) == Header(40, 20, gray=False)
    array = pixels(data, None)
    assert array.shape == (20, 40, 3)
    assert array[2, 2, 1] < 40
    assert array[2, 37].min() > 200


def test_transparency_lies_on_white() -> None:
    layer = Image.new("RGBA", (4, 4), (0, 0, 0, 0))
    layer.putpixel((1, 1), (255, 0, 0, 255))
    array = pixels(saved(layer), None)
    assert array[0, 0].tolist() == list(WHITE)
    assert array[1, 1].tolist() == list(RED)
    palette = layer.convert("P")
    palette.info["transparency"] = palette.getpixel((0, 0))
    assert pixels(saved(palette), None)[0, 0].tolist() == list(WHITE)
    gray = Image.new("LA", (4, 4), (0, 0))
    assert pixels(saved(gray), None).tolist() == [[255] * 4] * 4


def test_cmyk_becomes_rgb() -> None:
    array = pixels(saved(Image.new("CMYK", (8, 8), (0, 255, 255, 0)), "JPEG"), None)
    assert np.abs(array[4, 4].astype(int) - RED).max() < 30


def test_deep_gray_keeps_its_upper_bits() -> None:
    deep = np.array([[0, 256, 65535]], np.uint16)
    assert pixels(saved(Image.fromarray(deep)), None).tolist() == [[0, 1, 255]]
    assert header(saved(Image.fromarray(deep))).gray
    floats = np.array([[-1.0, 0.0, 1.0]], np.float32)
    assert pixels(saved(Image.fromarray(floats), "TIFF"), None).tolist() == [[0, 128, 255]]
    flat = np.full((2, 2), 7.0, np.float32)
    assert pixels(saved(Image.fromarray(flat), "TIFF"), None).tolist() == [[0, 0], [0, 0]]
    bits = Image.fromarray(np.array([[True, False]]))
    assert pixels(saved(bits), None).tolist() == [[255, 0]]


@pytest.mark.parametrize("format", ["GIF", "WEBP", "TIFF", "PNG"])
def test_the_first_frame_of_an_animation(format: str) -> None:
    frames = [Image.new("RGB", (8, 8), color) for color in ("red", "blue", "white")]
    data = saved(frames[0], format, save_all=True, append_images=frames[1:])
    assert np.abs(pixels(data, None)[4, 4].astype(int) - RED).max() < 10


def test_fitting_keeps_the_center() -> None:
    wide = Image.new("RGB", (90, 30), WHITE)
    wide.paste(RED, (30, 0, 60, 30))
    array = pixels(saved(wide), 10)
    assert array.shape == (10, 10, 3)
    assert np.abs(array[:, 2:8].astype(int) - RED).max() < 40


def test_what_is_no_image() -> None:
    for data in (b"", b"GIF89a", b"<svg/>", b"%!PS-Adobe", b"RIFF\0\0\0\0WAVE", b"P6 1 1 255 abc"):
        with pytest.raises(Unreadable):
            header(data)
    with pytest.raises(Unreadable, match="truncated"):
        pixels(picture("JPEG", (300, 300))[:-500], None)


def test_size_is_checked_before_anything_is_decoded() -> None:
    lie = bytearray(picture("BMP", (8, 8)))
    lie[18:26] = (30_000).to_bytes(4, "little") * 2
    with pytest.raises(Hostile, match="pixels"):
        header(bytes(lie))


def test_what_is_kept_is_written_anew() -> None:
    photo = saved(Image.new("RGB", (90, 40), RED), "JPEG", exif=b"Exif\0\0secret", quality=50)
    image = kept(photo, 512)
    assert (image.width, image.height, image.gray) == (90, 40, False)
    assert image.data.startswith(b"\xff\xd8")
    assert b"secret" not in image.data
    for format, start in (("PNG", b"\x89PNG"), ("BMP", b"\x89PNG"), ("WEBP", b"\xff\xd8")):
        assert kept(picture(format, (30, 20)), 512).data.startswith(start)
    lossless = saved(Image.new("RGB", (30, 20), RED), "WEBP", lossless=True)
    assert kept(lossless, 512).data.startswith(b"\x89PNG")
    small = kept(picture("PNG", (1000, 30), "L"), 512)
    assert (small.width, small.height, small.gray) == (512, 15, True)
    np.testing.assert_array_equal(
        pixels(kept(picture("PNG"), 512).data, None), pixels(picture(), None)
    )


@pytest.mark.slow
def test_mutated_images_are_decoded_or_refused() -> None:
    """All formats share the count: one process decodes them all, and none takes it down."""
    formats = ("JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP")
    said: list[str] = []
    with Decoder() as decoder:
        decoder.header(picture())
        child = decoder._child._child
        for seed, format in enumerate(formats):
            good = picture(format, (40, 30))
            for data in mutations(good, -(-MUTATIONS // len(formats)), seed):
                try:
                    image = decoder.kept(data, 32)
                    said.append(f"read, {max(image.width, image.height)}")
                except (Unreadable, Hostile) as error:
                    said.append(str(error))
        assert decoder._child._child is child, "a file took the decoder down"
    assert all("\n" not in text for text in said)
    sides = [int(text.split(", ")[1]) for text in said if text.startswith("read, ")]
    assert sides
    assert max(sides) <= 32
    assert len(sides) < len(said)
