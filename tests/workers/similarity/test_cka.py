"""CKA beside its definition: kernels, written out, and the estimator of Song et al."""

import numpy as np
import pytest
from numpy.typing import NDArray

from repscope.workers.similarity.cka import cka, linear, rbf

F64 = NDArray[np.float64]


def hsic(k: F64, ell: F64, *, debiased: bool) -> float:
    """HSIC of kernels that are not centered; debiased by equation 4 of Nguyen et al. (2021)."""
    n = len(k)
    if not debiased:
        h = np.eye(n) - 1.0 / n
        return float(np.trace(k @ h @ ell @ h)) / (n - 1) ** 2
    k, ell = k - np.diag(np.diag(k)), ell - np.diag(np.diag(ell))
    one = np.ones(n)
    terms = np.trace(k @ ell) + (one @ k @ one) * (one @ ell @ one) / ((n - 1) * (n - 2))
    return float(terms - 2.0 / (n - 2) * (one @ k @ ell @ one)) / (n * (n - 3))


def reference(k: F64, ell: F64, *, debiased: bool) -> float:
    cross, first, second = (
        hsic(a, b, debiased=debiased) for a, b in ((k, ell), (k, k), (ell, ell))
    )
    return cross / np.sqrt(first * second)


def gaussian(x: F64) -> F64:
    squared = np.square(x[:, None] - x).sum(axis=2)
    return np.exp(-squared / (2.0 * np.median(squared)))


@pytest.mark.parametrize("debiased", [True, False])
@pytest.mark.parametrize("widths", [(5, 9), (90, 5), (90, 70)])
@pytest.mark.parametrize("kind", ["linear", "rbf"])
def test_equals_its_definition(debiased: bool, widths: tuple[int, int], kind: str) -> None:
    rng = np.random.default_rng(3)
    x = rng.normal(size=(40, widths[0])) * 5.0 + 40.0
    y = np.tanh(x[:, :1]) + rng.normal(size=(40, widths[1]))
    kernels = [x @ x.T, y @ y.T] if kind == "linear" else [gaussian(x), gaussian(y)]
    prepare = linear if kind == "linear" else rbf
    found = cka(prepare(x), prepare(y), debiased=debiased)
    assert found == pytest.approx(reference(*kernels, debiased=debiased), abs=1e-9)


def test_independent_features_are_told_from_alike_ones() -> None:
    rng = np.random.default_rng(0)
    pairs = [rng.normal(size=(2, 92, 768)) for _ in range(20)]
    debiased = [cka(linear(x), linear(y)) for x, y in pairs]
    biased = [cka(linear(x), linear(y), debiased=False) for x, y in pairs]
    assert abs(np.mean(debiased)) < 0.01
    assert np.mean(biased) == pytest.approx(0.89, abs=0.01)


def test_rotation_and_scale_change_nothing() -> None:
    rng = np.random.default_rng(1)
    x = rng.normal(size=(50, 8))
    turn = np.linalg.qr(rng.normal(size=(8, 8)))[0]
    assert cka(linear(x), linear(1e6 * x @ turn - 4.0)) == pytest.approx(1.0, abs=1e-12)


def test_what_cannot_be_compared() -> None:
    x = linear(np.ones((5, 3)))
    assert np.isnan(cka(x, x))
    with pytest.raises(ValueError, match="5 images cannot be compared with 6"):
        cka(x, linear(np.ones((6, 3))))
    with pytest.raises(ValueError, match="needs 4 images at least, not 3"):
        cka(linear(np.eye(3)), linear(np.eye(3)))
