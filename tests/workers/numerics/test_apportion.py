import numpy as np
import pytest
from sklearn.model_selection import StratifiedShuffleSplit

from repscope.workers.numerics.apportion import apportion, stratified


def test_shares_are_those_of_largest_remainders() -> None:
    # Worked by hand: shares 4.7, 1.6, 0.7 leave two over, for the first and the third.
    assert apportion(7, np.array([47, 16, 7])).tolist() == [5, 1, 1]
    # Of equal remainders the larger group is first, then the earlier one.
    assert apportion(1, np.array([5, 5])).tolist() == [1, 0]
    assert apportion(2, np.array([1, 3])).tolist() == [0, 2]
    assert apportion(0, np.array([3, 0])).tolist() == [0, 0]


@pytest.mark.parametrize("seed", range(20))
def test_shares_are_whole_fair_and_complete(seed: int) -> None:
    rng = np.random.default_rng(seed)
    sizes = rng.integers(0, 1000, 12)
    total = int(rng.integers(0, sizes.sum() + 1))
    shares = apportion(total, sizes)
    assert shares.sum() == total
    assert (shares <= sizes).all()
    assert np.abs(shares - total * sizes / sizes.sum()).max() < 1.0


def test_more_than_there_is_cannot_be_divided() -> None:
    with pytest.raises(ValueError, match="cannot be divided"):
        apportion(11, np.array([5, 5]))


@pytest.mark.parametrize("total", [10, 57, 333])
def test_a_draw_takes_as_many_of_each_class_as_the_reference(total: int) -> None:
    # Sizes without ties: those the reference breaks at random.
    labels = np.repeat(np.arange(5), [13, 170, 41, 257, 89])
    rows = stratified(labels, total, np.random.default_rng(0))
    reference = StratifiedShuffleSplit(1, train_size=total, random_state=0)
    chosen, _ = next(reference.split(labels, labels))
    assert np.bincount(labels[rows]).tolist() == np.bincount(labels[chosen]).tolist()


def test_a_draw_is_random_without_repetition() -> None:
    labels = np.random.default_rng(1).integers(-1, 4, 400)
    drawn = [stratified(labels, 100, np.random.default_rng(seed)) for seed in (0, 0, 1)]
    assert all((np.diff(rows) > 0).all() for rows in drawn)
    assert np.array_equal(drawn[0], drawn[1])
    assert not np.array_equal(drawn[0], drawn[2])
    often = sum(
        np.isin(np.arange(400), stratified(labels, 100, np.random.default_rng(seed)))
        for seed in range(400)
    )
    # Each row comes about 100 times in 400; the standard deviation is below 9.
    assert 55 < often.min() <= often.max() < 145
