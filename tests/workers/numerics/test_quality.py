import numpy as np
import pytest
from sklearn.manifold import trustworthiness

from repscope.workers.numerics.knn import knn
from repscope.workers.numerics.quality import neighbor_recall, quality
from repscope.workers.numerics.start import pca_start
from tests.workers.numerics.mixtures import mixture

N, K = 300, 10


def ranks(points: np.ndarray) -> np.ndarray:
    """Rank of each point as seen from each other, the point itself 0."""
    distances = ((points[:, None, :].astype(np.float64) - points[None]) ** 2).sum(axis=2)
    np.fill_diagonal(distances, -1)
    return np.asarray(np.argsort(np.argsort(distances, axis=1, kind="stable"), axis=1))


def test_equals_scikit_learn_and_the_definitions() -> None:
    features = mixture(N, 12)
    layout = pca_start(features)
    measured = quality(features, layout, K, sample=None)
    assert measured.mean("trustworthiness") == pytest.approx(
        trustworthiness(features, layout, n_neighbors=K), abs=1e-12
    )
    assert measured.mean("continuity") == pytest.approx(
        trustworthiness(layout, features, n_neighbors=K), abs=1e-12
    )
    high, low = ranks(features), ranks(layout)
    both = np.maximum(high, low) + N * np.eye(N)
    for k in (1, K, 100, N - 1):  # Lee and Verleysen 2009: pairs of ranks up to k in both spaces
        assert measured.curve[k - 1] == pytest.approx((both <= k).sum() / (k * N))
    np.testing.assert_allclose(measured.recall, (both <= K).sum(axis=1) / K)
    assert measured.curve[-1] == 1
    for measure in ("trustworthiness", "continuity", "recall"):
        assert measured.error(measure) == 0


def test_recall_equals_that_of_the_graphs() -> None:
    features = mixture(N, 12)
    layout = pca_start(features)
    of_graphs = neighbor_recall(knn(features, K).indices, knn(layout, K).indices)
    np.testing.assert_allclose(quality(features, layout, K, sample=None).recall, of_graphs)


def test_a_perfect_map_is_perfect() -> None:
    features = mixture(N, 2)
    measured = quality(features, features * 3 + 1, K, sample=None)
    assert measured.mean("trustworthiness") == measured.mean("recall") == 1
    assert (measured.curve == 1).all()


def test_a_sample_lies_within_its_error() -> None:
    features = mixture(2000, 12)
    layout = pca_start(features)
    whole = quality(features, layout, K, sample=None)
    part = quality(features, layout, K, sample=300, seed=3)
    assert part.rows.shape == part.recall.shape == (300,)
    np.testing.assert_array_equal(part.recall, whole.recall[part.rows])
    for measure in ("trustworthiness", "continuity", "recall"):
        assert 0 < part.error(measure) < 0.02
        assert abs(part.mean(measure) - whole.mean(measure)) < 4 * part.error(measure)


def test_cosine_looks_at_angles() -> None:
    rng = np.random.default_rng(0)
    features = mixture(N, 12)
    stretched = features * rng.uniform(0.1, 10, (N, 1))
    layout = pca_start(features)
    np.testing.assert_allclose(
        quality(stretched, layout, K, metric="cosine", sample=None).recall,
        quality(features, layout, K, metric="cosine", sample=None).recall,
    )


def test_says_what_does_not_fit() -> None:
    features = mixture(20, 3)
    with pytest.raises(ValueError, match="20 rows of features and 19 points"):
        quality(features, features[:19], 2)
    with pytest.raises(ValueError, match="from 1 to 9"):
        quality(features, features, 10)
