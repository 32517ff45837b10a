import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits

from repscope.workers.numerics import tsne as engine
from repscope.workers.numerics.gpu.affinities import affinities
from repscope.workers.numerics.gpu.attraction import Attraction
from repscope.workers.numerics.gpu.interpolation import Interpolation
from repscope.workers.numerics.gpu.join import Rows
from repscope.workers.numerics.gpu.repulsion import AllPairs
from repscope.workers.numerics.gpu.tsne import tsne
from repscope.workers.numerics.knn import Neighbors, knn
from repscope.workers.numerics.start import pca_start
from repscope.workers.numerics.tsne.attraction import attract_2d, attract_3d
from repscope.workers.numerics.tsne.interpolation import Interpolation as OnCpu
from repscope.workers.numerics.tsne.repulsion import repel_2d
from tests.workers.numerics.mixtures import mixture


@pytest.fixture(scope="module")
def features() -> np.ndarray:
    return mixture(600, 20)


@pytest.fixture(scope="module")
def graph(features: np.ndarray) -> Neighbors:
    return knn(features, 60)


@pytest.fixture(scope="module")
def joint(graph: Neighbors) -> Rows:
    return affinities(graph.indices, graph.distances, 20, device="cpu")


def random_layout(n: int, dimensions: int, span: float) -> np.ndarray:
    rng = np.random.default_rng(1)
    return np.asarray(rng.uniform(0, span, (n, dimensions)), np.float32)


