"""Reading images, whichever way a dataset keeps them."""

import io
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image
from torch.nn import functional

from repscope.core.errors import NotFound
from repscope.core.images import images_of, reader

SIZES = [(40, 60), (64, 64), (20, 33), (64, 48)]


class Kept:
    """As much of a dataset as a reader needs."""

    def __init__(self, arrays: dict[str, NDArray[Any]], meta: dict[str, Any]) -> None:
        self.arrays, self.meta = arrays, meta

    def array(self, name: str) -> NDArray[Any]:
        if name not in self.arrays:
            raise NotFound("There is no such array.")
        return self.arrays[name]


def noise(height: int, width: int, channels: int = 3) -> NDArray[np.uint8]:
    """Smooth noise: what scaling does to it can be compared."""
    coarse = np.random.default_rng(height).integers(0, 256, (6, 7, channels), dtype=np.uint8)
    picture = Image.fromarray(coarse.squeeze())
    scaled = np.asarray(picture.resize((width, height), Image.Resampling.BICUBIC))
    return scaled.reshape(height, width, channels)


def mixed(pictures: list[NDArray[np.uint8]]) -> Kept:
    files = []
    for pixels in pictures:
        file = io.BytesIO()
        Image.fromarray(pixels.squeeze()).save(file, "PNG")
        files.append(np.frombuffer(file.getvalue(), np.uint8))
    offsets = np.cumsum([0, *map(len, files)])
    sizes = np.array([pixels.shape[:2] for pixels in pictures], np.int32)
    arrays = {"bytes": np.concatenate(files), "offsets": offsets, "sizes": sizes}
    return Kept(arrays, {"channels": pictures[0].shape[2]})


def alike(pictures: list[NDArray[np.uint8]]) -> Kept:
    return Kept({"images": np.stack(pictures)}, {})


def test_mixed_sizes_are_read_as_they_are() -> None:
    pictures = [noise(*size) for size in SIZES]
    images = images_of(mixed(pictures))
    assert (len(images), images.channels, images.size, images.largest) == (4, 3, None, (64, 60 + 4))
    for row, pixels in enumerate(pictures):
        np.testing.assert_array_equal(images.array(row), pixels)
        encoded = images.encoded(row)
        assert encoded is not None
        assert encoded.startswith(b"\x89PNG")
    assert images.picture(0, 30).size == (30, 20)
    assert images.picture(0, 500).size == (60, 40)


@pytest.mark.parametrize("channels", [1, 3])
def test_both_forms_give_the_same(channels: int) -> None:
    pictures = [noise(50, 70, channels) + row for row in range(5)]
    one, other = images_of(alike(pictures)), images_of(mixed(pictures))
    assert one.size == (50, 70)
    assert one.encoded(0) is None
    for row in range(5):
        np.testing.assert_array_equal(one.array(row), other.array(row))
    for side in (16, 50, 64):
        squares = one.squares([4, 0], side)
        assert squares.shape == (2, side, side, channels)
        np.testing.assert_array_equal(squares, other.squares([4, 0], side))


def test_a_square_is_what_an_encoder_makes_itself() -> None:
    """Within 2 levels of 255 of torch's antialiased bicubic scaling: rounding between passes."""
    for height, width in ((90, 120), (120, 91), (31, 31), (20, 64)):
        pixels = noise(height, width)
        ours = images_of(alike([pixels])).squares([0], 32)[0].astype(float)
        batch = torch.from_numpy(pixels.copy()).permute(2, 0, 1)[None].float()
        shorter = min(height, width)
        size = (height * 32 // shorter, width * 32 // shorter)
        scaled = functional.interpolate(batch, size=size, mode="bicubic", antialias=True)
        top, left = round((size[0] - 32) / 2), round((size[1] - 32) / 2)
        theirs = scaled[0, :, top : top + 32, left : left + 32].clamp(0, 255)
        assert np.abs(ours - theirs.permute(1, 2, 0).numpy()).max() <= 2.0


def test_batches_are_bounded_and_leave_nothing_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "BATCH_VALUES", 3 * 16 * 16 * 3)
    pictures = [noise(20 + row, 30) for row in range(7)]
    images = images_of(mixed(pictures))
    batches = list(images.batches(16))
    assert [rows for rows, _ in batches] == [slice(0, 3), slice(3, 6), slice(6, 7)]
    together = np.concatenate([batch for _, batch in batches])
    np.testing.assert_array_equal(together, images.squares(range(7), 16))
    assert [len(batch) for _, batch in images.batches(16, most=2)] == [2, 2, 2, 1]
    with pytest.raises(ValueError, match="only as squares"):
        next(images.batches())


def test_images_of_one_size_come_as_they_lie_on_disk() -> None:
    pixels = np.stack([noise(8, 9) for _ in range(300)])
    batches = list(images_of(Kept({"images": pixels}, {})).batches())
    assert [rows for rows, _ in batches] == [slice(0, 256), slice(256, 300)]
    assert all(batch.base is pixels for _, batch in batches)


def test_gray_and_colored_files_of_one_data_set_are_all_colored() -> None:
    dataset = mixed([noise(10, 10, 1), noise(12, 14, 1)])
    dataset.meta["channels"] = 3
    images = images_of(dataset)
    assert images.array(1).shape == (12, 14, 3)
    assert images.squares([0], 8).shape == (1, 8, 8, 3)
    assert images.picture(0).mode == "RGB"


def test_rows_that_are_not_there_and_artifacts_without_images() -> None:
    images = images_of(mixed([noise(10, 10)]))
    for row in (-1, 1):
        with pytest.raises(NotFound, match="1 images"):
            images.array(row)
    with pytest.raises(NotFound, match="no images"):
        images_of(Kept({}, {}))
