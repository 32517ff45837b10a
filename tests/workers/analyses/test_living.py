"""t-SNE and UMAP as analyses: the same numbers from every engine, and what a map in motion does."""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.datasets import load_digits
from sklearn.manifold import trustworthiness

from repscope.core.errors import MethodFailed
from repscope.workers.context import Context, Result
from repscope.workers.registry import find
from tests.workers.making import embedding, make

#: Few enough for the slow engines.
FEATURES = load_digits().data[:600].astype(np.float32)


@pytest.fixture(scope="module")
def graph() -> Result:
    return make("neighbors", "knn", {"k": 90}, embedding=embedding(FEATURES))


@pytest.fixture(scope="module")
def usual(graph: Result) -> Callable[..., Result]:
    """The maps of the graph by a method's own settings; each is made once."""
    return cache(lambda method, seed=0: make("projection", method, {}, seed, neighbors=graph))


@pytest.fixture(scope="module")
def peer(graph: Result) -> Result:
    return make("projection", "tsne", {"engine": "openTSNE"}, neighbors=graph)


class Watcher:
    """A reporter that keeps what it hears, and asks to finish at a certain layout."""

    def __init__(self, finish_at: int = 10**9) -> None:
        self.frames: list[dict[str, Any]] = []
        self.early: list[str] = []
        self._finish_at = finish_at

    def progress(self, fraction: float | None, message: str, metrics: Any) -> None: ...

    def event(self, type: str, data: Any) -> None:
        if type == "intermediate":
            self.frames.append(dict(data))

    def cancelled(self) -> bool:
        return False

    def finishing(self) -> bool:
        return not self.early and len(self.frames) >= self._finish_at

    def finished_early(self, artifact_id: str) -> None:
        self.early.append(artifact_id)


def watched(
    tmp_path: Any, watcher: Watcher, method: str, params: dict[str, Any], graph: Result
) -> tuple[Result, list[tuple[Any, Result]]]:
    """Run a projection as a runner does; returns the result and what was published beside it."""
    published: list[tuple[Any, Result]] = []

    def publish(recipe: Any, result: Result) -> str:
        published.append((recipe, result))
        return "0" * 32

    recipe = {"kind": "projection", "method": method, "inputs": {}, "params": params, "seed": 0}
    local = Context.local()
    context = Context(
        local._area, watcher, work=tmp_path, publish=publish, recipe={**recipe, "version": 1}
    )
    result = find("projection", method).call(context, params, {"neighbors": graph})
    context.close()
    return result, published


def quality(points: NDArray[np.float32]) -> float:
    return float(trustworthiness(FEATURES, points, n_neighbors=10))


@pytest.mark.parametrize("dimensions", [2, 3])
def test_tsne_is_as_good_as_the_references(graph: Result, peer: Result, dimensions: int) -> None:
    ours = make("projection", "tsne", {"dimensions": dimensions}, neighbors=graph)
    assert ours.array("points").shape == (600, dimensions)
    assert ours.array("points").dtype == np.float32
    if dimensions == 2:  # KL compares only at the same affinities and dimensions
        assert ours.metrics["kl"] <= peer.metrics["kl"] * 1.02
    assert quality(ours.array("points")) >= quality(peer.array("points")) - 0.01


def test_scikit_learn_makes_the_map_of_the_same_graph(graph: Result) -> None:
    peer = make("projection", "tsne", {"engine": "scikit-learn"}, neighbors=graph)
    assert quality(peer.array("points")) > 0.97
    with pytest.raises(MethodFailed, match="another engine"):
        make("projection", "tsne", {"engine": "scikit-learn", "stop_at": 5}, neighbors=graph)


