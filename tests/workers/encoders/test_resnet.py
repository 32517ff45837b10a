import numpy as np
import pytest
import timm
import torch
from torchvision.models import resnet18

from repscope.workers.encoders.resnet import ResidualNetwork, ResNetConfig

TOLERANCE = 1e-5


def drawn(config: ResNetConfig) -> ResidualNetwork:
    network = ResidualNetwork(config)
    network.reset(torch.Generator().manual_seed(0))
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():  # statistics that differ from those of an untrained network
        for name, value in network.state_dict().items():
            if value.ndim == 1:
                value.add_(0.1 * torch.rand(value.shape, generator=generator))
            assert name
    return network.eval()


@pytest.mark.parametrize("reference", ["torchvision", "timm"])
def test_it_equals_the_references_with_the_same_weights(reference: str) -> None:
    ours = drawn(ResNetConfig(image_size=96, small_images=False))
    if reference == "torchvision":
        theirs = resnet18()
        theirs.fc = torch.nn.Identity()
    else:
        theirs = timm.create_model("resnet18", num_classes=0)
    theirs.load_state_dict(ours.state_dict())  # strict: the keys are theirs
    images = torch.randn(2, 3, 96, 96, generator=torch.Generator().manual_seed(2))
    with torch.inference_mode():
        expected = theirs.eval()(images)
        torch.testing.assert_close(
            ours.pool(ours(images)), expected, atol=TOLERANCE, rtol=TOLERANCE
        )
    back = ResidualNetwork(ours.config)
    back.load_state_dict(theirs.state_dict())
    with torch.inference_mode():
        assert torch.equal(back.eval()(images), ours(images))


@pytest.mark.parametrize("blocks", [1, 2])
def test_small_images_keep_their_size_in_the_first_stage(blocks: int) -> None:
    network = drawn(ResNetConfig(channels=1, width=8, blocks=blocks))
    images = torch.zeros(2, 1, 32, 32)
    shapes = {name: tuple(maps.shape[1:]) for name, maps in network.walk(images)}
    assert shapes == {
        "bn1": (8, 32, 32),
        "layer1": (8, 32, 32),
        "layer2": (16, 16, 16),
        "layer3": (32, 8, 8),
        "layer4": (64, 4, 4),
    }
    assert network.layers == [(name, shape[0]) for name, shape in shapes.items()]
    convolutions = sum(
        isinstance(m, torch.nn.Conv2d) and m.kernel_size == (3, 3) for m in network.modules()
    )
    assert convolutions == 1 + 8 * blocks


def test_weights_start_as_he_et_al_draw_them() -> None:
    network = ResidualNetwork(ResNetConfig())
    network.reset(torch.Generator().manual_seed(0))
    weight = network.get_submodule("layer3.0.conv2").weight
    assert weight.std().item() == pytest.approx(np.sqrt(2 / (256 * 9)), rel=0.03)
