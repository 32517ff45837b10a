import numpy as np
import pytest
import torch

from repscope.workers.numerics import knn as engine
from repscope.workers.numerics.gpu import screen
from repscope.workers.numerics.gpu.knn import knn
from repscope.workers.numerics.gpu.screen import Screen, round_to_tf32
from tests.workers.numerics.mixtures import mixture


@pytest.mark.parametrize("metric", ["euclidean", "cosine"])
@pytest.mark.parametrize(("n", "d", "k"), [(2, 3, 1), (40, 5, 39), (700, 3, 15), (1500, 64, 90)])
def test_equals_the_graph_of_the_cpu(metric: str, n: int, d: int, k: int) -> None:
    features = mixture(n, d)
    found, expected = (
        knn(features, k, metric=metric, device="cpu"),
        engine.knn(features, k, metric=metric),
    )
    np.testing.assert_array_equal(found.indices, expected.indices)
    np.testing.assert_allclose(found.distances, expected.distances, rtol=1e-6, atol=1e-7)
    assert found.indices.dtype == np.int32
    assert found.distances.dtype == np.float32
    assert found.exact


def test_is_exact_far_from_the_origin() -> None:
    features = np.round(mixture(1200, 16) * 50) + 30_000
    found, expected = knn(features, 10, device="cpu"), engine.knn(features, 10)
    np.testing.assert_array_equal(found.indices, expected.indices)
    np.testing.assert_array_equal(found.distances, expected.distances)


def test_crowds_of_duplicates_are_compared_with_all_rows() -> None:
    features = np.zeros((900, 4), np.float32)
    features[600:] = mixture(300, 4)
    found, expected = knn(features, 5, device="cpu"), engine.knn(features, 5)
    np.testing.assert_array_equal(found.indices, expected.indices)
    assert 600 <= found.compared_with_all <= found.screened_again < 650
    clear = knn(features[600:], 5, device="cpu")
    assert clear.screened_again == clear.compared_with_all == 0


def test_small_crowds_need_more_candidates_only() -> None:
    features = mixture(3000, 16)
    features[100:200] = features[100]
    found, expected = knn(features, 5, device="cpu"), engine.knn(features, 5)
    np.testing.assert_array_equal(found.indices, expected.indices)
    assert found.screened_again >= 100
    assert found.compared_with_all == 0


def test_rows_of_zeros_are_at_a_right_angle() -> None:
    features = mixture(200, 4)
    features[[3, 7]] = 0
    found, expected = (
        knn(features, 100, metric="cosine", device="cpu"),
        engine.knn(features, 100, metric="cosine"),
    )
    assert found.indices[3, 0] == 7
    np.testing.assert_allclose(found.distances, expected.distances, rtol=1e-6, atol=1e-7)
    np.testing.assert_array_equal(found.indices, expected.indices)


def test_tiles_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    features = mixture(1000, 8)
    whole = knn(features, 20, device="cpu")
    monkeypatch.setattr("repscope.workers.numerics.gpu.memory.ON_HOST", 1 << 20)
    monkeypatch.setattr("repscope.workers.numerics.gpu.knn.BLOCK_VALUES", 1 << 10)
    parts = knn(features, 20, device="cpu")
    np.testing.assert_array_equal(parts.indices, whole.indices)
    np.testing.assert_array_equal(parts.distances, whole.distances)


def test_rounding_is_that_of_tf32() -> None:
    values = torch.tensor([1 + 2.0**-11, 1 + 3 * 2.0**-11, -(1 + 2.0**-10), 1 + 2.0**-12, 0.0])
    expected = torch.tensor([1 + 2.0**-10, 1 + 2.0**-9, -(1 + 2.0**-10), 1.0, 0.0])
    assert torch.equal(round_to_tf32(values), expected)


def test_margin_covers_the_rounding_of_scores() -> None:
    # For every pair, not only the nearest: |score - exact score| <= slack |x| |y| up to reach.
    rows = torch.from_numpy(mixture(500, 40))
    made = Screen(rows)
    centered = rows.double() - rows.double().mean(0)
    squares = centered.square().sum(1)
    exact = centered @ centered.T - squares / 2
    scores = made._rounded[:500].double() @ made._rounded[:500].double().T + made._bias[:500]
    norms = squares.sqrt()
    largest = torch.maximum(norms[:, None], norms)
    assert bool(((scores - exact).abs() <= made._slack * largest * largest).all())
    assert made._slack < 2e-3
    assert screen.GROUP == 64


def test_reports_progress_and_cancels() -> None:
    class Cancelled(Exception):
        pass

    fractions: list[float] = []
    knn(mixture(1500, 8), 5, device="cpu", progress=fractions.append)
    assert fractions
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1

    def cancel(_: float) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        knn(mixture(1500, 8), 5, device="cpu", progress=cancel)


@pytest.mark.parametrize(
    ("features", "k", "metric", "message"),
    [
        (np.zeros((5, 2)), 5, "euclidean", "must be from 1 to 4"),
        (np.full((5, 2), np.nan), 1, "euclidean", "NaN or infinite"),
        (np.zeros((5, 2)), 1, "manhattan", "must be 'euclidean' or 'cosine'"),
    ],
)
def test_says_what_does_not_fit(features: np.ndarray, k: int, metric: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        knn(features, k, metric=metric, device="cpu")
