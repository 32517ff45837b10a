import numpy as np
import pytest
from sklearn.decomposition import PCA

from repscope.workers.numerics.start import normal_start, pca_start, uniform_start
from tests.workers.numerics.mixtures import mixture


@pytest.mark.parametrize("dimensions", [2, 3])
def test_equals_scikit_learn(dimensions: int) -> None:
    features = mixture(5000, 10) + 100
    ours = pca_start(features, dimensions)
    peer = PCA(dimensions, svd_solver="full").fit_transform(features.astype(np.float64))
    peer *= np.sign((ours * peer).sum(axis=0))
    np.testing.assert_allclose(ours, peer, atol=1e-4)


def test_scales_the_first_component() -> None:
    start = pca_start(mixture(300, 5), 2, 1e-4)
    assert start[:, 0].std() == pytest.approx(1e-4, rel=1e-4)
    assert start[:, 1].std() <= start[:, 0].std()


def test_narrow_features_leave_axes_empty() -> None:
    start = pca_start(mixture(50, 1), 3)
    assert start.shape == (50, 3)
    assert (start[:, 1:] == 0).all()


def test_places_drawn_by_a_seed_have_the_scale_of_the_references() -> None:
    normal = normal_start(5000, 3, 1e-4, seed=1)
    np.testing.assert_allclose(normal.std(axis=0), 1e-4, rtol=0.05)
    np.testing.assert_allclose(normal.mean(axis=0), 0, atol=1e-5)
    uniform = uniform_start(5000, 2, seed=1)
    assert -10 <= uniform.min() < -9.9
    assert 9.9 < uniform.max() <= 10
    for draw in (
        lambda seed: normal_start(9, 2, 1.0, seed),
        lambda seed: uniform_start(9, 2, seed),
    ):
        np.testing.assert_array_equal(draw(4), draw(4))
        assert not np.array_equal(draw(4), draw(5))
