import colorsys

import numpy as np
import pytest
from scipy.ndimage import binary_erosion

from repscope.core.errors import InvalidRecipe
from repscope.workers.context import Result
from repscope.workers.datasets.scenes import CHUNK
from tests.workers.making import make

COUNT = 300


def shapes(seed: int = 0, **params: object) -> Result:
    return make("dataset", "shapes", {"count": COUNT, **params}, seed)


@pytest.fixture(scope="module")
def objects() -> Result:
    return shapes()


@pytest.fixture(scope="module")
def large() -> Result:
    return shapes(count=60, image_size=128)


@pytest.fixture(scope="module")
def scenes() -> Result:
    return shapes(scene="scenes")


def pixel_centers(mask: np.ndarray) -> tuple[float, float]:
    rows, columns = np.nonzero(mask)
    return columns.mean() + 0.5, rows.mean() + 0.5


def test_default_sizes(objects: Result, scenes: Result) -> None:
    assert objects.array("images").shape == (COUNT, 32, 32, 3)
    assert scenes.array("images").shape == (COUNT, 64, 64, 3)
    assert objects.array("masks").shape == (COUNT, 32, 32)
    for result in (objects, scenes):
        columns = {column["array"] for column in result.meta["columns"]}
        assert columns == set(result.arrays) - {"images", "masks"}
        assert all(len(array) == COUNT for array in result.arrays.values())


def test_an_object_lies_where_its_factors_say(objects: Result, scenes: Result) -> None:
    for result in (objects, scenes):
        for row, mask in enumerate(result.array("masks")):
            x, y = pixel_centers(mask == 1)
            assert x == pytest.approx(result.array("column_x")[row], abs=1.0)
            assert y == pytest.approx(result.array("column_y")[row], abs=1.0)


def test_size_is_the_share_of_half_the_side_that_an_object_reaches(large: Result) -> None:
    for row, mask in enumerate(large.array("masks")):
        rows, columns = np.nonzero(mask)
        x, y = large.array("column_x")[row], large.array("column_y")[row]
        reach = np.hypot(columns + 0.5 - x, rows + 0.5 - y).max() / 64
        size = large.array("column_size")[row]
        assert 0.6 <= size <= 0.8
        assert 0.83 * size < reach < 1.03 * size


def test_no_object_is_cut_off_by_the_frame(objects: Result, large: Result) -> None:
    for masks in (objects.array("masks"), large.array("masks")):
        edge = np.ones(masks.shape[1:], bool)
        edge[1:-1, 1:-1] = False
        assert not masks[:, edge].any()


def test_the_color_is_the_hue_that_one_sees(objects: Result) -> None:
    for row, image in enumerate(objects.array("images")):
        inside = binary_erosion(objects.array("masks")[row] == 1)
        red, green, blue = image[inside].mean(axis=0) / 255.0
        hue = colorsys.rgb_to_hsv(red, green, blue)[0] * 360.0
        turn = (hue - objects.array("column_hue")[row] + 180.0) % 360.0 - 180.0
        assert abs(turn) < 4.0


def test_named_colors_are_apart_in_hue(objects: Result) -> None:
    named = objects.array("column_color")
    turns = np.exp(1j * np.deg2rad(objects.array("column_hue")))
    hues = np.array([turns[named == color].mean() for color in range(10)])
    between = np.abs(np.angle(hues[:, None] / hues[None, :], deg=True))
    assert between[~np.eye(10, dtype=bool)].min() > 15.0


def test_the_ground_is_flat_and_dark_and_as_bright_as_stated(objects: Result) -> None:
    for row, image in enumerate(objects.array("images")):
        ground = image[~_grown(objects.array("masks")[row] > 0)]
        assert (ground == ground[0]).all()
        assert ground[0].max() < 60
        brightness = objects.array("column_background")[row]
        assert ground[0].mean() / 255.0 == pytest.approx(brightness, rel=0.05)


