import numpy as np
import pytest
from scipy.ndimage import distance_transform_edt, label

from repscope.workers.datasets.outlines import OUTLINES, signed_distance

SIDE = 512
EXTENT = 1.25
AXIS = ((np.arange(SIDE) + 0.5) / SIDE * 2 - 1).astype(np.float32) * EXTENT
U, V = np.meshgrid(AXIS, -AXIS)
PIXEL = 2 * EXTENT / SIDE


@pytest.mark.parametrize("name", OUTLINES)
def test_an_object_is_one_piece_about_its_center_and_fits_its_radius(name: str) -> None:
    inside = signed_distance(name, U, V) < 0.0
    assert label(inside)[1] == 1
    assert U[inside].mean() == pytest.approx(0.0, abs=0.01)
    assert V[inside].mean() == pytest.approx(0.0, abs=0.01)
    assert 0.84 < np.hypot(U[inside], V[inside]).max() < 1.01


@pytest.mark.parametrize("name", OUTLINES)
def test_it_is_a_distance_near_the_edge(name: str) -> None:
    """Where edges are drawn, against SciPy's Euclidean distance transform of the same mask."""
    distance = signed_distance(name, U, V)
    inside = distance < 0.0
    outwards = distance_transform_edt(~inside) * PIXEL
    inwards = distance_transform_edt(inside) * PIXEL
    exact = np.where(inside, PIXEL / 2 - inwards, outwards - PIXEL / 2)
    near = np.abs(exact) < 0.08
    error = np.abs(distance - exact)[near]
    assert np.median(error) < PIXEL
    assert np.quantile(error, 0.95) < 0.03  # corners are cut a little short
