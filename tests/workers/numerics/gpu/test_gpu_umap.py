import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits

from repscope.workers.numerics import umap as engine
from repscope.workers.numerics.gpu.chance import Chance
from repscope.workers.numerics.gpu.fuzzy import fuzzy_graph
from repscope.workers.numerics.gpu.join import Rows
from repscope.workers.numerics.gpu.turns import turns_of
from repscope.workers.numerics.gpu.umap import umap
from repscope.workers.numerics.knn import Neighbors, knn
from repscope.workers.numerics.quality import quality
from repscope.workers.numerics.umap.optimize import _hash
from tests.workers.numerics.mixtures import mixture


@pytest.fixture(scope="module")
def graph() -> Neighbors:
    return knn(mixture(800, 20, clusters=1), 30)


@pytest.fixture(scope="module")
def fuzzy(graph: Neighbors) -> Rows:
    return fuzzy_graph(graph.indices, graph.distances, 15, device="cpu")


@pytest.fixture(scope="module")
def start() -> np.ndarray:
    return np.random.default_rng(0).uniform(0, 10, (800, 3)).astype(np.float32)


@pytest.mark.parametrize("k", [2, 15, 31])
@pytest.mark.parametrize("duplicates", [1, 40])
def test_fuzzy_graph_equals_that_of_the_cpu(k: int, duplicates: int) -> None:
    features = mixture(500, 10)
    features[:duplicates] = features[0]
    found = knn(features, 30)
    ours = fuzzy_graph(found.indices, found.distances, k, device="cpu").matrix()
    theirs = engine.fuzzy_graph(found.indices, found.distances, k)
    np.testing.assert_array_equal(ours.indices, theirs.indices)
    np.testing.assert_array_equal(ours.indptr, theirs.indptr)
    np.testing.assert_allclose(ours.data, theirs.data, atol=1e-6)
    assert abs(ours - ours.T).max() == 0


def test_random_points_are_those_of_the_cpu() -> None:
    n, epoch, seed, negatives = 1000, 7, 3, 5
    drawn = Chance(n, seed, 20, torch.device("cpu")).draw(
        torch.tensor([0, 999]), epoch, torch.tensor([0, 5]), negatives
    )
    begins = Chance(n, seed, 20, torch.device("cpu")).begin(
        torch.tensor([0, 999]), epoch, torch.tensor([30, 30])
    )
    assert 0 <= int(begins.min()) <= int(begins.max()) < 30
    with np.errstate(over="ignore"):
        for point, first, ours in ((0, 0, drawn[0]), (999, 5, drawn[1])):
            counter = np.uint64(0x9E3779B97F4A7C15) * np.uint64(epoch * n + point + 1)
            state = np.uint64(_hash(np.uint64(seed) + counter))
            expected = []
            for _ in range(first + negatives):
                state = state * np.uint64(6364136223846793005) + np.uint64(1442695040888963407)
                expected.append(int(((state >> np.uint64(32)) * np.uint64(n)) >> np.uint64(32)))
            assert ours.tolist() == expected[first:]


def test_turns_go_through_the_edges_of_each_row_in_order() -> None:
    rng = np.random.default_rng(0)
    lengths = rng.integers(1, 30, 50)
    indptr = np.concatenate([[0], np.cumsum(lengths)])
    rates = rng.uniform(0, 1, indptr[-1])
    begins = rng.integers(0, lengths)
    for epoch in (0, 5):
        made = turns_of(
            torch.tensor(rates), torch.tensor(indptr) + 1000, torch.tensor(begins), epoch, 100
        )
        due = np.floor(rates * (epoch + 1)) != np.floor(rates * epoch)
        first = 0
        for turn, size in enumerate(made.sizes):
            part = slice(first, first + size)
            assert made.rows[part].tolist() == made.order[:size].tolist()
            assert (made.turn[part] == turn).all()
            for row, entry in zip(made.rows[part], made.entries[part], strict=True):
                own = np.flatnonzero(due[indptr[row] : indptr[row + 1]])
                own = np.concatenate([own[own >= begins[row]], own[own < begins[row]]])
                assert own[turn] + indptr[row] == entry
            first += size
        assert first == due.sum()


