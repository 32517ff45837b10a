import numpy as np
import pytest
from sklearn.decomposition import PCA

from repscope.core.errors import InvalidRecipe, MethodFailed
from repscope.workers.analyses import features as reading
from repscope.workers.context import Result
from repscope.workers.numerics import components
from tests.workers.making import embedding, make


def pca(features: np.ndarray, dimensions: int = 2) -> Result:
    params = {"dimensions": dimensions}
    return make("projection", "pca", params, embedding=embedding(features))


def clouds(count: int, width: int) -> np.ndarray:
    """Correlated, with a large mean and a slowly falling spectrum."""
    rng = np.random.default_rng(0)
    mixing = rng.standard_normal((30, width)) * np.linspace(3.0, 1.0, 30)[:, None]
    signal = rng.standard_normal((count, 30)) @ mixing
    return (signal + 0.3 * rng.standard_normal((count, width)) + 8.0).astype(np.float32)


@pytest.mark.parametrize("dimensions", [2, 3])
@pytest.mark.parametrize(("count", "width"), [(500, 20), (60, 300), (200, 1500)], ids=str)
def test_it_equals_scikit_learn_signs_included(count: int, width: int, dimensions: int) -> None:
    """In double precision; 1e-4 of the largest coordinate, whichever way the size chooses."""
    features = clouds(count, width)
    result = pca(features, dimensions)
    reference = PCA(dimensions, svd_solver="full").fit(features.astype(np.float64))
    expected = reference.transform(features.astype(np.float64))
    scale = np.abs(expected).max()
    np.testing.assert_allclose(result.array("points"), expected, atol=1e-4 * scale)
    shares = reference.explained_variance_ratio_
    np.testing.assert_allclose(result.meta["explained_variance"], shares, rtol=1e-4)
    assert result.metrics["explained_variance"] == pytest.approx(shares.sum(), rel=1e-4)


def test_iteration_finds_the_same_axes(monkeypatch: pytest.MonkeyPatch) -> None:
    features = clouds(300, 200)
    by_covariance = pca(features, 3).array("points")
    monkeypatch.setattr(components, "FULL_WIDTH", 0)
    by_iteration = pca(features, 3).array("points")
    np.testing.assert_allclose(by_covariance, by_iteration, atol=1e-3)


def test_iteration_stops_where_nothing_is_left_to_find(monkeypatch: pytest.MonkeyPatch) -> None:
    features = clouds(20, 2000)  # 19 directions
    by_covariance = pca(features, 3).array("points")
    monkeypatch.setattr(components, "FULL_WIDTH", 0)
    by_iteration = pca(features, 3).array("points")
    np.testing.assert_allclose(by_covariance, by_iteration, atol=1e-2)
    assert np.abs(by_covariance).max() > 100.0


def test_two_images_have_one_direction() -> None:
    features = clouds(2, 4500)
    points = pca(features, 3).array("points")
    assert np.linalg.norm(points[1] - points[0]) == pytest.approx(
        np.linalg.norm(features[1] - features[0]), rel=1e-5
    )
    np.testing.assert_allclose(points[:, 1:], 0.0, atol=1e-6)


def test_blocks_do_not_change_the_result(monkeypatch: pytest.MonkeyPatch) -> None:
    features = clouds(300, 50)
    whole = pca(features).array("points")
    monkeypatch.setattr(components, "BLOCK_VALUES", 50 * 37)
    monkeypatch.setattr(reading, "BLOCK_VALUES", 50 * 41)
    np.testing.assert_allclose(whole, pca(features).array("points"), atol=1e-5)


def test_axes_say_what_they_show() -> None:
    features = np.zeros((4, 3), np.float32)
    features[:, 0] = [-3, 3, -3, 3]
    features[:, 1] = [-1, -1, 1, 1]
    result = pca(features)
    assert result.meta["axes"] == ["PC 1 (90.0%)", "PC 2 (10.0%)"]
    np.testing.assert_allclose(result.array("points"), features[:, :2], atol=1e-6)


def test_points_that_are_all_alike_lie_at_the_origin() -> None:
    for width in (6, 600, 5000):
        result = pca(np.full((5, width), 3.0, np.float32))
        assert not result.array("points").any()
        assert result.metrics["explained_variance"] == 0.0


def test_too_little_to_project_is_refused() -> None:
    with pytest.raises(MethodFailed, match="at least 1 image and 3 features; .* has 9 and 2"):
        pca(np.zeros((9, 2), np.float32), 3)
    with pytest.raises(MethodFailed, match="has 0 and 5"):
        pca(np.zeros((0, 5), np.float32))
    with pytest.raises(InvalidRecipe):
        pca(np.zeros((5, 5), np.float32), 4)


def test_features_that_are_not_finite_are_refused() -> None:
    features = clouds(40, 5)
    features[11, 2] = np.inf
    with pytest.raises(MethodFailed, match="row 11"):
        pca(features)


def test_given_axes_are_those_of_the_other_vectors() -> None:
    """Against scikit-learn fitted on the one and applied to the other; 1e-4 of the largest."""
    last, early = clouds(300, 40), clouds(200, 40)[::-1] * 0.5 + 1.0
    result = make("projection", "pca", embedding=embedding(early), axes=embedding(last))
    reference = PCA(2, svd_solver="full").fit(last.astype(np.float64))
    expected = reference.transform(early.astype(np.float64))
    np.testing.assert_allclose(
        result.array("points"), expected, atol=1e-4 * float(np.abs(expected).max())
    )
    shares = expected.var(axis=0) / early.astype(np.float64).var(axis=0).sum()
    np.testing.assert_allclose(result.meta["explained_variance"], shares, rtol=1e-3)
    frame = reference.transform(last.astype(np.float64))
    low, high = result.meta["frame"]
    np.testing.assert_allclose([low, high], [frame.min(axis=0), frame.max(axis=0)], rtol=1e-3)


def test_own_axes_given_change_nothing_but_the_frame() -> None:
    given = embedding(clouds(100, 20))
    plain = make("projection", "pca", embedding=given)
    same = make("projection", "pca", embedding=given, axes=given)
    np.testing.assert_array_equal(plain.array("points"), same.array("points"))
    assert same.metrics["explained_variance"] == pytest.approx(
        plain.metrics["explained_variance"], rel=1e-6
    )
    assert "frame" not in plain.meta


def test_axes_of_another_width_are_refused() -> None:
    with pytest.raises(MethodFailed, match="same layer"):
        make(
            "projection", "pca", embedding=embedding(clouds(50, 20)), axes=embedding(clouds(50, 9))
        )
