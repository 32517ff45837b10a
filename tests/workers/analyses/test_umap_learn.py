"""UMAP beside umap-learn, in one file: it compiles for long in every process that loads it."""

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.datasets import load_digits
from sklearn.manifold import trustworthiness

from repscope.core.errors import MethodFailed
from repscope.workers.numerics.knn import Neighbors, knn
from repscope.workers.numerics.quality import quality
from repscope.workers.numerics.umap import fit_curve, fuzzy_graph, spectral_start, umap
from tests.workers.making import embedding, make
from tests.workers.numerics.mixtures import mixture

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]
DIGITS = load_digits().data.astype(np.float32)


def as_umap_learn_counts(graph: Neighbors, k: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """The neighbors of each and their distances; the first neighbor of each is itself."""
    itself = np.arange(len(graph.indices), dtype=np.int32)[:, None]
    nothing = np.zeros(itself.shape, np.float32)
    return (
        np.hstack([itself, graph.indices[:, : k - 1]]),
        np.hstack([nothing, graph.distances[:, : k - 1]]),
    )


@pytest.mark.parametrize("k", [2, 15, 31])
@pytest.mark.parametrize("duplicates", [1, 40])
def test_fuzzy_graph_equals_umap_learn(k: int, duplicates: int) -> None:
    from umap.umap_ import fuzzy_simplicial_set

    features = mixture(500, 10)
    features[:duplicates] = features[0]
    found = knn(features, 30)
    indices, distances = as_umap_learn_counts(found, k)
    peer, _, _ = fuzzy_simplicial_set(
        features, k, np.random.RandomState(0), "euclidean", knn_indices=indices, knn_dists=distances
    )
    ours = fuzzy_graph(found.indices, found.distances, k)
    assert abs(ours - peer).max() < 1e-5
    assert abs(ours - ours.T).max() == 0


@pytest.mark.parametrize("spread", [0.5, 1.0, 3.0])
@pytest.mark.parametrize("min_dist", [0.0, 0.1, 0.8])
def test_curve_equals_umap_learn(min_dist: float, spread: float) -> None:
    from umap.umap_ import find_ab_params

    peer = find_ab_params(spread, min_dist)  # which stops a little before the best fit
    assert fit_curve(min_dist, spread) == pytest.approx(peer, rel=1e-5)


def test_the_engine_is_as_good() -> None:
    from umap import UMAP

    graph = knn(DIGITS, 15)
    fuzzy = fuzzy_graph(graph.indices, graph.distances, 15)
    ours = umap(fuzzy, spectral_start(fuzzy, features=DIGITS))
    # Left to itself it finds the same neighbors, and compiles its search for them first.
    known = as_umap_learn_counts(graph, 15)
    peer = UMAP(random_state=0, precomputed_knn=known).fit_transform(DIGITS)
    own, theirs = quality(DIGITS, ours), quality(DIGITS, peer)
    for measure, error in (("trustworthiness", 0.004), ("recall", 0.015)):
        assert own.mean(measure) > theirs.mean(measure) - error


def test_the_method_is_as_good_and_can_have_it_compute() -> None:
    features = DIGITS[:600]
    graph = make("neighbors", "knn", {"k": 90}, embedding=embedding(features))
    ours, peer = (
        trustworthiness(features, result.array("points"), n_neighbors=10)
        for result in (
            make("projection", "umap", {}, neighbors=graph),
            make("projection", "umap", {"engine": "umap-learn"}, neighbors=graph),
        )
    )
    assert ours >= peer - 0.01
    with pytest.raises(MethodFailed, match="other engine"):
        make("projection", "umap", {"engine": "umap-learn", "stop_at": 5}, neighbors=graph)
