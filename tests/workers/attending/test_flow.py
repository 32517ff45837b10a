import numpy as np
import torch

from repscope.workers.attending.flow import Rollout, expected_distance, mean_distance
from repscope.workers.attending.outliers import outliers


def attention(blocks: int, heads: int, tokens: int) -> torch.Tensor:
    draw = torch.Generator().manual_seed(0)
    return torch.randn(blocks, 2, heads, tokens, tokens, generator=draw).softmax(dim=-1)


def test_rollout_is_that_of_the_paper() -> None:
    """A = 0.5 W + 0.5 I, and the product over blocks, the first one rightmost."""
    weights = attention(3, 4, 10)
    rollout = Rollout()
    for block in weights:
        found = rollout.add(block)
    expected = np.stack([np.eye(10)] * 2)
    for block in weights.double().numpy():
        mixed = 0.5 * block.mean(axis=1) + 0.5 * np.eye(10)
        expected = mixed @ expected
    np.testing.assert_allclose(found.numpy(), expected, atol=1e-6)
    np.testing.assert_allclose(found.sum(dim=-1), 1.0, atol=1e-6)


def test_the_distance_of_a_head_that_looks_to_the_right() -> None:
    side, patch = 4, 8.0
    weights = torch.zeros(1, 2, side**2, side**2)
    for query in range(side**2):
        weights[0, 0, query, query] = 1.0  # at itself
        weights[0, 1, query, (query // side) * side] = 0.5  # at the first of its row
    found = mean_distance(weights, side, patch)
    # Columns 0 to 3 are 0, 8, 16 and 24 pixels from the first.
    torch.testing.assert_close(found, torch.tensor([[0.0, 12.0]]))
    even = np.hypot(*np.meshgrid(np.arange(4), np.arange(4)))
    assert 0.0 < expected_distance(side, patch) < even.max() * patch


def test_a_token_of_three_times_the_usual_length_stands_out() -> None:
    norms = torch.tensor([[1.0, 1.1, 0.9, 3.1], [1.0, 1.0, 2.9, 1.0]])
    assert outliers(norms).nonzero().tolist() == [[0, 3]]