def on_device(layout: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(np.ascontiguousarray(layout.T))


def gradient_in_double(p: np.ndarray, layout: np.ndarray) -> np.ndarray:
    """The sum over all pairs, as it stands in the paper but for the factor 4."""
    difference = layout[:, None, :].astype(np.float64) - layout[None]
    q = 1 / (1 + (difference**2).sum(axis=2))
    np.fill_diagonal(q, 0)
    return (((p - q / q.sum()) * q)[:, :, None] * difference).sum(axis=1)


@pytest.mark.parametrize(("perplexity", "duplicates"), [(20, 1), (5, 1), (10, 50), (2.5, 80)])
def test_affinities_equal_those_of_the_cpu(perplexity: float, duplicates: int) -> None:
    features = mixture(600, 12)
    features[:duplicates] = features[0]
    found = knn(features, 60)
    ours = affinities(found.indices, found.distances, perplexity, device="cpu")
    theirs = engine.affinities(found.indices, found.distances, perplexity)
    np.testing.assert_array_equal(ours.indptr.numpy(), theirs.indptr)
    np.testing.assert_array_equal(ours.indices.numpy(), theirs.indices)
    np.testing.assert_allclose(ours.values.numpy(), theirs.values, rtol=1e-5)


def test_tiles_change_nothing(
    monkeypatch: pytest.MonkeyPatch, graph: Neighbors, joint: Rows
) -> None:
    monkeypatch.setattr("repscope.workers.numerics.gpu.memory.ON_HOST", 1 << 15)
    small = affinities(graph.indices, graph.distances, 20, device="cpu")
    torch.testing.assert_close(small.values, joint.values, rtol=1e-6, atol=0)
    layout = on_device(random_layout(600, 2, 10))
    parts = Attraction(joint)
    assert len(parts._stretches.of(parts._tiles.size)) > 10
    exact = AllPairs(600, 2, torch.device("cpu"))
    force, (push, z) = parts.force(layout), exact.repel(layout)
    divergence = parts.divergence(layout, z)
    monkeypatch.undo()
    torch.testing.assert_close(Attraction(joint).force(layout), force, rtol=0, atol=0)
    whole, whole_z = AllPairs(600, 2, torch.device("cpu")).repel(layout)
    torch.testing.assert_close(whole, push, rtol=1e-5, atol=1e-5)
    assert Attraction(joint).divergence(layout, whole_z) == pytest.approx(divergence, rel=1e-9)


@pytest.mark.parametrize("dimensions", [2, 3])
def test_attraction_equals_that_of_the_cpu(joint: Rows, dimensions: int) -> None:
    layout = random_layout(600, dimensions, 20)
    expected = np.empty_like(layout)
    p = joint.matrix()
    longest = int(np.diff(p.indptr).max())
    attract = attract_2d if dimensions == 2 else attract_3d
    attract(p.indptr, p.indices, p.data, longest, layout, expected)
    force = Attraction(joint).force(on_device(layout)).T.numpy()
    np.testing.assert_allclose(force, expected, atol=1e-6 * np.abs(expected).max())


@pytest.mark.parametrize("dimensions", [2, 3])
@pytest.mark.parametrize("span", [1e-3, 1.0, 50.0])
def test_gradient_equals_a_sum_in_double(joint: Rows, dimensions: int, span: float) -> None:
    layout = random_layout(600, dimensions, span)
    expected = gradient_in_double(joint.matrix().toarray().astype(np.float64), layout)
    push, z = AllPairs(600, dimensions, torch.device("cpu")).repel(on_device(layout))
    ours = Attraction(joint).force(on_device(layout)) - push / z
    np.testing.assert_allclose(ours.T, expected, atol=1e-5 * np.abs(expected).max())


@pytest.mark.parametrize("span", [1e-4, 1.0, 15.0, 60.0, 120.0])
def test_interpolation_equals_that_of_the_cpu(span: float) -> None:
    layout = random_layout(3000, 2, span)
    expected = np.empty_like(layout)
    expected_z = OnCpu().repel(layout, expected)
    force, z = Interpolation().repel(on_device(layout))
    assert np.linalg.norm(force.T.numpy() - expected) < 1e-4 * np.linalg.norm(expected)
    assert float(z) == pytest.approx(expected_z, rel=1e-5)


def test_interpolation_of_a_layout_that_grows_stays_close_to_all_pairs() -> None:
    interpolation = Interpolation()
    for span in (1e-4, 0.5, 0.52, 3.0, 12.0, 11.0):
        layout = random_layout(3000, 2, span)
        expected = np.empty_like(layout)
        z = repel_2d(layout, expected)
        force, ours = interpolation.repel(on_device(layout))
        assert np.linalg.norm(force.T.numpy() - expected) < 0.03 * np.linalg.norm(expected)
        assert float(ours) == pytest.approx(z, rel=1e-3)


@pytest.mark.slow  # eager PyTorch on a CPU
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("repulsion", ["exact", "interpolation"])
def test_digits_end_as_well_as_on_the_cpu(repulsion: str) -> None:
    digits = load_digits().data[::3].astype(np.float32)
    found = knn(digits, 90)
    start = pca_start(digits, 2, 1e-4)
    joint = engine.affinities(found.indices, found.distances)
    rows = affinities(found.indices, found.distances, device="cpu")
    steps = {"iterations": 400, "early_iterations": 150}
    ours = tsne(rows, start, repulsion=repulsion, **steps)
    exact = engine.kl_divergence(joint, ours.points)
    layout = engine.tsne(joint, start, repulsion=repulsion, **steps).points
    theirs = engine.kl_divergence(joint, layout)
    assert ours.divergence == pytest.approx(exact, rel=0.01)
    assert exact == pytest.approx(theirs, rel=0.02)


@pytest.mark.parametrize("repulsion", ["exact", "interpolation"])
def test_first_steps_equal_those_of_the_cpu(
    features: np.ndarray, graph: Neighbors, joint: Rows, repulsion: str
) -> None:
    start = pca_start(features, 2, 1.0)
    given = engine.affinities(graph.indices, graph.distances, 20)
    options = {"iterations": 12, "early_iterations": 6, "repulsion": repulsion}
    ours, theirs = tsne(joint, start, **options), engine.tsne(given, start, **options)
    scale = np.abs(theirs.points).max()
    np.testing.assert_allclose(ours.points, theirs.points, atol=1e-3 * scale)
    assert ours.divergence == pytest.approx(theirs.divergence, rel=1e-3)
    assert ours.exact == theirs.exact


def test_the_same_input_gives_the_same_map(features: np.ndarray, joint: Rows) -> None:
    for dimensions, repulsion in ((2, "exact"), (2, "interpolation"), (3, "auto")):
        start = pca_start(features, dimensions, 1e-4)
        first, second = (
            tsne(joint, start, iterations=60, early_iterations=30, repulsion=repulsion)
            for _ in range(2)
        )
        np.testing.assert_array_equal(first.points, second.points)
        assert first.points.shape == (600, dimensions)


def test_callback_sees_the_map_and_stops_it(features: np.ndarray, joint: Rows) -> None:
    seen: list[tuple[int, float, np.ndarray]] = []

    def callback(iteration: int, divergence: float, layout: np.ndarray) -> bool:
        seen.append((iteration, divergence, layout))
        return iteration == 150

    start = pca_start(features, 2, 1e-4)
    before = start.copy()
    made = tsne(joint, start, callback=callback, every=50)
    assert [iteration for iteration, _, _ in seen] == [50, 100, 150]
    assert made.iterations == 150
    assert made.divergence == seen[-1][1] < seen[0][1]
    np.testing.assert_array_equal(made.points, seen[-1][2])
    np.testing.assert_array_equal(start, before)


def test_says_what_does_not_fit(graph: Neighbors, joint: Rows) -> None:
    with pytest.raises(ValueError, match="must be"):
        tsne(joint, np.zeros((3, 2)))
    with pytest.raises(ValueError, match="perplexity is 60"):
        affinities(graph.indices, graph.distances, 60, device="cpu")
