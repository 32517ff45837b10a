import numpy as np
import pytest
from scipy.cluster.hierarchy import leaves_list, linkage, optimal_leaf_ordering
from scipy.spatial.distance import pdist, squareform

from repscope.core.errors import InvalidRecipe, MethodFailed
from repscope.workers.context import Result
from repscope.workers.orders.map import hilbert
from tests.workers.making import embedding, make

LABELS = np.array([2, 0, 1, -1, 0, 2], np.int32)
SIZES = np.array([0.5, np.nan, 0.1, 0.7, 0.1, -1.0], np.float32)


def dataset() -> Result:
    columns = [
        {"name": "label", "title": "Label", "type": "category", "array": "labels"},
        {"name": "size", "title": "Size", "type": "number", "array": "size"},
    ]
    classes = ["a", "b", "c"]
    columns[0]["categories"] = classes  # type: ignore[assignment]
    return Result(
        {"labels": LABELS, "size": SIZES}, {"columns": columns, "classes": classes, "count": 6}
    )


def order(kind: str, params: dict[str, object] | None = None, **inputs: Result) -> list[int]:
    made = make("order", kind, params, **inputs).array("order")
    assert made.dtype == np.int32
    found: list[int] = made.tolist()
    return found


def rows(*given: int) -> Result:
    return Result({"order": np.array(given, np.int32)})


def test_by_a_category_or_a_number_what_is_equal_stays() -> None:
    assert order("column", dataset=dataset()) == [1, 4, 2, 0, 5, 3]
    assert order("column", {"column": "size"}, dataset=dataset()) == [5, 2, 4, 0, 3, 1]
    assert order("column", dataset=dataset(), rows=rows(5, 4, 0, 1)) == [4, 1, 5, 0]
    with pytest.raises(InvalidRecipe, match="choose of label, size"):
        order("column", {"column": "color"}, dataset=dataset())
    with pytest.raises(MethodFailed, match="names row 6, but there are 6 images"):
        order("column", dataset=dataset(), rows=rows(1, 6))


def test_the_tree_is_that_of_scipy_with_its_leaves_turned() -> None:
    features = np.random.default_rng(0).normal(size=(60, 5)).astype(np.float32)
    made = make("order", "clustering", embedding=embedding(features))
    pairs = pdist(features.astype(np.float64), "correlation")
    plain = linkage(pairs, "average")
    expected = optimal_leaf_ordering(plain, pairs)
    np.testing.assert_allclose(made.array("merges")[:, 2], expected[:, 2], atol=1e-5)
    square = squareform(pairs)

    def length(leaves: np.ndarray) -> float:
        return float(square[leaves[:-1], leaves[1:]].sum())

    assert sorted(made.array("order")) == list(range(60))
    assert length(made.array("order")) == pytest.approx(length(leaves_list(expected)), abs=1e-4)
    assert length(made.array("order")) < length(leaves_list(plain))


def test_a_part_is_clustered_alone() -> None:
    features = np.random.default_rng(0).normal(size=(30, 5)).astype(np.float32)
    part = rows(20, 3, 7, 11)
    made = make(
        "order", "clustering", {"measure": "euclidean"}, embedding=embedding(features), rows=part
    )
    assert sorted(made.array("order")) == [3, 7, 11, 20]
    assert made.array("merges").shape == (3, 4)
    leaves = leaves_list(made.array("merges"))
    assert made.array("rows")[leaves].tolist() == made.array("order").tolist()
    with pytest.raises(MethodFailed, match="10,001 images are too many to cluster"):
        make("order", "clustering", embedding=embedding(np.zeros((10_001, 2), np.float32)))


def test_the_hilbert_curve_visits_every_cell_in_steps_of_one() -> None:
    cells = np.array([(x, y) for x in range(16) for y in range(16)])
    places = hilbert(cells, 4)
    assert sorted(places) == list(range(256))
    walked = cells[np.argsort(places)]
    assert (np.abs(np.diff(walked, axis=0)).sum(axis=1) == 1).all()


def test_along_a_map() -> None:
    points = np.random.default_rng(0).random((200, 3)).astype(np.float32)
    found = order("map", projection=Result({"points": points}))
    assert sorted(found) == list(range(200))
    walk = np.linalg.norm(np.diff(points[found, :2], axis=0), axis=1).mean()
    assert walk < 0.3 * np.linalg.norm(np.diff(points[:, :2], axis=0), axis=1).mean()
    with pytest.raises(MethodFailed, match="at least two axes"):
        order("map", projection=Result({"points": points[:, :1]}))


def test_a_sample_keeps_the_shares_and_stands_by_label() -> None:
    labels = np.repeat(np.array([1, 0, 2], np.int32), [50, 30, 20])
    given = Result({"labels": labels}, {"classes": ["a", "b", "c"], "count": 100})
    found = order("sample", {"count": 10}, dataset=given)
    assert labels[found].tolist() == [0] * 3 + [1] * 5 + [2] * 2
    assert len(set(found)) == 10
    nothing = Result({}, {"classes": [], "count": 5})
    assert order("sample", {"count": 10}, dataset=nothing) == [0, 1, 2, 3, 4]


def test_a_selection_is_taken_as_it_is() -> None:
    assert order("selection", selection=Result({"rows": np.array([2, 9], np.int64)})) == [2, 9]
