"""Which images train and which test, so that no probe sees its test rows."""

import numpy as np

from repscope.workers.context import Result
from repscope.workers.probes.division import take_labels
from tests.workers.making import make
from tests.workers.probes.probing import digits, drawn, trained


def test_a_random_split_keeps_shares_and_differs_between_repetitions() -> None:
    dataset = digits()
    made = drawn(dataset, repetitions=3)
    labels = dataset.array("labels")
    assert len(made.divisions) == 3
    tests = [division.test for division in made.divisions]
    assert not np.array_equal(tests[0], tests[1])
    for division in made.divisions:
        assert len(np.intersect1d(division.train, division.test)) == 0
        counts = np.bincount(labels[division.test], minlength=10)
        np.testing.assert_allclose(counts, 0.2 * np.bincount(labels), atol=2)
    again = drawn(dataset, repetitions=3)
    assert np.array_equal(tests[0], again.divisions[0].test)
    assert not np.array_equal(tests[0], drawn(dataset, seed=1).divisions[0].test)


def with_copies() -> Result:
    """Digits of which each of the first 100 stands there again, a little brighter."""
    dataset = digits(300, split=True)
    images = dataset.array("images")
    copies = np.where(images[:100] > 40, images[:100] - 1, images[:100]).astype(np.uint8)
    arrays = {name: np.concatenate([a, a[:100]]) for name, a in dataset.arrays.items()}
    arrays["images"] = np.concatenate([images, copies])
    # The copies of train are in test and those of test in train.
    arrays["column_split"][300:] = 2 - arrays["column_split"][300:]
    return Result(arrays, dataset.meta | {"count": 400})


def test_near_duplicates_stay_on_one_side() -> None:
    dataset = with_copies()
    for division in drawn(dataset, split="random", repetitions=5).divisions:
        test = np.isin(np.arange(400), division.test)
        assert np.array_equal(test[:100], test[300:])
    given = drawn(dataset, split="given")
    (division,) = given.divisions
    sides = np.full(400, -1)
    sides[division.train], sides[division.test] = 0, 1
    sides[division.validation] = 1
    for row in range(100):
        assert {sides[row], sides[300 + row]} != {0, 1}
    duplicates = given.about["duplicates"]
    assert duplicates["groups"] >= 100
    assert duplicates["left_out"] >= 75
    loose = drawn(dataset, split="given", duplicates=1.0)
    assert loose.about["duplicates"]["left_out"] == 0


def test_rows_that_training_held_out_test_by_themselves() -> None:
    held_out = np.arange(0, 600, 10)
    result = make("probe", "knn", dataset=digits(), encoder=trained(held_out))
    assert result.meta["split"] == {
        "source": "held_out",
        "train": result.meta["labels"],
        "validation": 0,
        "test": 60,
    }
    assert np.flatnonzero(result.array("split") == 2).tolist() == held_out.tolist()
    assert result.meta["warnings"] == []
    seen = make("probe", "knn", {"split": "random"}, dataset=digits(), encoder=trained(held_out))
    (warning,) = seen.meta["warnings"]
    assert "was trained on" in warning
    assert "of the 120 test images" in warning


def test_few_labels_are_few_and_fair() -> None:
    labels = np.repeat(np.arange(4), [100, 50, 20, 2])
    rows = np.arange(172)
    shots = take_labels(rows, labels, 1.0, 5, [0])
    assert np.bincount(labels[shots]).tolist() == [5, 5, 5, 2]
    tenth = take_labels(rows, labels, 0.1, None, [0])
    assert np.bincount(labels[tenth], minlength=4).tolist() == [10, 5, 2, 0]
    assert np.array_equal(take_labels(rows, labels, 1.0, None, [0]), rows)
    assert not np.array_equal(shots, take_labels(rows, labels, 1.0, 5, [1]))
