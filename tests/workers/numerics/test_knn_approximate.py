from collections.abc import Callable

import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from repscope.workers.numerics import knn_approximate
from repscope.workers.numerics.knn import Neighbors, knn
from tests.workers.numerics.mixtures import mixture


def isotropic(n: int, d: int) -> np.ndarray:
    return np.random.default_rng(1).standard_normal((n, d), dtype=np.float32)


def recall(found: Neighbors, truth: np.ndarray) -> float:
    pairs = zip(found.indices, truth, strict=True)
    return float(np.mean([len(np.intersect1d(a, b)) for a, b in pairs])) / truth.shape[1]


def check(features: np.ndarray, found: Neighbors) -> None:
    """Asserts what holds however many neighbors are missed."""
    n, k = found.indices.shape
    assert found.indices.dtype == np.int32
    assert found.distances.dtype == np.float32
    assert not found.exact
    assert (found.indices != np.arange(n)[:, None]).all()
    assert all(len(set(row)) == k for row in found.indices.tolist())
    differences = features[:, None].astype(np.float64) - features[found.indices]
    np.testing.assert_allclose(found.distances, np.linalg.norm(differences, axis=2), rtol=1e-6)
    assert (np.diff(found.distances) >= 0).all()


@pytest.mark.parametrize("metric", ["euclidean", "cosine"])
@pytest.mark.parametrize(("n", "d", "k"), [(2, 3, 1), (40, 5, 39), (450, 16, 15), (499, 2, 90)])
def test_all_cells_hold_all_neighbors(
    metric: str, n: int, d: int, k: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(knn_approximate, "AIM", 1.0)  # of every row, for all are in the sample
    monkeypatch.setattr(knn_approximate, "MOST", 1.0)
    features = mixture(n, d)
    exact, found = (
        knn(features, k, metric=metric),
        knn(features, k, metric=metric, method="approximate"),
    )
    np.testing.assert_array_equal(found.indices, exact.indices)
    np.testing.assert_array_equal(found.distances, exact.distances)
    assert (found.recall, found.recall_error) == (1.0, 0.0)


@pytest.mark.parametrize("k", [1, 15, 100])
@pytest.mark.parametrize(
    ("features", "least"),
    [(mixture(3000, 24), 0.93), (isotropic(3000, 24), 0.0)],
    ids=["mixture", "isotropic"],
)
def test_recall_is_what_scikit_learn_says(features: np.ndarray, least: float, k: int) -> None:
    found = knn(features, k, method="approximate")
    check(features, found)
    peer = NearestNeighbors(n_neighbors=k, algorithm="brute").fit(features.astype(np.float64))
    measured = recall(found, peer.kneighbors(return_distance=False))
    assert 0 < found.recall_error < 0.03
    assert abs(found.recall - measured) < 4 * found.recall_error
    assert least <= measured < 1
    if not least:  # the bound on what is probed
        assert measured < 0.9


def test_flat_data_need_few_cells() -> None:
    features = isotropic(4000, 2)
    found = knn(features, 15, method="approximate")
    check(features, found)
    assert found.recall > 0.94


def test_seeds_differ() -> None:
    features = isotropic(1500, 12)
    first, again, other = (knn(features, 5, method="approximate", seed=s) for s in (1, 1, 2))
    np.testing.assert_array_equal(first.indices, again.indices)
    assert first.recall == again.recall
    assert (first.indices != other.indices).any()


def crowd() -> np.ndarray:
    """Mostly copies, too many for a list of candidates."""
    features = mixture(900, 4)
    features[:600] = features[0]
    return features


def pairs() -> np.ndarray:
    """Every row twice, but for a last bit."""
    features = mixture(450, 6)
    return np.concatenate([features, np.nextafter(features, np.float32(9))])


def far() -> np.ndarray:
    """Rows so far away that each is a cell by itself."""
    features = mixture(600, 4)
    features[:5] = np.eye(5, 4, dtype=np.float32) * 1e4
    return features


@pytest.mark.parametrize(
    "make",
    [lambda: np.ones((700, 5), np.float32), crowd, pairs, far],
    ids=["equal", "crowd", "pairs", "far"],
)
def test_copies_and_outliers(make: Callable[[], np.ndarray]) -> None:
    features = make()
    found, exact = knn(features, 6, method="approximate"), knn(features, 6)
    check(features, found)
    nearest = found.distances[:, 0] == exact.distances[:, 0]
    assert nearest.mean() > 0.9


def test_equal_rows_are_ordered_by_index() -> None:
    found = knn(np.zeros((700, 3), np.float32), 4, method="approximate")
    assert found.indices[0].tolist() == [1, 2, 3, 4]
    assert found.indices[600].tolist() == [0, 1, 2, 3]
    assert found.recall == 1


def test_rows_that_lack_neighbors_are_searched_everywhere() -> None:
    features = isotropic(400, 8)
    found, exact = knn(features, 300, method="approximate"), knn(features, 300)
    np.testing.assert_array_equal(found.indices, exact.indices)
    assert found.recall == 1


def test_rows_of_zeros_are_at_a_right_angle() -> None:
    features = mixture(800, 6)
    features[[3, 7, 400]] = 0
    found = knn(features, 10, metric="cosine", method="approximate")
    assert found.indices[3, :2].tolist() == [7, 400]
    np.testing.assert_allclose(found.distances[3, 2:], 1, rtol=1e-6)
    assert (found.distances[3, :2] == 0).all()


def test_reports_progress_and_cancels() -> None:
    class Cancelled(Exception):
        pass

    fractions: list[float] = []
    knn(mixture(1500, 8), 5, method="approximate", progress=fractions.append)
    assert fractions == sorted(fractions)
    assert fractions[0] == 0
    assert fractions[-1] == pytest.approx(1)

    def cancel(_: float) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        knn(mixture(1500, 8), 5, method="approximate", progress=cancel)
