"""Comparisons of dissimilarity matrices beside SciPy and their definitions."""

import itertools
from typing import get_args

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats
from scipy.spatial.distance import cosine

from repscope.workers.similarity.compare import Comparable, Comparison

F64 = NDArray[np.float64]


def similarity(x: F64, y: F64, by: Comparison) -> float:
    return Comparable(x, by).to(Comparable(y, by))


def tau_a(x: F64, y: F64) -> float:
    pairs = list(itertools.combinations(range(len(x)), 2))
    return sum(np.sign(x[i] - x[j]) * np.sign(y[i] - y[j]) for i, j in pairs) / len(pairs)


def broken_by_chance(x: F64, y: F64, rng: np.random.Generator) -> float:
    """Spearman's correlation, mean over many draws of what is first among equals."""

    def ranks(values: F64) -> F64:
        order = np.lexsort((rng.random(len(values)), values))
        return np.argsort(order).astype(float)

    return float(np.mean([np.corrcoef(ranks(x), ranks(y))[0, 1] for _ in range(4000)]))


@pytest.fixture(params=["few ties", "many ties"])
def pair(request: pytest.FixtureRequest) -> tuple[F64, F64]:
    rng = np.random.default_rng(5)
    x = rng.random(66)
    y = x + rng.normal(size=66) * 0.3
    return (np.round(x * 3), np.round(y * 2)) if request.param == "many ties" else (x, y)


def test_equals_the_reference(pair: tuple[F64, F64]) -> None:
    x, y = pair
    assert similarity(x, y, "pearson") == pytest.approx(stats.pearsonr(x, y)[0], abs=1e-12)
    assert similarity(x, y, "spearman") == pytest.approx(stats.spearmanr(x, y)[0], abs=1e-12)
    assert similarity(x, y, "cosine") == pytest.approx(1.0 - cosine(x, y), abs=1e-12)
    assert similarity(x, y, "tau-a") == pytest.approx(tau_a(x, y), abs=1e-12)
    chance = broken_by_chance(x, y, np.random.default_rng(0))
    assert similarity(x, y, "rho-a") == pytest.approx(chance, abs=0.01)


def test_long_orders_are_counted_right() -> None:
    rng = np.random.default_rng(2)
    x, y = rng.permutation(5000).astype(float), rng.permutation(5000).astype(float)
    # Without ties all taus are one.
    assert similarity(x, y, "tau-a") == pytest.approx(stats.kendalltau(x, y)[0], abs=1e-12)


@pytest.mark.parametrize("by", get_args(Comparison))
def test_what_cannot_be_compared(by: Comparison) -> None:
    x, still = np.arange(6.0), np.full(6, 0.5)
    found = similarity(x, still, by)
    if by in ("spearman", "pearson"):
        assert np.isnan(found)
    if by in ("rho-a", "tau-a"):
        assert found == 0.0
    with pytest.raises(ValueError, match=f"6 pairs by {by} cannot be compared with 10 by {by}"):
        similarity(x, np.arange(10.0), by)
