"""The vote as DINO's evaluation counts it, neighbor by neighbor."""

import math

import numpy as np
import pytest
import torch

from repscope.workers.training.knn import accuracy, predict


@pytest.mark.parametrize("k", [1, 5, 20, 200])
@pytest.mark.parametrize("temperature", [0.07, 1.0])
def test_it_is_the_weighted_vote(k: int, temperature: float) -> None:
    generator = torch.Generator().manual_seed(k)
    bank, queries = (torch.randn(n, 8, generator=generator) for n in (60, 30))
    labels = torch.randint(4, (60,), generator=generator)
    expected = []
    for query in queries:
        cosines = [(query @ row / (query.norm() * row.norm())).item() for row in bank]
        votes = np.zeros(4)
        for row in sorted(range(60), key=lambda i: -cosines[i])[:k]:  # noqa: B023
            votes[labels[row]] += math.exp(cosines[row] / temperature)
        expected.append(int(votes.argmax()))
    assert predict(bank, labels, queries, k, temperature).tolist() == expected


def test_accuracy_is_the_share_that_is_right() -> None:
    bank = torch.eye(4).repeat(5, 1)
    labels = torch.arange(4).repeat(5)
    assert accuracy(bank, labels, torch.eye(4), torch.tensor([0, 1, 2, 0])) == 0.75
