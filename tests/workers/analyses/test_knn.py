import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from repscope.core.errors import MethodFailed
from repscope.workers.context import Result
from tests.workers.making import embedding, make

METRICS = ["euclidean", "cosine"]


def knn(features: np.ndarray, **params: object) -> Result:
    return make("neighbors", "knn", params, embedding=embedding(features))


def digits() -> np.ndarray:
    dataset, encoder = make("dataset", "digits"), make("encoder", "pixels")
    return make("embedding", "embed", dataset=dataset, encoder=encoder).array("features")


def gaussians() -> np.ndarray:
    """Far from the origin, where single precision hurts."""
    rng = np.random.default_rng(0)
    return (rng.standard_normal((1500, 40)) + 30.0).astype(np.float32)


def reference(features: np.ndarray, k: int, metric: str) -> tuple[np.ndarray, np.ndarray]:
    """scikit-learn's brute force in double precision, equal distances sorted by row."""
    exact = features.astype(np.float64)
    search = NearestNeighbors(metric=metric, algorithm="brute").fit(exact)
    distances, indices = search.kneighbors(n_neighbors=min(k + 60, len(features) - 1))
    distances = distances.astype(np.float32)
    order = np.lexsort((indices, distances))[:, :k]
    return np.take_along_axis(indices, order, 1), np.take_along_axis(distances, order, 1)


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("features", [digits(), gaussians()], ids=["digits", "gaussians"])
def test_it_equals_brute_force_of_scikit_learn(features: np.ndarray, metric: str) -> None:
    result = knn(features, k=30, metric=metric)
    indices, distances = reference(features, 30, metric)
    np.testing.assert_allclose(result.array("distances"), distances, atol=2e-6)
    agree = result.array("indices") == indices
    assert agree.mean() > 0.998  # the rest are ties within the reference's rounding
    for row in np.flatnonzero(~agree.all(axis=1)):
        np.testing.assert_allclose(result.array("distances")[row], distances[row], atol=2e-6)


def test_equal_distances_are_ordered_by_row() -> None:
    grid = np.stack(np.meshgrid(np.arange(9), np.arange(9)), -1).reshape(-1, 2).astype(np.float32)
    result = knn(grid, k=8)
    for row in range(len(grid)):
        exact = np.hypot(*(grid - grid[row]).T).astype(np.float32)
        exact[row] = np.inf
        np.testing.assert_array_equal(
            result.array("indices")[row], np.argsort(exact, kind="stable")[:8]
        )


def test_an_image_is_never_its_own_neighbor_even_among_copies() -> None:
    features = np.zeros((700, 5), np.float32)  # an encoder that has collapsed
    result = knn(features, k=4)
    assert (result.array("indices") != np.arange(700)[:, None]).all()
    assert result.array("indices")[0].tolist() == [1, 2, 3, 4]
    assert result.array("indices")[600].tolist() == [0, 1, 2, 3]
    assert not result.array("distances").any()


def test_near_copies_far_from_the_origin_keep_their_order() -> None:
    steps = np.cumsum(np.arange(1, 40)) * 2.0**-10
    features = np.zeros((39, 3), np.float32)
    features[:, 0] = 1000.0 + steps
    result = knn(features, k=3)
    assert result.array("indices")[0].tolist() == [1, 2, 3]
    np.testing.assert_allclose(
        result.array("distances")[0], (features[1:4, 0] - features[0, 0]), rtol=1e-6
    )


def test_zero_vectors_are_at_cosine_distance_one() -> None:
    features = np.array([[1, 0], [0, 0], [2, 0.1], [-1, 0]], np.float32)
    result = knn(features, k=3, metric="cosine")
    assert result.array("indices")[0].tolist() == [2, 1, 3]
    np.testing.assert_allclose(result.array("distances")[1], 1.0)


def test_k_is_at_most_the_number_of_others() -> None:
    result = knn(gaussians()[:5])
    assert result.array("indices").shape == (5, 4)
    assert result.meta == {"k": 4, "metric": "euclidean", "exact": True}
    with pytest.raises(MethodFailed, match="at least 2 images"):
        knn(gaussians()[:1])


def test_features_that_are_not_finite_are_refused() -> None:
    features = gaussians()
    features[17, 3] = np.nan
    with pytest.raises(MethodFailed, match="not finite .row 17."):
        knn(features)


def test_types_are_what_the_wire_carries() -> None:
    result = knn(gaussians()[:20], k=3)
    assert result.array("indices").dtype == np.int32
    assert result.array("distances").dtype == np.float32
    assert (np.diff(result.array("distances"), axis=1) >= 0).all()


def test_approximate_search_says_what_it_found() -> None:
    exact = knn(gaussians(), k=15)
    result = knn(gaussians(), k=15, search="approximate")
    assert result.meta["exact"] is False
    assert not (result.array("indices") == np.arange(1500)[:, None]).any()
    pairs = zip(exact.array("indices"), result.array("indices"), strict=True)
    shared = np.mean([len(set(a) & set(b)) / 15 for a, b in pairs])
    assert abs(result.metrics["recall"] - shared) <= 4 * result.metrics["recall_error"] + 0.01
    assert exact.metrics["recall"] == 1.0


def test_components_are_those_of_the_pca() -> None:
    result = knn(digits(), k=5).array("components")
    pca = make("projection", "pca", {"dimensions": 3}, embedding=embedding(digits()))
    np.testing.assert_allclose(result, pca.array("points"), atol=1e-4 * np.abs(result).max())
