import numpy as np
import pytest
import torch

from repscope.workers.attending import score, simple_rules
from repscope.workers.attending.mass import keep_mass


def by_hand(kept: np.ndarray, mask: np.ndarray) -> float:
    """The Jaccard index of kept patches, brought to the mask's pixels by torch."""
    pixels = torch.nn.functional.interpolate(
        torch.from_numpy(kept)[None, None].float(), mask.shape, mode="nearest"
    )[0, 0].numpy()
    return float(((pixels > 0) & mask).sum() / ((pixels > 0) | mask).sum())


def test_the_top_of_the_mass_is_kept() -> None:
    maps = np.array([0.1, 0.4, 0.2, 0.3])
    assert keep_mass(maps, 0.35).tolist() == [False, True, False, False]
    # 0.4 alone is less than half of the mass; the patch that reaches it is kept.
    assert keep_mass(maps, 0.5).tolist() == [False, True, False, True]
    assert keep_mass(maps, 0.75).tolist() == [False, True, True, True]
    assert keep_mass(maps * 7, 0.75).tolist() == [False, True, True, True]
    assert not keep_mass(maps, 0.0).any()
    assert keep_mass(maps, 1.0).all()


@pytest.mark.parametrize(("side", "pixels"), [(4, 32), (5, 32), (7, 7)])
def test_scores_are_those_of_pixels(side: int, pixels: int) -> None:
    draw = np.random.default_rng(0)
    maps = draw.random((6, 3, side, side)) ** 4
    masks = draw.random((6, pixels, pixels)) < 0.3
    found = score.head_scores(maps, masks, (0.3, 0.6))
    for (image, head, mass), value in np.ndenumerate(found):
        kept = keep_mass(maps[image, head].ravel(), (0.3, 0.6)[mass]).reshape(side, side)
        assert value == pytest.approx(by_hand(kept, masks[image]), abs=1e-12)


def test_an_image_without_an_object_has_no_score() -> None:
    masks = np.zeros((1, 8, 8), np.uint8)
    assert np.isnan(score.head_scores(np.ones((1, 2, 4, 4)), masks)).all()
    assert np.isnan(simple_rules.disc_scores(masks)).all()


def test_a_setting_is_chosen_on_other_images_than_it_is_scored_on() -> None:
    table = np.array([[0.9, 0.1], [0.7, 0.2], [0.1, 0.8], [0.3, 0.6]])
    chosen = score.choose(table, np.array([0, 1]), np.array([2, 3]))
    assert chosen.setting == 0
    assert chosen.train == pytest.approx(0.8)
    assert chosen.mean == pytest.approx(0.2)
    assert chosen.error == pytest.approx(0.1)


def test_a_disc_finds_a_disc() -> None:
    y, x = np.mgrid[:64, :64]
    masks = (np.hypot(y - 31.5, x - 31.5) <= 64 * np.sqrt(0.2 / np.pi))[None]
    table = simple_rules.disc_scores(masks)
    assert simple_rules.AREAS[int(table.argmax())] == 0.2
    assert table.max() == pytest.approx(1.0)


def test_contrast_finds_what_has_another_color() -> None:
    colors = np.full((1, 8, 8, 3), 0.2)
    colors[0, 2:5, 3:6] = 0.9
    masks = np.zeros((1, 32, 32), bool)
    masks[0, 8:20, 12:24] = True
    table = simple_rules.contrast_scores(colors, masks)
    assert table.shape == (1, len(simple_rules.GROUNDS) * len(simple_rules.DISTANCES))
    assert table.max() == pytest.approx(1.0)
