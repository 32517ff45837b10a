"""NT-Xent against equation 1 of the paper, term by term."""

import math

import pytest
import torch

from repscope.workers.objectives.simclr import nt_xent
from tests.workers.objectives.building import batch, objective


def equation_1(first: torch.Tensor, second: torch.Tensor, temperature: float) -> float:
    """Algorithm 1 in scalars: z_2k-1 and z_2k are the views of image k."""
    z = [row for pair in zip(first, second, strict=True) for row in pair]
    count = len(z)

    def similarity(i: int, j: int) -> float:
        return (z[i] @ z[j] / (z[i].norm() * z[j].norm())).item()

    def term(i: int, j: int) -> float:
        others = (math.exp(similarity(i, k) / temperature) for k in range(count) if k != i)
        return -math.log(math.exp(similarity(i, j) / temperature) / sum(others))

    pairs = range(0, count, 2)
    return sum(term(k, k + 1) + term(k + 1, k) for k in pairs) / count


@pytest.mark.parametrize("temperature", [0.1, 0.5, 2.0])
@pytest.mark.parametrize(("images", "width"), [(2, 3), (5, 8), (9, 32)])
def test_it_is_equation_1(temperature: float, images: int, width: int) -> None:
    generator = torch.Generator().manual_seed(images)
    first, second = torch.randn(2, images, width, generator=generator)
    ours = nt_xent(first, second, temperature).item()
    assert ours == pytest.approx(equation_1(first, second, temperature), rel=1e-5)


def test_the_encoder_is_h_and_views_are_compared_in_z() -> None:
    simclr = objective("simclr", projection_width=8)
    images = batch().images
    h = simclr.features(images)
    assert h.shape == (6, 96)
    assert simclr.projection(h).shape == (6, 8)
    assert {name.split(".")[0] for name in simclr.published()} >= {"projection", "blocks"}
    samples = simclr.samples(batch())
    assert list(samples.panels) == ["view 1", "view 2"]
    assert all(-1.001 <= each <= 1.001 for each in samples.values["similarity"])
    assert simclr.loss(batch())["loss"].item() > 0
