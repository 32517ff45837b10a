import numpy as np
import pytest
from scipy.sparse import csr_matrix

from repscope.workers.numerics.knn import knn
from repscope.workers.numerics.start import pca_start
from repscope.workers.numerics.tsne import Affinities, affinities, kl_divergence, tsne
from repscope.workers.numerics.tsne.attraction import attract_2d, attract_3d
from repscope.workers.numerics.tsne.interpolation import Interpolation
from repscope.workers.numerics.tsne.repulsion import repel_2d, repel_3d
from tests.workers.numerics.mixtures import mixture


@pytest.fixture(scope="module")
def features() -> np.ndarray:
    return mixture(600, 20)


@pytest.fixture(scope="module")
def joint(features: np.ndarray) -> Affinities:
    graph = knn(features, 60)
    return affinities(graph.indices, graph.distances, 20)


@pytest.mark.filterwarnings("ignore")
def test_affinities_equal_opentsne(features: np.ndarray, joint: Affinities) -> None:
    from openTSNE.affinity import PerplexityBasedNN

    peer = PerplexityBasedNN(features.astype(np.float64), perplexity=20, method="exact")
    difference = abs(joint.matrix() - peer.P)
    assert difference.max() < 1e-6 * peer.P.max()


def test_affinities_are_symmetric_sorted_and_sum_to_one(joint: Affinities) -> None:
    matrix = joint.matrix()
    assert abs(matrix - matrix.T).max() == 0
    assert matrix.has_sorted_indices
    assert joint.values.sum(dtype=np.float64) == pytest.approx(1, abs=1e-6)


def test_affinities_reach_their_perplexity_even_among_duplicates() -> None:
    features = mixture(300, 6)
    features[:50] = features[0]
    graph = knn(features, 30)
    joint = affinities(graph.indices, graph.distances, 10)
    assert np.isfinite(joint.values).all()
    with pytest.raises(ValueError, match="perplexity is 30"):
        affinities(graph.indices, graph.distances, 30)


def random_layout(n: int, dimensions: int, span: float) -> np.ndarray:
    rng = np.random.default_rng(1)
    return np.asarray(rng.uniform(0, span, (n, dimensions)), np.float32)


def brute_force(layout: np.ndarray) -> tuple[np.ndarray, float]:
    difference = layout[:, None, :].astype(np.float64) - layout[None]  # (N, N, dimensions)
    q = 1 / (1 + (difference**2).sum(axis=2))
    return (q[:, :, None] ** 2 * difference).sum(axis=1), q.sum() - len(layout)


@pytest.mark.parametrize("dimensions", [2, 3])
@pytest.mark.parametrize("span", [1e-3, 1.0, 50.0])
def test_exact_repulsion_equals_brute_force(dimensions: int, span: float) -> None:
    layout = random_layout(500, dimensions, span)
    force = np.empty_like(layout)
    z = (repel_2d if dimensions == 2 else repel_3d)(layout, force)
    expected, expected_z = brute_force(layout)
    scale = np.abs(expected).max()
    np.testing.assert_allclose(force, expected, atol=1e-4 * scale)
    assert z == pytest.approx(expected_z, rel=1e-5)


@pytest.mark.parametrize(
    ("span", "tolerance"), [(1e-4, 1e-5), (1.0, 1e-5), (15.0, 0.03), (60.0, 0.08), (120.0, 0.08)]
)
def test_interpolated_repulsion_is_close_to_brute_force(span: float, tolerance: float) -> None:
    # What is lost is the kernel's detail below the grid step. It counts for more where points are
    # sparse, as here in the widest layouts, in which a point has a few neighbors within 1.
    layout = random_layout(3000, 2, span)
    force, expected = np.empty_like(layout), np.empty_like(layout)
    z = Interpolation().repel(layout, force)
    expected_z = repel_2d(layout, expected)
    assert np.linalg.norm(force - expected) < tolerance * np.linalg.norm(expected)
    assert z == pytest.approx(expected_z, rel=0.1 * tolerance + 1e-6)


def test_attraction_equals_brute_force(joint: Affinities) -> None:
    longest = int(np.diff(joint.indptr).max())
    p = joint.matrix().toarray().astype(np.float64)
    for dimensions, attract in ((2, attract_2d), (3, attract_3d)):
        layout = random_layout(joint.rows, dimensions, 20)
        force = np.empty_like(layout)
        attract(joint.indptr, joint.indices, joint.values, longest, layout, force)
        difference = layout[:, None, :].astype(np.float64) - layout[None]
        weights = p / (1 + (difference**2).sum(axis=2))
        expected = (weights[:, :, None] * difference).sum(axis=1)
        np.testing.assert_allclose(force, expected, atol=1e-5 * np.abs(expected).max())


