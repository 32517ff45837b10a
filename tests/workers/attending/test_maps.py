import numpy as np
import torch

from repscope.workers.attending.look import look
from repscope.workers.attending.models import load
from tests.workers.making import make

IMAGES = torch.rand(3, 3, 32, 32, generator=torch.Generator().manual_seed(0)) * 2.0 - 1.0


def test_maps_without_a_classifier_show_the_sum_of_squares() -> None:
    artifact = make("encoder", "random", {"architecture": "cnn"})
    model = load(artifact, "cpu")
    found = look(model, IMAGES, 1)
    assert found.kind == "energy"
    with torch.no_grad():
        maps = dict(model.network.walk(IMAGES))["stages.1"]
    expected = (maps.double().numpy() ** 2).sum(axis=1).reshape(3, 1, -1)
    np.testing.assert_allclose(found.blocks[1].attention.numpy(), expected, rtol=1e-5)


def test_at_the_last_maps_grad_cam_is_the_class_activation_map() -> None:
    """There the gradient is the classifier's weight over the number of places (Zhou, 2016)."""
    artifact = make("encoder", "zoo", {"name": "supervised_shapes"})
    model = load(artifact, "cpu")
    given = IMAGES[:, : model.preprocess.channels]
    found = look(model, given, None)
    assert found.kind == "grad_cam"
    assert found.named is not None
    assert model.classifier is not None
    with torch.no_grad():
        maps = list(dict(model.network.walk(given)).values())[-1]
    weight = model.classifier.weight[found.named]
    summed = torch.einsum("ic,icyx->iyx", weight, maps) / maps[0, 0].numel()
    expected = summed.relu().flatten(1)[:, None]
    torch.testing.assert_close(found.blocks[3].attention, expected, atol=1e-6, rtol=1e-4)


def test_random_weights_are_another_network_of_the_same_architecture() -> None:
    artifact = make("encoder", "random", {"architecture": "cnn"})
    own, other = load(artifact, "cpu"), load(artifact, "cpu", "random", 5)
    assert own is load(artifact, "cpu")
    assert other is load(artifact, "cpu", "random", 5)
    pairs = zip(own.network.parameters(), other.network.parameters(), strict=True)
    assert any(not torch.equal(a, b) for a, b in pairs)
