import io

import numpy as np
import pytest
from PIL import Image

from repscope.core import atlas
from repscope.core.errors import InvalidRecipe, MethodFailed
from repscope.workers.analyses.sprites import GROUND, Layout
from repscope.workers.context import Result
from tests.workers.making import make


def sprites(images: np.ndarray, **params: object) -> Result:
    return make("atlas", "sprites", params, dataset=Result({"images": images}))


def pages(result: Result) -> list[np.ndarray]:
    data, offsets = result.array("pages"), result.array("offsets")
    assert offsets[-1] == len(data)
    parts = [data[a:b].tobytes() for a, b in zip(offsets, offsets[1:], strict=False)]
    return [np.asarray(Image.open(io.BytesIO(part), formats=["JPEG"])) for part in parts]


def sprite(result: Result, row: int) -> np.ndarray:
    """Cut out sprite `row` as a view would."""
    meta = result.meta
    page, place = divmod(row, meta["columns"] * meta["rows"])
    y, x = (number * meta["size"] for number in divmod(place, meta["columns"]))
    return pages(result)[page][y : y + meta["size"], x : x + meta["size"]]


def plain(count: int, height: int, width: int, channels: int) -> np.ndarray:
    """Each image in one color of its own."""
    colors = np.random.default_rng(0).integers(0, 256, (count, 1, 1, channels), dtype=np.uint8)
    return np.broadcast_to(colors, (count, height, width, channels))


@pytest.mark.parametrize("channels", [1, 3])
def test_sprite_i_is_image_i(channels: int) -> None:
    images = plain(45, 16, 16, channels)
    result = sprites(images, size=16)
    for row in (0, 6, 7, 44):
        color = sprite(result, row).reshape(256, -1).mean(axis=0)
        np.testing.assert_allclose(color, images[row, 0, 0], atol=3.0)


def test_small_images_keep_their_pixels_sharp() -> None:
    digits = make("dataset", "digits").array("images")[:50]
    result = sprites(digits)
    assert result.meta["size"] == 32
    enlarged = digits[17, ..., 0].repeat(4, 0).repeat(4, 1).astype(int)
    assert np.abs(sprite(result, 17) - enlarged).mean() < 4.0


@pytest.mark.parametrize(
    ("side", "size"), [(8, 32), (28, 56), (30, 60), (32, 32), (64, 64), (224, 64)]
)
def test_the_automatic_size(side: int, size: int) -> None:
    assert sprites(plain(2, side, side, 3)).meta["size"] == size


def test_images_that_are_not_square_are_fitted_in() -> None:
    images = np.full((3, 20, 40, 3), 255, np.uint8)
    result = sprites(images, size=32)
    shown = sprite(result, 1)
    np.testing.assert_allclose(shown[16], 255, atol=3)
    np.testing.assert_allclose(shown[1], GROUND, atol=3)
    np.testing.assert_allclose(shown[30], GROUND, atol=3)


def test_scaling_down_is_smooth() -> None:
    images = np.indices((1, 64, 64, 1)).sum(0).astype(np.uint8) % 2 * 255  # a fine chessboard
    shown = sprite(sprites(images, size=16), 0)
    np.testing.assert_allclose(shown, 127, atol=12)


@pytest.mark.parametrize(
    ("count", "size", "layout"),
    [
        (1, 64, (1, 1, 1)),
        (5, 32, (3, 2, 1)),
        (1797, 32, (43, 42, 1)),
        (1024, 64, (32, 32, 1)),
        (1025, 64, (32, 32, 2)),
        (100_000, 64, (32, 32, 98)),
    ],
)
def test_pages_are_filled_and_no_larger_than_a_texture(
    count: int, size: int, layout: tuple[int, int, int]
) -> None:
    found = Layout.of(count, size)
    assert (found.columns, found.rows, found.pages) == layout
    assert max(found.columns, found.rows) * size <= 2048


def test_several_pages() -> None:
    images = plain(150, 256, 256, 3)
    result = sprites(images, size=256)
    assert result.meta["pages"] == 3
    assert [page.shape for page in pages(result)] == [(2048, 2048, 3)] * 3
    for row in (63, 64, 149):
        np.testing.assert_allclose(sprite(result, row)[128, 128], images[row, 0, 0], atol=3)


def test_no_images_are_refused() -> None:
    with pytest.raises(MethodFailed, match="no images"):
        sprites(np.zeros((0, 8, 8, 1), np.uint8))


def test_a_large_atlas_is_made_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(atlas, "WHOLE_ROWS", 100)
    monkeypatch.setattr(atlas, "PART_PAGES", 2)
    images = plain(64 * 4 + 10, 256, 256, 1)
    first, last = sprites(images, size=256), sprites(images, size=256, part=2)
    assert [first.meta[name] for name in ("pages", "first_page")] == [5, 0]
    assert [last.meta[name] for name in ("pages", "first_page")] == [5, 4]
    assert (len(pages(first)), len(pages(last))) == (2, 1)
    shown = pages(last)[0][:256, 256:512].mean()
    np.testing.assert_allclose(shown, images[64 * 4 + 1, 0, 0], atol=3)
    with pytest.raises(InvalidRecipe, match="has 5 pages"):
        sprites(images, size=256, part=3)


def test_images_of_mixed_sizes_fill_their_sprites() -> None:
    result = make("atlas", "sprites", {"size": 32}, dataset=mixed([(100, 50), (8, 16)]))
    tall, wide = sprite(result, 0), sprite(result, 1)
    np.testing.assert_allclose(tall[:, 10:22], 255, atol=8)
    np.testing.assert_allclose(tall[:, :6], GROUND, atol=8)
    np.testing.assert_allclose(wide[10:22], 255, atol=8)
    np.testing.assert_allclose(wide[:6], GROUND, atol=8)


def mixed(sizes: list[tuple[int, int]]) -> Result:
    """White images of several sizes."""
    files = []
    for height, width in sizes:
        file = io.BytesIO()
        Image.new("RGB", (width, height), "white").save(file, "PNG")
        files.append(np.frombuffer(file.getvalue(), np.uint8))
    offsets = np.cumsum([0, *map(len, files)])
    arrays = {"bytes": np.concatenate(files), "offsets": offsets, "sizes": np.array(sizes)}
    return Result(arrays, {"channels": 3})
