import numpy as np
import pytest

from repscope.core.errors import InvalidRecipe, MethodFailed
from repscope.workers.live import neighbors as module
from tests.workers.making import embedding, make


def features() -> np.ndarray:
    rng = np.random.default_rng(0)
    values = rng.integers(0, 4, (600, 5)).astype(np.float32)  # many equal distances
    values[::50] = 0.0
    return values


@pytest.mark.parametrize("metric", ["euclidean", "cosine"])
@pytest.mark.parametrize("row", [0, 77, 599])
def test_it_answers_as_the_exact_graph_does(
    metric: str, row: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = embedding(features())
    graph = make("neighbors", "knn", {"k": 12, "metric": metric}, embedding=given)
    monkeypatch.setattr(module, "BLOCK_VALUES", 5 * 64)
    live = make("live", "neighbors", {"row": row, "metric": metric}, embedding=given)
    near, expected = live.array("distances"), graph.array("distances")[row]
    np.testing.assert_allclose(near, expected, atol=1e-6)
    # Equal distances may round differently, the cosine's unit vectors before anything else.
    gaps = np.diff(expected, prepend=-1.0, append=np.inf)
    clear = (gaps[:-1] > 1e-6) & (gaps[1:] > 1e-6)
    clear[-1] = False  # the next one, beyond k, may be equally near
    same = live.array("indices") == graph.array("indices")[row]
    assert same[clear].all()
    assert metric == "cosine" or same.all()


def test_a_row_that_is_not_there_is_refused() -> None:
    with pytest.raises(InvalidRecipe, match="'row' must be at most 599; it is 600") as caught:
        make("live", "neighbors", {"row": 600}, embedding=embedding(features()))
    assert caught.value.field == "params.row"


def test_the_row_has_to_be_given() -> None:
    with pytest.raises(InvalidRecipe, match="params.row"):
        make("live", "neighbors", {}, embedding=embedding(features()))


def test_few_images_have_few_neighbors() -> None:
    few = make("live", "neighbors", {"row": 1}, embedding=embedding(features()[:4]))
    assert sorted(few.array("indices")) == [0, 2, 3]
    with pytest.raises(MethodFailed, match="at least 2 images"):
        make("live", "neighbors", {"row": 0}, embedding=embedding(features()[:1]))
