"""Principal components of matrices of every shape, beside NumPy's singular value decomposition."""

import numpy as np
import pytest

from repscope.workers.numerics.components import Components, principal_components


def found(features: np.ndarray, k: int) -> Components:
    return principal_components(features, features.mean(axis=0, dtype=np.float64), k)


# One width for each way in which they are found, and more rows than numbers and fewer.
@pytest.mark.parametrize(
    ("rows", "width", "k", "accuracy"),
    [
        (900, 40, 3, 1e-9),
        (900, 600, 3, 1e-9),
        (60, 600, 16, 1e-9),
        (60, 600, 17, 1e-9),
        (60, 4200, 3, 1e-4),
    ],
)
def test_they_are_those_of_a_singular_value_decomposition(
    rows: int, width: int, k: int, accuracy: float
) -> None:
    rng = np.random.default_rng(0)
    features = rng.standard_normal((rows, width)) * np.geomspace(3.0, 0.1, width)
    ours = found(features, k)
    _, values, axes = np.linalg.svd(features - features.mean(axis=0), full_matrices=False)
    np.testing.assert_allclose(ours.variance, values[:k] ** 2 / (rows - 1), rtol=accuracy)
    np.testing.assert_allclose(np.abs(axes[:k] @ ours.axes), np.eye(k), atol=accuracy)
    assert ours.total == pytest.approx((values**2).sum() / (rows - 1))
    np.testing.assert_array_equal(found(features, k).axes, ours.axes)


@pytest.mark.parametrize("width", [600, 4200])
def test_equal_rows_vary_along_no_axis(width: int) -> None:
    ours = found(np.full((5, width), 1 / 3), 2)
    assert ours.total == pytest.approx(0.0, abs=1e-20)
    np.testing.assert_allclose(ours.variance, 0.0, atol=1e-20)
    np.testing.assert_allclose(ours.axes.T @ ours.axes, np.eye(2), atol=1e-12)


def test_two_rows_vary_along_one_axis() -> None:
    ours = found(np.random.default_rng(0).standard_normal((2, 600)), 2)
    assert ours.variance[0] == pytest.approx(ours.total)
    assert ours.variance[1] == pytest.approx(0.0, abs=1e-12 * ours.total)
    np.testing.assert_allclose(ours.axes.T @ ours.axes, np.eye(2), atol=1e-12)
