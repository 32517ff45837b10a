import numpy as np
import pytest
import torch
from torchvision import models
from torchvision.models.feature_extraction import create_feature_extractor

from repscope.core.downloads import Downloads
from repscope.core.errors import InvalidRecipe
from repscope.workers.encoders.base import load
from repscope.workers.encoders.torchvision import own_preprocess
from tests.workers.making import downloads, make

SIZE = 64


def published(name: str, filename: str) -> torch.nn.Module:
    """Put random weights where a download would have put the published ones."""
    torch.manual_seed(1)
    network: torch.nn.Module = models.get_model(name)
    with Downloads(downloads()).fetching("torchvision", name) as folder:
        torch.save(network.state_dict(), folder / filename)
    return network.eval()


@pytest.mark.parametrize(
    ("name", "layers"),
    [
        ("squeezenet1_1", ["features.1", "features.5", "features.12"]),
        ("shufflenet_v2_x0_5", ["stage2.0", "stage3.3", "conv5.2"]),
    ],
)
def test_layers_are_what_torchvisions_own_extractor_gives(name: str, layers: list[str]) -> None:
    network = published(name, "weights.pth")
    artifact = make("encoder", "torchvision", {"name": name, "image_size": SIZE})
    images = np.random.default_rng(0).integers(0, 256, (3, 50, 80, 3), dtype=np.uint8)
    wanted = models.get_model_weights(name).DEFAULT.transforms(
        crop_size=SIZE, resize_size=int(SIZE * 256 / 224)
    )
    batch = torch.stack([wanted(torch.from_numpy(image).permute(2, 0, 1)) for image in images])
    with torch.no_grad():
        expected = create_feature_extractor(network, layers)(batch)
    ways = [f"{layer}:flat" for layer in layers]
    found = load(artifact).encode(images, [*layers, *ways])
    for layer in layers:
        maps = expected[layer]
        # torchvision rounds the scaled image to whole values.
        tolerance = 0.02 * float(maps.abs().max())
        np.testing.assert_allclose(found[layer], maps.mean(dim=(2, 3)), atol=tolerance)
        shape = next(e["shape"] for e in artifact.meta["layers"] if e["name"] == layer)
        assert tuple(shape) == maps.shape[1:]


def test_an_untrained_network_is_drawn_by_the_seed() -> None:
    params = {"name": "squeezenet1_1", "pretrained": False, "image_size": 32}
    images = np.zeros((1, 32, 32, 3), np.uint8)
    first, again, other = (
        load(make("encoder", "torchvision", params, seed=seed)).encode(images, ["output"])["output"]
        for seed in (0, 0, 1)
    )
    np.testing.assert_array_equal(first, again)
    assert not np.allclose(first, other)


def test_preparation_is_that_of_the_weights_that_are_named() -> None:
    assert own_preprocess("resnet50.IMAGENET1K_V1").shorter == 256
    assert own_preprocess("resnet50").shorter == 232
    assert own_preprocess("vit_b_16.IMAGENET1K_SWAG_E2E_V1").image_size == 384


def test_an_unknown_name_is_refused_with_one_that_is_near() -> None:
    with pytest.raises(InvalidRecipe, match="did you mean.*resnet50"):
        make("encoder", "torchvision", {"name": "resnet51"})


@pytest.mark.slow
@pytest.mark.parametrize("name", models.list_models(models))
def test_every_model_lists_its_layers_and_what_its_classifier_would_be_given(name: str) -> None:
    from repscope.workers.encoders.torchvision import plan

    listed = plan(name, own_preprocess(name)).places()
    assert len(listed) > 5
    assert listed[-1].name == "output"
    assert listed[-1].shape[0] > 100
