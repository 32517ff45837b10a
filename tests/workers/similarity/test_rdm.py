"""Dissimilarity matrices beside SciPy's, to 1e-6 of the largest value."""

from typing import get_args

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.spatial.distance import pdist, squareform

from repscope.workers.similarity.rdm import Measure, dissimilarities

MEASURES: tuple[Measure, ...] = get_args(Measure)
NAMES = {"manhattan": "cityblock"}


def reference(features: NDArray[np.floating], measure: Measure) -> NDArray[np.float64]:
    return pdist(features.astype(np.float64), NAMES.get(measure, measure))


def features(count: int, width: int, seed: int = 0) -> NDArray[np.float32]:
    """Clusters, far from the origin, of very different spread: where products cancel."""
    rng = np.random.default_rng(seed)
    centers = rng.normal(size=(7, width)) * 3.0 + 50.0
    spread = 10.0 ** rng.uniform(-4, 0, (7, 1))
    which = rng.integers(7, size=count)
    made = centers[which] + spread[which] * rng.normal(size=(count, width))
    return made.astype(np.float32)


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("shape", [(2, 3), (257, 40), (600, 5), (300, 2500)])
def test_equals_scipy(measure: Measure, shape: tuple[int, int]) -> None:
    rows = features(*shape)
    expected = reference(rows, measure)
    found = dissimilarities(rows, measure)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-6 * expected.max())


@pytest.mark.parametrize("measure", MEASURES)
def test_alike_rows_are_at_zero_and_still_ones_at_one(measure: Measure) -> None:
    rng = np.random.default_rng(1)
    rows = np.vstack([rng.normal(size=(2, 6)), np.zeros((2, 6))]).astype(np.float32)
    rows[1] = rows[0]
    matrix = squareform(dissimilarities(rows, measure))
    assert matrix[0, 1] == pytest.approx(0.0, abs=1e-6)
    assert matrix[2, 3] == 0.0
    if measure in ("correlation", "cosine"):
        assert matrix[0, 2] == 1.0


def test_a_constant_row_does_not_correlate_by_its_rounding() -> None:
    rows = np.full((3, 11), 0.1, np.float32)
    rows[1] = 0.7
    rows[2] = np.arange(11)
    assert dissimilarities(rows, "correlation").tolist() == [0.0, 1.0, 1.0]


def test_progress_goes_from_block_to_block_and_may_stop_it() -> None:
    said: list[float] = []
    dissimilarities(features(1000, 4), "cosine", said.append)
    assert said == sorted(said)
    assert said[-1] == 1.0

    class Stop(Exception): ...

    def stop(share: float) -> None:
        raise Stop

    with pytest.raises(Stop):
        dissimilarities(features(1000, 4), "cosine", stop)