def test_hubs_take_as_many_edges_as_there_are_turns() -> None:
    rates = torch.ones(10, dtype=torch.float64)
    turns = turns_of(rates, torch.tensor([0, 8, 10]), torch.tensor([6, 1]), 0, 3)
    assert turns.entries[turns.rows == 0].tolist() == [6, 7, 0]
    assert turns.entries[turns.rows == 1].tolist() == [9, 8]
    assert turns.sizes == [2, 2, 1]


@pytest.mark.parametrize("dimensions", [2, 3])
def test_first_epochs_equal_those_of_the_cpu(
    graph: Neighbors, fuzzy: Rows, start: np.ndarray, dimensions: int
) -> None:
    given = engine.fuzzy_graph(graph.indices, graph.distances, 15)
    ends = []

    def two(epoch: int, points: np.ndarray) -> bool:
        ends.append(points)
        return epoch == 2

    for run, each in ((umap, fuzzy), (engine.umap, given)):
        run(each, start[:, :dimensions], epochs=200, seed=5, callback=two, every=2)
    np.testing.assert_allclose(ends[0], ends[1], atol=2e-3)
    assert np.median(np.abs(ends[0] - ends[1])) < 2e-6


@pytest.mark.slow  # eager PyTorch on a CPU
@pytest.mark.timeout(1200)
def test_digits_are_as_trustworthy_as_on_the_cpu() -> None:
    digits = load_digits().data[::3].astype(np.float32)
    found = knn(digits, 15)
    given = engine.fuzzy_graph(found.indices, found.distances, 15)
    start = engine.spectral_start(given, features=digits)
    ours = umap(fuzzy_graph(found.indices, found.distances, 15, device="cpu"), start)
    theirs = engine.umap(given, start)
    own, other = (quality(digits, points, sample=None) for points in (ours, theirs))
    for measure, error in (("trustworthiness", 0.005), ("recall", 0.015)):
        assert own.mean(measure) == pytest.approx(other.mean(measure), abs=error)


def test_seeds_and_tiles(monkeypatch: pytest.MonkeyPatch, fuzzy: Rows, start: np.ndarray) -> None:
    flat = start[:, :2].copy()
    first, same, other = (umap(fuzzy, flat, epochs=20, seed=seed) for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, same)
    assert not np.array_equal(first, other)
    # From here on rounding differs, which a descent enlarges: two epochs must suffice.
    whole = umap(fuzzy, flat, epochs=2)
    monkeypatch.setattr("repscope.workers.numerics.gpu.memory.ON_HOST", 1 << 18)
    np.testing.assert_allclose(umap(fuzzy, flat, epochs=2), whole, atol=1e-3)
    np.testing.assert_array_equal(flat, start[:, :2])


def test_callback_sees_the_map_and_stops_it(fuzzy: Rows, start: np.ndarray) -> None:
    seen: list[tuple[int, np.ndarray]] = []

    def callback(epoch: int, layout: np.ndarray) -> bool:
        seen.append((epoch, layout))
        return epoch == 30

    made = umap(fuzzy, start[:, :2], callback=callback, every=10)
    assert [epoch for epoch, _ in seen] == [10, 20, 30]
    np.testing.assert_array_equal(made, seen[-1][1])


def test_says_what_does_not_fit(graph: Neighbors, fuzzy: Rows) -> None:
    with pytest.raises(ValueError, match="from 2 to 31"):
        fuzzy_graph(graph.indices, graph.distances, 40, device="cpu")
    with pytest.raises(ValueError, match="must be"):
        umap(fuzzy, np.zeros((3, 2)))
