import pytest

from repscope.workers.host import remaining
from repscope.workers.host.remaining import Remaining


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr(remaining.time, "monotonic", lambda: now[0])
    return now


def test_it_goes_on_as_fast_as_it_went(clock: list[float]) -> None:
    estimate = Remaining()
    assert estimate.update(None) is None
    assert estimate.update(0.0) is None
    clock[0] += 60.0  # reading the data, which comes once
    assert estimate.update(0.1) is None
    clock[0] += 10.0
    assert estimate.update(0.3) == pytest.approx(10.0 * 0.7 / 0.2)
    assert estimate.update(1.0) == 0.0


def test_after_a_resume_only_what_was_done_since_counts(clock: list[float]) -> None:
    estimate = Remaining()
    estimate.update(0.0)
    clock[0] += 2.0
    assert estimate.update(0.8) is None
    clock[0] += 10.0
    assert estimate.update(0.85) == pytest.approx(30.0)


def test_a_moment_or_a_little_says_nothing(clock: list[float]) -> None:
    estimate = Remaining()
    estimate.update(0.1)
    clock[0] += 0.5
    assert estimate.update(0.5) is None
    clock[0] += 100.0
    assert estimate.update(0.105) is None
