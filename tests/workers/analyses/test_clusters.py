"""Clusters in feature space, against scikit-learn's own."""

import numpy as np
import pytest
from sklearn.cluster import HDBSCAN, KMeans
from sklearn.datasets import load_digits
from sklearn.metrics import adjusted_rand_score

from repscope.core.errors import MethodFailed
from repscope.workers.context import Result
from tests.workers.making import embedding, make


def graph_of(features: np.ndarray, k: int = 30) -> Result:
    return make("neighbors", "knn", {"k": k}, embedding=embedding(features))


def clouds(count: int = 100, groups: int = 4, width: int = 5) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    labels = np.repeat(np.arange(groups), count)
    centers = 40.0 * rng.standard_normal((groups, width))
    noise = rng.standard_normal((len(labels), width))
    return (centers[labels] + noise).astype(np.float32), labels


def test_kmeans_is_as_good_as_the_reference() -> None:
    features = load_digits().data.astype(np.float32)
    result = make("clusters", "kmeans", {"k": 10}, embedding=embedding(features))
    reference = KMeans(10, n_init=10, random_state=0).fit(features)
    assert result.metrics["inertia"] <= 1.01 * reference.inertia_
    labels = result.array("column_cluster")
    assert labels.dtype == np.int32
    centers = np.stack([features[labels == c].mean(axis=0) for c in range(10)])
    spread = np.square(features - centers[labels]).sum()
    assert spread == pytest.approx(result.metrics["inertia"], rel=1e-3)


def test_kmeans_follows_its_seed() -> None:
    features = load_digits().data[:400].astype(np.float32)
    first, again, other = (
        make("clusters", "kmeans", {"k": 7}, seed, embedding=embedding(features))
        for seed in (0, 0, 1)
    )
    assert np.array_equal(first.array("column_cluster"), again.array("column_cluster"))
    assert not np.array_equal(first.array("column_cluster"), other.array("column_cluster"))


def test_kmeans_needs_an_image_for_each_cluster() -> None:
    with pytest.raises(MethodFailed, match="at least 5 images"):
        make("clusters", "kmeans", {"k": 5}, embedding=embedding(np.zeros((4, 2), np.float32)))


def test_hdbscan_equals_the_reference_where_the_graph_holds_all() -> None:
    features, _ = clouds(count=30)
    result = make(
        "clusters",
        "hdbscan",
        {"min_cluster_size": 10, "min_samples": 5},
        neighbors=graph_of(features, k=len(features) - 1),
    )
    reference = HDBSCAN(min_cluster_size=10, min_samples=5, copy=True).fit(features)
    found = result.array("column_density_cluster")
    assert adjusted_rand_score(found, reference.labels_) == 1.0
    assert result.metrics["clusters"] == reference.labels_.max() + 1


def test_hdbscan_joins_the_pieces_of_a_torn_graph() -> None:
    features, labels = clouds()
    result = make("clusters", "hdbscan", {}, neighbors=graph_of(features, k=10))
    found = result.array("column_density_cluster")
    inside = found >= 0
    assert adjusted_rand_score(found[inside], labels[inside]) == 1.0
    assert result.metrics["clusters"] == 4.0
    assert result.metrics["outside"] == pytest.approx(1.0 - inside.mean())


def test_hdbscan_asks_for_no_more_than_the_graph_has() -> None:
    features, _ = clouds(count=10)
    with pytest.raises(MethodFailed, match="at most 3"):
        make("clusters", "hdbscan", {"min_samples": 5}, neighbors=graph_of(features, k=3))
