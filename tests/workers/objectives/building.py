"""Objectives as the loop builds them, without a training."""

from typing import Any

import torch

from repscope.workers.encoders.backbones import configuration
from repscope.workers.encoders.network import build
from repscope.workers.objectives import base
from repscope.workers.registry import find
from repscope.workers.training.objective import Batch, DataFacts, Objective

SIZE = 16


def objective(name: str, channels: int = 3, **params: Any) -> Any:
    """Return an objective with weights drawn from seed 0."""
    torch.manual_seed(0)
    entry = find("encoder", name)
    checked: Any = entry.params.model_validate(params)
    facts = DataFacts(SIZE, channels, (0.5,) * channels, (0.25,) * channels, ["a", "b", "c"])
    network = build(*configuration(checked.backbone, SIZE, checked.patch_size, channels))
    network.reset(torch.Generator().manual_seed(0))
    made: Objective = base._classes[name](network, checked, facts)
    return made


def batch(count: int = 6, channels: int = 3) -> Batch:
    """Return random images with labels of which the last is missing."""
    images = torch.rand(count, channels, SIZE, SIZE, generator=torch.Generator().manual_seed(1))
    labels = torch.arange(count) % 3
    labels[-1] = -1
    return Batch(images, labels, torch.arange(count))