def test_masks_agree_with_the_images(objects: Result) -> None:
    """The pixels that differ from the ground are the mask, but for the soft edge."""
    for row, image in enumerate(objects.array("images")):
        ground = image[0, 0].astype(int)  # corners are free: see the test of the frame
        differs = np.abs(image - ground).sum(axis=-1) > 8
        mask = objects.array("masks")[row] > 0
        assert not (differs & ~_grown(mask)).any()
        assert (differs | ~binary_erosion(mask)).all()


def test_even_a_disc_has_a_way_up() -> None:
    result = shapes(max_rotation=0.0)
    discs = np.flatnonzero(result.array("labels") == 0)
    for row in discs:
        rows, columns = np.nonzero(result.array("masks")[row])
        brightness = result.array("images")[row].astype(float).sum(axis=-1)[rows, columns]
        y = result.array("column_y")[row]
        above, below = brightness[rows + 0.5 < y - 4], brightness[rows + 0.5 > y + 4]
        assert above.mean() > 1.15 * below.mean()


def test_rotation_turns_counterclockwise() -> None:
    """The tip of an arrow is where the rotation points."""
    result = shapes(count=400, image_size=64, max_rotation=180.0)
    arrows = np.flatnonzero(result.array("labels") == 9)
    assert len(arrows) > 10
    for row in arrows:
        rows, columns = np.nonzero(result.array("masks")[row])
        angle = np.deg2rad(result.array("column_rotation")[row])
        right = columns + 0.5 - result.array("column_x")[row]
        up = result.array("column_y")[row] - rows - 0.5
        along = -np.sin(angle) * right + np.cos(angle) * up
        across = np.abs(np.cos(angle) * right + np.sin(angle) * up)
        assert across[along > 0].max() > 1.5 * across[along < -6].max()  # head wide, shaft narrow


def test_the_range_of_rotation(objects: Result) -> None:
    assert np.abs(objects.array("column_rotation")).max() <= 45.0
    assert not shapes(max_rotation=0.0).array("column_rotation").any()


def test_color_linked_to_the_class() -> None:
    linked = shapes(color="class")
    np.testing.assert_array_equal(linked.array("column_color"), linked.array("labels"))
    free = shapes(color="free")
    assert np.mean(free.array("column_color") == free.array("labels")) < 0.2


def test_classes_limit_the_shapes() -> None:
    result = shapes(classes=3)
    assert set(result.array("labels")) == {0, 1, 2}
    assert result.meta["classes"] == ["circle", "square", "triangle"]


def test_a_scene_has_as_many_objects_as_it_says(scenes: Result) -> None:
    masks, stated = scenes.array("masks"), scenes.array("column_objects")
    for row in range(COUNT):
        areas = np.bincount(masks[row].ravel(), minlength=5)[1:]
        assert (areas > 0).sum() == stated[row]
        assert (areas[: int(stated[row])] > 0).all()
    assert set(stated) == {1.0, 2.0, 3.0, 4.0}
    assert set(scenes.array("column_ground")) == {0, 1, 2, 3, 4}


def test_a_shorter_set_is_the_beginning_of_a_longer_one() -> None:
    for scene in ("object", "scenes"):
        short = shapes(count=5, scene=scene, image_size=16)
        long = shapes(count=CHUNK + 40, scene=scene, image_size=16)
        for name in short.arrays:
            np.testing.assert_array_equal(short.array(name), long.array(name)[:5])
        tail = long.array("images")[CHUNK:]
        assert (tail != long.array("images")[:40]).any()


def test_the_seed_draws_other_pictures() -> None:
    first, same, other = shapes(1, count=8), shapes(1, count=8), shapes(2, count=8)
    np.testing.assert_array_equal(first.array("images"), same.array("images"))
    assert (first.array("images") != other.array("images")).any()


def test_too_many_pixels_are_refused_before_a_byte_is_written() -> None:
    with pytest.raises(InvalidRecipe, match="do not fit into 32 GB") as caught:
        shapes(count=1_000_000, image_size=256)
    assert caught.value.field == "params.count"


def _grown(mask: np.ndarray) -> np.ndarray:
    """Two pixels more on every side: a fine tip fades out over two."""
    return ~binary_erosion(~mask, np.ones((5, 5)), border_value=1)
