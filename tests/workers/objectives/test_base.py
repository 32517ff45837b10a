"""What holds for every objective."""

from itertools import product
from pathlib import Path

import numpy as np
import pytest
import torch

from repscope.core.errors import InvalidRecipe
from repscope.workers.encoders import base as encoders
from repscope.workers.objectives import base
from repscope.workers.registry import all_methods
from tests.workers.making import make
from tests.workers.training.running import (
    TINY,
    Surroundings,
    assert_same_weights,
    cancelled,
    dataset,
)

ALL = ["autoencoder", "dino", "mae", "simclr", "supervised", "vae"]


def test_every_objective_is_a_method_of_the_train_queue() -> None:
    found = [m.method for m in all_methods() if m.method.queue == "train"]
    assert [method.method for method in found] == ALL
    for method in found:
        assert [entry.name for entry in method.inputs] == ["dataset", "start"]
        assert method.description.rstrip(".").split()[-1].isdigit()  # it ends with the paper
        names = list(method.params["properties"])
        assert names.index("epochs") > 0  # its own parameters come first
        assert names[-1] == "stop_at"


@pytest.mark.parametrize("name", ALL)
def test_it_trains_resumes_exactly_and_can_be_used(tmp_path: Path, name: str) -> None:
    whole = Surroundings(tmp_path / "whole")
    whole.folder.mkdir()
    result = whole.train(name, dataset(), snapshots=1)
    broken = Surroundings(tmp_path, cancel_at=4)
    assert cancelled(broken, name, dataset(), snapshots=1)
    assert_same_weights(result, Surroundings(tmp_path).train(name, dataset(), snapshots=1))
    assert np.isfinite(result.array("history_loss")).all()

    images = dataset().array("images")
    encoder = encoders.load(result)
    layer = encoder.layers[-1]
    features = encoder.encode(images, [layer.name])[layer.name]
    assert features.shape == (80, layer.width)
    objective = base.load(result)
    pixels = torch.from_numpy(images).permute(0, 3, 1, 2) / 255.0
    with torch.inference_mode():
        again = objective.features(pixels).numpy()
    np.testing.assert_allclose(features, again, atol=1e-5)
    samples = objective.samples(base.Batch(pixels[:4], torch.zeros(4).long(), torch.arange(4)))
    assert list(samples.panels) == result.meta["samples"]["panels"]


@pytest.mark.parametrize(
    ("name", "backbone"),
    [
        *product(["simclr", "supervised", "autoencoder"], ["cnn", "resnet9", "vit_micro"]),
        ("autoencoder", "resnet18"),  # a vector of it is made as that of its smaller sister
    ],
)
def test_every_backbone_can_be_trained(name: str, backbone: str) -> None:
    params = {**TINY, "backbone": backbone, "stop_at": 1, "snapshots": 1, "batch_size": 8}
    result = make("encoder", name, params, dataset=dataset(12, channels=3))
    assert np.isfinite(result.array("history_loss")).all()
    assert encoders.load(result).layers


def test_what_was_not_trained_has_no_objective() -> None:
    with pytest.raises(InvalidRecipe, match="not trained here"):
        base.load(make("encoder", "pixels"))
