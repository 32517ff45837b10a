import math

import numpy as np
import pytest

from repscope.workers.training.schedule import Clock, cosine, learning_rate, snapshot_steps


def test_the_rate_rises_evenly_and_falls_by_a_cosine_to_nothing() -> None:
    rates = [learning_rate(Clock(step, 100, 10), 2.0, 2.0) for step in range(100)]
    np.testing.assert_allclose(rates[:20], np.arange(1, 21) / 10)
    expected = [1 + math.cos(math.pi * i / 80) for i in range(80)]
    np.testing.assert_allclose(rates[20:], expected)
    assert cosine(3.0, 1.0, 1.0) == 1.0


def test_a_warm_up_longer_than_the_training_is_cut() -> None:
    assert learning_rate(Clock(0, 5, 5), 1.0, 3.0) == pytest.approx(1 / 4)
    assert learning_rate(Clock(0, 1, 1), 1.0, 3.0) == 1.0


@pytest.mark.parametrize(("steps", "count"), [(1, 8), (5, 8), (1000, 8), (100_000, 12), (300, 1)])
def test_snapshots_are_spaced_by_their_logarithm(steps: int, count: int) -> None:
    found = snapshot_steps(steps, count)
    assert found[0] == 0
    assert found[-1] == steps
    assert found == sorted(set(found))
    assert len(found) <= count + 1
    if steps >= 1000:
        assert len(found) == count + 1
        ratios = np.diff(np.log(found[1:]))
        assert ratios.max() < 1.3 * ratios.min()


def test_the_clock_counts_epochs() -> None:
    clock = Clock(25, 100, 10)
    assert (clock.epoch, clock.progress) == (2.5, 0.25)
