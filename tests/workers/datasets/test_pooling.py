"""Work on all cores, in order."""

import threading
import time

import pytest

from repscope.workers.datasets.pooling import in_order


def test_results_come_in_order_and_few_are_in_memory() -> None:
    begun: list[int] = []

    def work(number: int) -> int:
        begun.append(number)
        time.sleep(0.002 * (number % 3))
        return number * number

    results = in_order(work, range(20), 3)
    assert next(results) == 0
    assert max(begun) <= 3
    assert list(results) == [number * number for number in range(1, 20)]


def test_an_error_comes_in_its_turn_and_ends_the_rest() -> None:
    begun: list[int] = []

    def work(number: int) -> int:
        begun.append(number)
        if number == 4:
            raise ValueError("four")
        return number

    results = in_order(work, range(100), 2)
    assert [next(results) for _ in range(4)] == [0, 1, 2, 3]
    with pytest.raises(ValueError, match="four"):
        next(results)
    assert max(begun) <= 7


def test_who_stops_early_leaves_no_thread() -> None:
    before = threading.active_count()
    results = in_order(lambda number: number, range(100), 2)
    assert next(results) == 0
    results.close()
    assert threading.active_count() == before
