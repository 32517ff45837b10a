"""How far to trust a map, against scikit-learn and plain definitions."""

import numpy as np
import pytest
from scipy.spatial import procrustes
from sklearn.datasets import load_digits
from sklearn.manifold import trustworthiness
from sklearn.neighbors import NearestNeighbors

from repscope.core.errors import MethodFailed
from repscope.workers.analyses.stability import align
from repscope.workers.context import Result
from tests.workers.making import embedding, make

FEATURES = load_digits().data[:500].astype(np.float32)


def projection(points: np.ndarray) -> Result:
    return Result({"points": points.astype(np.float32)}, {"axes": ["1", "2"]})


def trust(points: np.ndarray, **params: object) -> Result:
    vectors = embedding(FEATURES)
    graph = make("neighbors", "knn", {"k": 30}, embedding=vectors)
    return make(
        "trust",
        "neighborhood",
        params,
        projection=projection(points),
        neighbors=graph,
        embedding=vectors,
    )


def test_measures_equal_the_references() -> None:
    points = make("projection", "pca", embedding=embedding(FEATURES)).array("points")
    result = trust(points, k=10)
    expected = trustworthiness(FEATURES, points, n_neighbors=10)
    assert result.metrics["trustworthiness"] == pytest.approx(expected, abs=1e-4)
    # Continuity is trustworthiness with the two spaces exchanged.
    expected = trustworthiness(points, FEATURES, n_neighbors=10)
    assert result.metrics["continuity"] == pytest.approx(expected, abs=1e-4)
    high = NearestNeighbors(n_neighbors=10).fit(FEATURES).kneighbors(return_distance=False)
    low = NearestNeighbors(n_neighbors=10).fit(points).kneighbors(return_distance=False)
    shares = [len(set(a) & set(b)) / 10 for a, b in zip(high, low, strict=True)]
    assert np.abs(result.array("column_recall") - shares).mean() < 2e-3  # ties
    place = np.flatnonzero(result.array("curve_k") == 10)
    curve = result.array("curve_kept")[place]
    assert curve == pytest.approx(result.metrics["recall"], abs=2e-3)


def test_a_random_map_keeps_what_chance_keeps() -> None:
    points = np.random.default_rng(0).standard_normal((500, 2))
    result = trust(points)
    assert np.abs(result.array("curve_above_chance")).max() < 0.05
    assert result.metrics["recall"] < 0.1


def test_a_sample_tells_its_error() -> None:
    points = make("projection", "pca", embedding=embedding(FEATURES)).array("points")
    whole, part = trust(points), trust(points, sample=100)
    assert whole.metrics["trustworthiness_error"] == 0.0
    error = part.metrics["trustworthiness_error"]
    assert 0.0 < error < 0.05
    difference = part.metrics["trustworthiness"] - whole.metrics["trustworthiness"]
    assert abs(difference) < 4 * error
    assert np.isfinite(part.array("column_trustworthiness")).sum() == 100
    assert np.isfinite(part.array("column_recall")).all()


def test_copies_on_one_spot_are_no_trouble() -> None:
    result = trust(np.zeros((500, 2)))
    assert np.isfinite(result.array("column_recall")).all()


def test_alignment_of_two_is_procrustes() -> None:
    rng = np.random.default_rng(0)
    first, second = rng.standard_normal((2, 50, 2))
    turned, mean = align([first, second])
    between = sum(float(np.square(points - mean).sum()) for points in turned)
    # Two configurations are each half of their difference away from their mean.
    left, right = turned
    assert between == pytest.approx(np.square(left - right).sum() / 2, rel=1e-9)
    _, _, disparity = procrustes(first, second)  # scales the second freely; we keep its size
    correlation = np.sqrt(1.0 - disparity)
    assert np.square(left - right).sum() / 50 == pytest.approx(2 - 2 * correlation, rel=1e-6)


def test_turned_mirrored_and_scaled_maps_do_not_move() -> None:
    points = np.random.default_rng(0).standard_normal((80, 2))
    angle = np.array([[np.cos(1.0), -np.sin(1.0)], [np.sin(1.0), np.cos(1.0)]])
    same = [points, 3.0 * points @ angle + 5.0, points * [-1.0, 1.0]]
    result = make("trust", "stability", projections=[projection(each) for each in same])
    np.testing.assert_allclose(result.array("column_motion"), 0.0, atol=1e-6)
    moved = points.copy()
    moved[7] += 4.0
    result = make("trust", "stability", projections=[projection(points), projection(moved)])
    assert result.array("column_motion").argmax() == 7


def test_maps_that_do_not_match_are_refused() -> None:
    points = np.zeros((80, 2))
    for others in ([points], [points, points[:50]], [points, np.zeros((80, 3))]):
        with pytest.raises(MethodFailed, match="same images"):
            make("trust", "stability", projections=[projection(each) for each in others])