def test_umap_follows_its_seed(graph: Result) -> None:
    first, again, other = (
        make("projection", "umap", {"epochs": 30}, seed, neighbors=graph).array("points")
        for seed in (0, 0, 1)
    )
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("method", ["tsne", "umap"])
def test_random_starts_follow_their_seed(
    graph: Result, usual: Callable[..., Result], method: str
) -> None:
    maps = [
        make("projection", method, {"initialization": "random"}, seed, neighbors=graph)
        for seed in (0, 0, 1)
    ]
    first, again, other = (each.array("points") for each in maps)
    np.testing.assert_array_equal(first, again)
    assert quality(first) > 0.97
    assert quality(other) > 0.97
    # Groups keep their neighbors and lie elsewhere, which is what stability measures.
    motion = make("trust", "stability", projections=[maps[0], maps[2]]).metrics["motion"]
    planned = [usual(method, seed) for seed in (0, 1)]
    assert motion > make("trust", "stability", projections=planned).metrics["motion"]


@pytest.mark.parametrize("method", ["tsne", "umap"])
def test_a_map_to_flow_on_from_overrules_the_start(graph: Result, method: str) -> None:
    before = make("projection", "pca", embedding=embedding(FEATURES))
    steps = {"iterations": 20} if method == "tsne" else {"epochs": 5}
    planned, drawn = (
        make("projection", method, steps | change, neighbors=graph, start=before).array("points")
        for change in ({}, {"initialization": "random"})
    )
    np.testing.assert_array_equal(planned, drawn)


@pytest.mark.parametrize("method", ["tsne", "umap"])
def test_finished_early_is_what_stopping_there_gives(
    tmp_path: Any, graph: Result, method: str
) -> None:
    watcher = Watcher(finish_at=1)
    whole, published = watched(tmp_path, watcher, method, {}, graph)
    ((recipe, early),) = published
    stop = recipe.params["stop_at"]
    assert 0 < stop < whole.metrics["iterations"]
    assert early.metrics["iterations"] == stop
    again = make("projection", method, {"stop_at": stop}, neighbors=graph)
    np.testing.assert_array_equal(again.array("points"), early.array("points"))
    assert again.metrics == early.metrics


@pytest.mark.parametrize("method", ["tsne", "umap"])
def test_layouts_are_seen_while_they_form(tmp_path: Any, graph: Result, method: str) -> None:
    watcher = Watcher()
    watched(tmp_path, watcher, method, {}, graph)
    assert watcher.frames[0]["step"] == 0
    assert all(frame["step"] <= frame["steps"] for frame in watcher.frames)
    assert np.load(tmp_path / f"intermediate.{watcher.frames[-1]['slot']}.npy").shape == (600, 2)


@pytest.mark.parametrize("method", ["tsne", "umap"])
def test_a_map_flows_on_from_another(
    graph: Result, usual: Callable[..., Result], method: str
) -> None:
    change = {"perplexity": 25} if method == "tsne" else {"n_neighbors": 12}
    steps = {"iterations": 50} if method == "tsne" else {"epochs": 20}
    before = usual(method)
    after = make("projection", method, change | steps, neighbors=graph, start=before)
    scale = before.array("points").std()
    moved = np.linalg.norm(after.array("points") - before.array("points"), axis=1)
    assert 0.0 < np.median(moved) < scale  # it goes on from there and does not begin anew
    with pytest.raises(MethodFailed, match="600 points in 2"):
        make("projection", method, {"dimensions": 3}, neighbors=graph, start=before)


def test_too_few_neighbors_are_told() -> None:
    small = make("neighbors", "knn", {"k": 5}, embedding=embedding(FEATURES))
    with pytest.raises(MethodFailed, match="Perplexity 30 needs 90"):
        make("projection", "tsne", {}, neighbors=small)
    with pytest.raises(MethodFailed, match="15 neighbors are more than the 5"):
        make("projection", "umap", {}, neighbors=small)


@pytest.mark.parametrize("method", ["tsne", "umap"])
@pytest.mark.parametrize("count", [3, 5, 40])
def test_a_few_images_have_a_map(method: str, count: int) -> None:
    few = make("neighbors", "knn", embedding=embedding(FEATURES[:count]))
    points = make("projection", method, {}, neighbors=few).array("points")
    assert points.shape == (count, 2)
    assert np.isfinite(points).all()
