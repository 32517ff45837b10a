import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from repscope.workers.numerics import knn_exact
from repscope.workers.numerics.knn import knn, nearest_to
from tests.workers.numerics.mixtures import mixture


@pytest.mark.parametrize("metric", ["euclidean", "cosine"])
@pytest.mark.parametrize(("n", "d", "k"), [(2, 3, 1), (40, 5, 39), (700, 3, 15), (1500, 64, 90)])
def test_equals_scikit_learn(metric: str, n: int, d: int, k: int) -> None:
    features = mixture(n, d)
    found = knn(features, k, metric=metric)
    peer = NearestNeighbors(n_neighbors=k, metric=metric, algorithm="brute")
    distances, indices = peer.fit(features.astype(np.float64)).kneighbors()
    assert found.indices.dtype == np.int32
    assert found.distances.dtype == np.float32
    assert found.exact
    assert found.recall == 1.0
    np.testing.assert_allclose(found.distances, distances, rtol=1e-5, atol=1e-6)
    if metric == "euclidean":
        np.testing.assert_array_equal(found.indices, indices)
    else:  # rows scaled to length 1 are rounded, which may exchange two that nearly tie
        assert (found.indices != indices).mean() < 1e-4


def test_is_exact_far_from_the_origin() -> None:
    # Scores in float32 can't tell these distances apart; the differences themselves can.
    features = np.round(mixture(1200, 16) * 50) + 30_000
    exact = ((features[:, None, :].astype(np.float64) - features[None]) ** 2).sum(axis=2)
    np.fill_diagonal(exact, np.inf)
    found = knn(features, 10)
    np.testing.assert_array_equal(found.indices, np.argsort(exact, axis=1, kind="stable")[:, :10])


def test_orders_ties_by_index_and_survives_many() -> None:
    features = np.zeros((900, 4), np.float32)
    features[600:] = mixture(300, 4)
    found = knn(features, 5)
    np.testing.assert_array_equal(found.indices[0], [1, 2, 3, 4, 5])
    np.testing.assert_array_equal(found.indices[3], [0, 1, 2, 4, 5])
    assert (found.distances[:600] == 0).all()


def test_needs_no_random_order_and_no_spare_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    features = mixture(2000, 8)
    features = features[np.argsort(features[:, 0])]
    whole = knn(features, 20)
    monkeypatch.setattr(knn_exact, "LISTS", 1)  # one block of rows at a time, without symmetry
    parts = knn(features, 20)
    np.testing.assert_array_equal(parts.indices, whole.indices)
    np.testing.assert_array_equal(parts.distances, whole.distances)


def test_rows_of_zeros_are_at_a_right_angle() -> None:
    features = mixture(20, 4)
    features[[3, 7]] = 0
    found = knn(features, 19, metric="cosine")
    assert found.indices[3, 0] == 7
    assert found.distances[3, 0] == 0
    np.testing.assert_allclose(found.distances[3, 1:], 1, rtol=1e-6)


def test_few_rows_equal_the_graph() -> None:
    features = mixture(300, 6)
    whole, few = knn(features, 12), nearest_to(features, [5, 299], 12)
    np.testing.assert_array_equal(few.indices, whole.indices[[5, 299]])
    np.testing.assert_array_equal(few.distances, whole.distances[[5, 299]])


def test_a_larger_graph_starts_with_the_smaller() -> None:
    features = mixture(1000, 10)
    np.testing.assert_array_equal(knn(features, 60).indices[:, :7], knn(features, 7).indices)


def test_reports_progress_and_cancels() -> None:
    class Cancelled(Exception):
        pass

    fractions: list[float] = []
    knn(mixture(1500, 8), 5, progress=fractions.append)
    assert fractions
    assert fractions == sorted(fractions)
    assert 0 <= fractions[0] <= fractions[-1] <= 1

    def cancel(_: float) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        knn(mixture(1500, 8), 5, progress=cancel)


@pytest.mark.parametrize(
    ("features", "k", "message"),
    [
        (np.zeros((5, 2)), 5, "must be from 1 to 4"),
        (np.zeros((5, 2)), 0, "must be from 1 to 4"),
        (np.zeros(5), 1, "no matrix"),
        (np.full((5, 2), np.nan), 1, "NaN or infinite"),
    ],
)
def test_says_what_does_not_fit(features: np.ndarray, k: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        knn(features, k)
