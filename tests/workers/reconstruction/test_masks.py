import numpy as np
import pytest

from repscope.core.errors import InvalidRecipe
from repscope.workers.reconstruction.hiding import choose
from repscope.workers.reconstruction.masks import DrawnKind, count_hidden, draw
from repscope.workers.result import Result

KINDS: list[DrawnKind] = ["random", "block", "grid", "center"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("side", [4, 7, 14])
@pytest.mark.parametrize("ratio", [0.0, 0.3, 0.75, 0.95])
def test_every_image_hides_as_many_patches(kind: DrawnKind, side: int, ratio: float) -> None:
    hidden = draw(kind, side, ratio, [(0, row) for row in range(5)])
    assert hidden.shape == (5, side * side)
    kept = max(1, int(side * side * (1 - ratio)))  # as the masked autoencoder's code rounds
    assert ((~hidden).sum(axis=1) == kept).all()
    assert count_hidden(side * side, ratio) == side * side - kept


@pytest.mark.parametrize("kind", KINDS)
def test_a_larger_share_hides_the_same_patches_and_more(kind: DrawnKind) -> None:
    seeds = [(3, row) for row in range(4)]
    masks = [draw(kind, 8, ratio, seeds) for ratio in np.linspace(0, 0.95, 12)]
    for smaller, larger in zip(masks, masks[1:], strict=False):
        assert (larger | ~smaller).all()


@pytest.mark.parametrize("kind", ["random", "block"])
def test_a_mask_depends_on_its_own_seed_alone(kind: DrawnKind) -> None:
    both = draw(kind, 7, 0.6, [(0, 5), (0, 9)])
    np.testing.assert_array_equal(draw(kind, 7, 0.6, [(0, 9)])[0], both[1])
    assert (both[0] != both[1]).any()
    assert (draw(kind, 7, 0.6, [(1, 5)])[0] != both[0]).any()


def test_random_masks_hide_every_patch_equally_often() -> None:
    often = draw("random", 6, 0.5, [(0, row) for row in range(2_000)]).mean(axis=0)
    np.testing.assert_allclose(often, 0.5, atol=0.06)  # five deviations of a binomial's mean


def test_a_grid_is_a_checkerboard_at_one_half_and_every_other_place_at_three_quarters() -> None:
    half = draw("grid", 8, 0.5, [(0,)])[0].reshape(8, 8)
    assert (half[:, 1:] != half[:, :-1]).all()
    assert (half[1:] != half[:-1]).all()
    kept = np.argwhere(~draw("grid", 8, 0.75, [(0,)])[0].reshape(8, 8))
    assert len({(y % 2, x % 2) for y, x in kept}) == 1


def test_the_center_is_a_square() -> None:
    hidden = draw("center", 8, 0.25, [(0,)])[0].reshape(8, 8)
    expected = np.zeros((8, 8), bool)
    expected[2:6, 2:6] = True
    np.testing.assert_array_equal(hidden, expected)


def test_blocks_are_larger_than_single_patches() -> None:
    hidden = draw("block", 16, 0.5, [(row,) for row in range(50)]).reshape(-1, 16, 16)
    single = draw("random", 16, 0.5, [(row,) for row in range(50)]).reshape(-1, 16, 16)

    def borders(masks: np.ndarray) -> int:
        return int(
            (masks[:, 1:] != masks[:, :-1]).sum() + (masks[:, :, 1:] != masks[:, :, :-1]).sum()
        )

    assert borders(hidden) < borders(single) / 2


def test_objects_hide_the_patches_that_they_touch() -> None:
    masks = np.zeros((2, 16, 16), np.uint8)
    masks[0, 0, 0] = 1
    masks[1, 5, 9] = 2
    dataset = Result({"masks": masks})
    hidden = choose("object", 4, 0.5, [0, 1], (0,), dataset, [])
    assert [np.flatnonzero(row).tolist() for row in hidden] == [[0], [6]]
    assert (choose("background", 4, 0.5, [0, 1], (0,), dataset, []) == ~hidden).all()
    with pytest.raises(InvalidRecipe, match="does not know where its objects are"):
        choose("object", 4, 0.5, [0], (0,), Result({}), [])


def test_painted_patches_are_those_that_were_painted() -> None:
    hidden = choose("painted", 4, 0.9, [7, 8], (0,), Result({}), [[0, 15], []])
    assert np.flatnonzero(hidden[0]).tolist() == [0, 15]
    assert not hidden[1].any()
    with pytest.raises(InvalidRecipe, match="numbers from 0 to 15"):
        choose("painted", 4, 0.9, [7], (0,), Result({}), [[16]])
    with pytest.raises(InvalidRecipe, match="for each of the 2 images; it has 1"):
        choose("painted", 4, 0.9, [7, 8], (0,), Result({}), [[1]])
