"""Estimates: what the catalogue says a training costs."""

import pytest

from repscope.workers.encoders.backbones import BACKBONES
from repscope.workers.objectives.base import PASS
from repscope.workers.registry import find


def test_every_backbone_has_its_price() -> None:
    assert PASS.keys() == BACKBONES.keys()


@pytest.mark.parametrize(
    ("objective", "passes", "own"), [("supervised", 1, 0), ("simclr", 2, 0), ("vae", 1, 1.8e-3)]
)
def test_a_training_costs_passes_and_what_the_objective_does_besides(
    objective: str, passes: float, own: float
) -> None:
    cost = find("encoder", objective).method.cost
    assert cost.get("rows*params.epochs", 0.0) == own
    for backbone, seconds in PASS.items():
        chosen = f"params.backbone={backbone}"
        assert cost[f"rows*params.epochs*{chosen}"] == pytest.approx(passes * seconds)
        assert cost[f"params.snapshots*{chosen}"] == pytest.approx(1_000 * seconds)
