import numpy as np
from sklearn.datasets import load_sample_images

from repscope.workers.context import Result
from tests.workers.making import make


def photos(seed: int = 0, **params: int) -> Result:
    return make("dataset", "photos", params, seed)


def test_each_crop_is_where_its_columns_say() -> None:
    result = photos(count=30, image_size=20, stride=5)
    sources = dict(zip(("china", "flower"), load_sample_images().images, strict=True))
    for row in range(30):
        source = sources[result.meta["classes"][result.array("labels")[row]]]
        left = int(result.array("column_x")[row] - 10)
        top = int(result.array("column_y")[row] - 10)
        assert left % 5 == top % 5 == 0
        piece = source[top : top + 20, left : left + 20].astype(int)
        assert np.abs(piece - result.array("images")[row]).max() <= 3  # JPEG decoders may differ


def test_places_fill_the_photograph() -> None:
    result = photos(count=2000, image_size=64)
    assert result.array("column_x").min() < 40
    assert result.array("column_x").max() > 640 - 40
    assert result.array("column_y").max() > 427 - 40
    assert np.bincount(result.array("labels")).tolist() == [1000, 1000]


def test_a_shorter_set_is_the_beginning_of_a_longer_one() -> None:
    short, long = photos(count=10, image_size=16), photos(count=1030, image_size=16)
    for name in ("images", "labels", "column_x", "column_y"):
        np.testing.assert_array_equal(short.array(name), long.array(name)[:10])


def test_the_seed_chooses_the_places() -> None:
    first, same, other = photos(1, count=8), photos(1, count=8), photos(2, count=8)
    np.testing.assert_array_equal(first.array("images"), same.array("images"))
    assert (first.array("column_x") != other.array("column_x")).any()


def test_one_crop_is_enough() -> None:
    assert photos(count=1, image_size=256).array("images").shape == (1, 256, 256, 3)
