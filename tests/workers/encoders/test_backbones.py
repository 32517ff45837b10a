import pytest
import timm
import torch

from repscope.core.errors import InvalidRecipe
from repscope.workers.encoders.backbones import (
    BACKBONES,
    configuration,
    fitting_patch,
    fitting_size,
)
from repscope.workers.encoders.network import build, describe


@pytest.mark.parametrize(("size", "patch"), [(16, 2), (28, 4), (32, 4), (64, 8), (224, 16)])
def test_patches_fit_the_image(size: int, patch: int) -> None:
    assert fitting_patch(size) == patch


@pytest.mark.parametrize(
    ("longest", "patch", "size"), [(8, None, 16), (28, None, 28), (30, None, 32), (512, None, 224)]
)
def test_sizes_fit_the_data(longest: int, patch: int | None, size: int) -> None:
    assert fitting_size(longest, patch) == size


@pytest.mark.parametrize(
    ("name", "size"),
    [*((name, 28) for name in BACKBONES), ("vit_micro", 224), ("resnet9", 224), ("cnn", 224)],
)
def test_every_backbone_is_built_for_every_size(name: str, size: int) -> None:
    architecture, config = configuration(name, size, None, 1)
    network = build(architecture, config)
    images = torch.zeros(1, 1, size, size)
    with torch.inference_mode():
        features = network.pool(network(images))
    assert features.shape == (1, network.layers[-1][1])
    described = describe(network)
    assert described["architecture"] == architecture
    assert config.items() <= described["config"].items()


@pytest.mark.parametrize(
    ("name", "theirs"),
    [("vit_tiny", "vit_tiny_patch16_224"), ("vit_small", "vit_small_patch16_224")],
)
def test_the_vits_have_the_weights_of_timm(name: str, theirs: str) -> None:
    with torch.device("meta"):
        ours = build(*configuration(name, 224, 16, 3)).state_dict()
        reference = timm.create_model(theirs, num_classes=0).state_dict()
    assert {k: v.shape for k, v in ours.items()} == {k: v.shape for k, v in reference.items()}


def test_a_patch_that_does_not_divide_the_image_is_refused() -> None:
    with pytest.raises(InvalidRecipe, match="must divide the image's side of 30"):
        configuration("vit_micro", 30, 4, 3)