@pytest.mark.filterwarnings("ignore")
def test_gradient_equals_opentsne(joint: Affinities) -> None:
    from openTSNE.tsne import kl_divergence_bh

    layout = random_layout(joint.rows, 2, 20)
    longest = int(np.diff(joint.indptr).max())
    attraction, repulsion = np.empty_like(layout), np.empty_like(layout)
    attract_2d(joint.indptr, joint.indices, joint.values, longest, layout, attraction)
    z = repel_2d(layout, repulsion)
    p = csr_matrix(joint.matrix().astype(np.float64))
    divergence, gradient = kl_divergence_bh(
        layout.astype(np.float64), p, 1, {"theta": 0.0}, should_eval_error=True
    )
    ours = attraction - repulsion / z
    np.testing.assert_allclose(ours, gradient, atol=1e-4 * np.abs(gradient).max())
    assert kl_divergence(joint, layout) == pytest.approx(divergence, rel=1e-4)


@pytest.mark.parametrize("repulsion", ["exact", "interpolation"])
def test_divergence_falls_below_opentsne(
    features: np.ndarray, joint: Affinities, repulsion: str
) -> None:
    made = tsne(joint, pca_start(features, 2, 1e-4), repulsion=repulsion)
    exact = kl_divergence(joint, made.points)
    assert made.divergence == pytest.approx(exact, rel=0.02)
    assert exact < 1.02 * peer_divergence(features, joint)


def peer_divergence(features: np.ndarray, joint: Affinities) -> float:
    from openTSNE import TSNEEmbedding
    from openTSNE.affinity import Affinities as PeerAffinities

    peer = PeerAffinities()
    peer.P = joint.matrix().astype(np.float64)
    start = pca_start(features, 2, 1e-4).astype(np.float64)
    layout = TSNEEmbedding(start, peer, negative_gradient_method="bh", n_jobs=1)
    layout = layout.optimize(250, exaggeration=12, momentum=0.5).optimize(500, momentum=0.8)
    return kl_divergence(joint, np.asarray(layout))


def test_three_dimensions(features: np.ndarray, joint: Affinities) -> None:
    flat = tsne(joint, pca_start(features, 2, 1e-4), iterations=400)
    deep = tsne(joint, pca_start(features, 3, 1e-4), iterations=400)
    assert deep.points.shape == (600, 3)
    assert deep.exact
    assert deep.divergence < flat.divergence
    with pytest.raises(ValueError, match="two dimensions only"):
        tsne(joint, pca_start(features, 3), repulsion="interpolation")


def test_callback_sees_the_map_and_stops_it(features: np.ndarray, joint: Affinities) -> None:
    seen: list[tuple[int, float, np.ndarray]] = []

    def callback(iteration: int, divergence: float, layout: np.ndarray) -> bool:
        seen.append((iteration, divergence, layout))
        return iteration == 300

    start = pca_start(features, 2, 1e-4)
    made = tsne(joint, start, callback=callback, every=50)
    assert [iteration for iteration, _, _ in seen] == [50, 100, 150, 200, 250, 300]
    assert made.iterations == 300
    assert made.divergence == seen[-1][1] < seen[0][1]
    np.testing.assert_array_equal(made.points, seen[-1][2])
    np.testing.assert_allclose(made.points.mean(axis=0), 0, atol=1e-4)
    assert tsne(joint, start, iterations=300).divergence == made.divergence


def test_flows_on_from_a_map(features: np.ndarray, joint: Affinities) -> None:
    first = tsne(joint, pca_start(features, 2, 1e-4))
    again = tsne(joint, first.points, iterations=100, early_iterations=0)
    assert np.linalg.norm(again.points - first.points, axis=1).mean() < 5
    assert again.divergence <= first.divergence + 1e-3


def test_says_what_does_not_fit(joint: Affinities) -> None:
    with pytest.raises(ValueError, match="must be"):
        tsne(joint, np.zeros((3, 2)))
    with pytest.raises(ValueError, match="NaN"):
        tsne(joint, np.full((600, 2), np.nan))


@pytest.mark.parametrize("n", [3, 16, 60])
def test_few_points_that_are_all_neighbors_do_not_fall_onto_one(n: int) -> None:
    from sklearn.manifold import TSNE

    features = np.random.default_rng(0).normal(size=(n, 50)).astype(np.float32)
    graph = knn(features, n - 1)
    perplexity = max(1.0, (n - 1) / 3)
    joint = affinities(graph.indices, graph.distances, perplexity)
    layout = tsne(joint, pca_start(features, 2, 1e-4))
    # The reference starts with a learning rate of 50, where ours follows the number of points, so
    # maps of few points differ in scale; their divergence says whether one is a map at all.
    assert layout.points.std() > 1
    peer = TSNE(perplexity=perplexity, init="pca", random_state=0, method="exact")
    peer.fit(features)
    assert layout.divergence < peer.kl_divergence_ + 0.1
