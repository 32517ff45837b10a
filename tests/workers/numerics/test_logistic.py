"""Logistic regression, against scikit-learn's optimum of the same objective."""

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from repscope.workers.numerics.logistic import Logistic, fit


def digits() -> tuple[torch.Tensor, torch.Tensor]:
    data = load_digits()
    return torch.from_numpy(data.data[:900].astype(np.float32)), torch.from_numpy(
        data.target[:900].astype(np.int64)
    )


def loss(model: Logistic, x: torch.Tensor, y: torch.Tensor, penalty: float) -> float:
    entropy = torch.nn.functional.cross_entropy(model.logits(x).double(), y)
    return float(entropy + penalty / 2 * model.weight.double().square().sum())


@pytest.mark.parametrize("penalty", [1.0, 1e-2, 1e-4])
def test_it_reaches_the_optimum_of_scikit_learn(penalty: float) -> None:
    x, y = digits()
    ours = fit(x, y, 10, penalty)
    plain = StandardScaler().fit_transform(x.numpy().astype(np.float64))
    theirs = LogisticRegression(C=1.0 / (penalty * len(x)), tol=1e-8, max_iter=5000).fit(plain, y)
    reference = Logistic(
        ours.mean,
        ours.scale,
        torch.from_numpy(theirs.coef_.astype(np.float32)),
        torch.from_numpy(theirs.intercept_.astype(np.float32)),
    )
    # The optimum is one number; 0.1 % of it is far less than what moves an accuracy.
    assert loss(ours, x, y, penalty) == pytest.approx(loss(reference, x, y, penalty), rel=1e-3)
    same = ours.logits(x).argmax(dim=1).numpy() == theirs.predict(plain)
    assert same.mean() > 0.998


def test_a_start_from_another_penalty_ends_at_the_same_place() -> None:
    x, y = digits()
    fresh = fit(x, y, 10, 1e-3)
    warm = fit(x, y, 10, 1e-3, start=fit(x, y, 10, 1e-1))
    assert loss(warm, x, y, 1e-3) == pytest.approx(loss(fresh, x, y, 1e-3), rel=1e-3)


def test_scales_are_those_of_the_rows_it_is_fitted_on() -> None:
    x, y = digits()
    model = fit(x, y, 10, 1.0)
    np.testing.assert_allclose(model.mean.numpy(), x.numpy().mean(axis=0), atol=1e-4)
    still = x.numpy().std(axis=0) == 0
    assert still.any()
    assert (model.scale.numpy()[still] == 1.0).all()


def test_a_class_without_rows_is_never_named() -> None:
    x, y = digits()
    assert int(fit(x, y, 12, 1e-2).logits(x).argmax(dim=1).max()) <= 9
