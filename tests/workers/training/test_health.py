"""Measures against their definitions, and the alarm on features made to collapse."""

import math

import numpy as np
import pytest
import torch

from repscope.workers.training import health

GENERATOR = torch.Generator().manual_seed(0)


def even(count: int = 500, width: int = 32) -> torch.Tensor:
    return torch.randn(count, width, generator=torch.Generator().manual_seed(1))


def test_features_that_fill_the_sphere_deviate_by_the_reference() -> None:
    assert health.deviation(even()) == pytest.approx(1 / math.sqrt(32), rel=0.01)
    unit = even() / even().norm(dim=1, keepdim=True)
    expected = np.mean([np.std(column) for column in unit.T.numpy()])
    assert health.deviation(even() * 7) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("used", [1, 3, 20])
def test_the_effective_rank_counts_equal_directions(used: int) -> None:
    directions, _ = torch.linalg.qr(torch.randn(32, used, generator=GENERATOR))
    weights, _ = torch.linalg.qr(torch.randn(500, used, generator=GENERATOR))
    weights = weights - weights.mean(dim=0)
    assert health.effective_rank(weights @ directions.T) == pytest.approx(used, rel=0.01)


def test_the_effective_rank_is_that_of_the_paper() -> None:
    features = (even() * torch.linspace(0.1, 3, 32)).double()
    values = np.linalg.svd((features - features.mean(dim=0)).numpy(), compute_uv=False)
    shares = values / np.abs(values).sum()
    expected = np.exp(-(shares * np.log(shares)).sum())
    assert health.effective_rank(features) == pytest.approx(expected, rel=1e-6)


def test_alignment_and_uniformity_are_those_of_the_paper() -> None:
    first, second = even(40), even(40) + 0.3
    x, y = (v / v.norm(dim=1, keepdim=True) for v in (first, second))
    assert health.alignment(first, second) == pytest.approx(
        np.mean([((a - b) ** 2).sum().item() for a, b in zip(x, y, strict=True)]), rel=1e-5
    )
    pairs = [math.exp(-2 * ((x[i] - x[j]) ** 2).sum().item()) for i in range(40) for j in range(i)]
    assert health.uniformity(first) == pytest.approx(math.log(np.mean(pairs)), rel=1e-4)


def test_entropy_and_divergence_are_those_of_the_distributions() -> None:
    p, q = even(5, 7).softmax(dim=1), even(10, 7)[5:].softmax(dim=1)
    expected = torch.distributions.Categorical(p).entropy().mean()
    torch.testing.assert_close(health.entropy(p), expected)
    kl = torch.distributions.kl_divergence(
        torch.distributions.Categorical(p), torch.distributions.Categorical(q)
    ).mean()
    torch.testing.assert_close(health.divergence(p, q.log()), kl)
    certain = torch.tensor([[1.0, 0.0]])
    assert health.entropy(certain).item() == 0.0


def test_live_features_raise_no_alarm() -> None:
    found = health.diagnose(even(), even(40), even(40))
    assert found.alarm is None
    assert found.words.startswith("Alive")
    assert found.dimensions == 32
    assert found.images == 500


def test_one_point_for_all_is_a_constant_collapse() -> None:
    features = 5.0 + 0.01 * even()
    found = health.diagnose(features, features[:40], features[40:80])
    assert found.alarm == "constant"
    assert "almost alike" in found.words
    exact = torch.ones(500, 32)
    assert health.diagnose(exact, exact[:9], exact[:9]).alarm == "constant"


def test_a_few_directions_are_a_dimensional_collapse() -> None:
    line = torch.randn(500, 1, generator=GENERATOR) @ torch.randn(1, 32, generator=GENERATOR)
    features = line + 1e-3 * even()
    found = health.diagnose(features, features[:40], features[:40])
    assert found.alarm == "dimensional"
    assert "of 32 directions" in found.words
