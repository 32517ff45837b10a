import numpy as np
import pytest
from scipy.linalg import orthogonal_procrustes
from scipy.spatial import procrustes

from repscope.core.errors import MethodFailed
from repscope.workers.analyses.aligned import lay_onto
from repscope.workers.context import Result
from tests.workers.making import make


def projection(points: np.ndarray) -> Result:
    return Result({"points": points.astype(np.float32)}, {"axes": ["a", "b"]}, {"kl": 1.5})


def two(dimensions: int = 2) -> tuple[np.ndarray, np.ndarray]:
    """A map, and another one that is partly like it."""
    rng = np.random.default_rng(0)
    still = rng.standard_normal((60, dimensions)) * 3.0
    moving = still[:, ::-1] * 0.5 + rng.standard_normal((60, dimensions)) + 7.0
    return moving, still


@pytest.mark.parametrize("dimensions", [2, 3])
def test_it_is_orthogonal_procrustes(dimensions: int) -> None:
    """In double precision, to 1e-12 of SciPy's rotation."""
    moving, still = two(dimensions)
    center = still.mean(axis=0)
    rotation, _ = orthogonal_procrustes(moving - moving.mean(axis=0), still - center)
    expected = (moving - moving.mean(axis=0)) @ rotation + center
    np.testing.assert_allclose(lay_onto(moving, still), expected, atol=1e-12)


def test_the_disparity_is_scipys() -> None:
    """`scipy.spatial.procrustes` scales too: after maps of one size, it finds the same rest."""
    moving, still = two()
    centered = moving - moving.mean(axis=0)
    size = np.linalg.norm(still - still.mean(axis=0))
    turned = lay_onto(centered / np.linalg.norm(centered) * size, still)
    _, _, disparity = procrustes(still, moving)
    rest = float(np.square(turned - still).sum() / size**2)
    correlation = np.sqrt(1.0 - disparity)  # of the two, each of norm 1
    assert rest == pytest.approx(2.0 - 2.0 * correlation, rel=1e-9)


def test_a_turned_and_mirrored_map_does_not_move() -> None:
    _, still = two()
    angle = np.array([[np.cos(2.0), -np.sin(2.0)], [np.sin(2.0), np.cos(2.0)]])
    turned = still @ angle * [-1.0, 1.0] + 100.0
    result = make("projection", "aligned", projection=projection(turned), onto=projection(still))
    np.testing.assert_allclose(result.array("points"), still, atol=1e-4)
    assert result.metrics["motion"] < 1e-4
    assert result.metrics["kl"] == 1.5
    np.testing.assert_allclose(
        result.meta["frame"], [still.min(axis=0), still.max(axis=0)], rtol=1e-6
    )


def test_the_motion_of_an_image_is_told_in_spreads() -> None:
    _, still = two()
    moved = still.copy()
    spread = np.sqrt(np.square(still - still.mean(axis=0)).sum(axis=1).mean())
    moved[7] += [10.0 * spread, 0.0]
    result = make("projection", "aligned", projection=projection(moved), onto=projection(still))
    motion = result.array("motion")
    assert motion.argmax() == 7
    assert 5.0 < motion[7] < 10.0  # the others are pulled a little
    assert result.array("motion").dtype == np.float32


def test_maps_of_other_images_are_refused() -> None:
    _, still = two()
    with pytest.raises(MethodFailed, match="same images"):
        make("projection", "aligned", projection=projection(still[:9]), onto=projection(still))
