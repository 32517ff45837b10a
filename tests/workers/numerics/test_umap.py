import numpy as np
import pytest
from scipy.sparse.csgraph import connected_components

from repscope.workers.numerics.knn import Neighbors, knn
from repscope.workers.numerics.umap import fit_curve, fuzzy_graph, spectral_start, umap
from repscope.workers.numerics.umap.optimize import _power
from repscope.workers.numerics.umap.power import power_table
from tests.workers.numerics.mixtures import mixture


@pytest.fixture(scope="module")
def features() -> np.ndarray:
    return mixture(800, 20, clusters=1)


@pytest.fixture(scope="module")
def graph(features: np.ndarray) -> Neighbors:
    return knn(features, 30)


def test_fuzzy_graph_of_arrays_that_may_not_be_written() -> None:
    graph = knn(mixture(3, 5), 1)
    indices = graph.indices.astype(np.int32)
    expected = fuzzy_graph(indices, graph.distances, 2)
    indices.flags.writeable = False  # as those of an artifact are
    assert abs(fuzzy_graph(indices, graph.distances, 2) - expected).max() == 0


@pytest.mark.parametrize(("min_dist", "spread"), [(0.1, 0.1), (0.0, 0.1), (2.9, 1.0), (3.0, 10.0)])
def test_curve_is_found_where_scipy_gives_up(min_dist: float, spread: float) -> None:
    a, b = fit_curve(min_dist, spread)
    d = np.linspace(0, 3 * spread, 300)
    wanted = np.where(d < min_dist, 1.0, np.exp(-(d - min_dist) / spread))

    def error(a: float, b: float) -> float:
        return float(np.square(wanted - 1 / (1 + a * d ** (2 * b))).sum())

    best = error(a, b)
    assert best < 0.3
    for change in (0.99, 1.01):
        assert best <= error(a * change, b)
        assert best <= error(a, b * change)


@pytest.mark.parametrize("b", [0.3, 0.8950608778515733, 1.0, 1.9])
def test_powers(b: float) -> None:
    powers, polynomial = power_table(b)
    for x in np.geomspace(1e-12, 1e12, 200).astype(np.float32):
        assert _power(x, powers, polynomial) == pytest.approx(float(x) ** b, rel=1e-5)


def test_start_holds_the_slowest_modes(graph: Neighbors) -> None:
    fuzzy = fuzzy_graph(graph.indices, graph.distances, 15)
    start = spectral_start(fuzzy)
    roots = np.sqrt(np.asarray(fuzzy.sum(axis=0)).ravel())
    laplacian = np.eye(800) - fuzzy.toarray() / np.outer(roots, roots)
    modes = np.linalg.eigh(laplacian)[1][:, 1:3]
    assert start.min() == 0
    assert start.max() == pytest.approx(10)
    for axis in range(2):
        assert abs(np.corrcoef(start[:, axis], modes[:, axis])[0, 1]) > 0.999


def test_a_graph_in_pieces_starts_from_the_features() -> None:
    features = np.concatenate([mixture(60, 4, 1), mixture(60, 4, 1) + 1000])
    graph = knn(features, 10)
    fuzzy = fuzzy_graph(graph.indices, graph.distances, 10)
    assert connected_components(fuzzy)[0] == 2
    with pytest.raises(ValueError, match="2 pieces"):
        spectral_start(fuzzy)
    start = spectral_start(fuzzy, features=features)
    assert abs(start[:60, 0].mean() - start[60:, 0].mean()) > 9


def test_seeds_and_dimensions(graph: Neighbors) -> None:
    fuzzy = fuzzy_graph(graph.indices, graph.distances, 15)
    before = fuzzy.copy()
    start = spectral_start(fuzzy)
    first, same, other = (umap(fuzzy, start, epochs=50, seed=seed) for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, same)
    assert not np.array_equal(first, other)
    assert abs(fuzzy - before).nnz == 0
    assert umap(fuzzy, spectral_start(fuzzy, 3), epochs=20).shape == (800, 3)


def test_min_dist_spreads_points(graph: Neighbors) -> None:
    fuzzy = fuzzy_graph(graph.indices, graph.distances, 15)
    start = spectral_start(fuzzy)
    nearest = [
        np.median(knn(umap(fuzzy, start, min_dist=m, epochs=200), 1).distances) for m in (0.01, 0.9)
    ]
    assert nearest[0] < 0.7 * nearest[1]


def test_callback_sees_the_map_and_stops_it(graph: Neighbors) -> None:
    fuzzy = fuzzy_graph(graph.indices, graph.distances, 15)
    seen: list[tuple[int, np.ndarray]] = []

    def callback(epoch: int, layout: np.ndarray) -> bool:
        seen.append((epoch, layout))
        return epoch == 30

    made = umap(fuzzy, spectral_start(fuzzy), callback=callback, every=10)
    assert [epoch for epoch, _ in seen] == [10, 20, 30]
    np.testing.assert_array_equal(made, seen[-1][1])


def test_says_what_does_not_fit(graph: Neighbors) -> None:
    with pytest.raises(ValueError, match="from 2 to 31"):
        fuzzy_graph(graph.indices, graph.distances, 40)
    with pytest.raises(ValueError, match="min_dist"):
        fit_curve(5.0, 1.0)
    fuzzy = fuzzy_graph(graph.indices, graph.distances, 15)
    with pytest.raises(ValueError, match="must be"):
        umap(fuzzy, np.zeros((3, 2)))
