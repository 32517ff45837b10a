import numpy as np
import pytest
from sklearn.model_selection import StratifiedShuffleSplit

from repscope.core.errors import MethodFailed
from repscope.workers.context import Result
from tests.workers.making import make


def labelled(labels: np.ndarray, classes: list[str] | None = None) -> Result:
    names = classes or [str(name) for name in range(int(labels.max()) + 1)]
    return Result({"labels": labels}, {"count": len(labels), "classes": names, "columns": []})


def test_parts_have_the_sizes_of_the_reference() -> None:
    labels = np.repeat(np.arange(5), [13, 170, 41, 257, 89])
    result = make("split", "stratified", {"test": 0.2}, dataset=labelled(labels))
    split = result.array("split")
    assert split.dtype == np.int8
    reference = StratifiedShuffleSplit(1, train_size=0.2, test_size=0.8, random_state=0)
    tested, _ = next(reference.split(labels, labels))
    assert np.bincount(labels[split == 2]).tolist() == np.bincount(labels[tested]).tolist()
    assert (split == 1).sum() == 0


def test_three_parts_by_class_and_their_column() -> None:
    digits = make("dataset", "digits")
    result = make("split", "stratified", {"test": 0.2, "validation": 0.1}, dataset=digits)
    split, labels = result.array("split"), digits.array("labels")
    assert result.meta["parts"] == {"train": 1258, "validation": 180, "test": 359}
    for part, share in ((0, 0.7), (1, 0.1), (2, 0.2)):
        found = np.bincount(labels[split == part], minlength=10)
        np.testing.assert_allclose(found, share * np.bincount(labels), atol=1.5)
    (column,) = result.meta["columns"]
    assert (column["array"], column["categories"]) == ("split", ["train", "validation", "test"])


def test_it_follows_its_seed() -> None:
    digits = make("dataset", "digits")
    first, again, other = (
        make("split", "stratified", seed=seed, dataset=digits).array("split") for seed in (3, 3, 4)
    )
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_images_without_a_class_are_divided_too() -> None:
    labels = np.array([-1] * 50 + [0] * 50, np.int32)
    split = make("split", "stratified", dataset=labelled(labels)).array("split")
    assert (split[:50] == 2).sum() == (split[50:] == 2).sum() == 10
    bare = Result({}, {"count": 10, "classes": None, "columns": []})
    assert make("split", "stratified", dataset=bare).metrics["test"] == 2.0


def test_something_is_left_to_train_on() -> None:
    few = labelled(np.zeros(9, np.int32))
    with pytest.raises(MethodFailed, match="leave some to train on"):
        make("split", "stratified", {"test": 0.6, "validation": 0.4}, dataset=few)
    empty = Result({}, {"count": 0, "classes": None, "columns": []})
    with pytest.raises(MethodFailed, match="no images"):
        make("split", "stratified", dataset=empty)
