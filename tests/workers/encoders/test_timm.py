import numpy as np
import pytest
import timm
import torch
from PIL import Image
from timm.data import create_transform, resolve_model_data_config

from repscope.core.errors import InvalidRecipe
from repscope.workers.encoders.base import load
from tests.workers.making import make

#: One of each of twenty families, at sizes that a test can afford; the third small test network
#: reads its tokens by attention, as the smallest of SigLIP would with a hundred times the weights.
FAMILIES = {
    "vit_tiny_patch16_224": 64,
    "deit_tiny_patch16_224": 64,
    "beit_base_patch16_224": 32,
    "eva02_tiny_patch14_224": 56,
    "vit_small_patch14_dinov2": 56,
    "vit_small_patch16_dinov3": 64,
    "test_vit3": 160,
    "swin_tiny_patch4_window7_224": 224,
    "resnet18": 64,
    "resnext26ts": 64,
    "regnety_002": 64,
    "convnext_atto": 64,
    "efficientnet_b0": 64,
    "mobilenetv3_small_050": 64,
    "densenet121": 64,
    "mixer_s32_224": 224,
    "xcit_nano_12_p16_224": 224,
    "pvt_v2_b0": 64,
    "levit_128s": 224,
    "poolformer_s12": 64,
    "hiera_tiny_224": 224,
}


def test_features_are_those_of_the_model_with_timms_own_preparation() -> None:
    encoder = make("encoder", "timm", {"name": "test_vit", "pretrained": False}, seed=3)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)
        model = timm.create_model("test_vit", num_classes=0).eval()
    prepare = create_transform(**resolve_model_data_config(model))
    ramp = np.linspace(0, 255, 200)[:, None, None] * np.ones((1, 180, 3))
    images = np.stack([ramp, ramp[::-1], 255 - ramp * [1.0, 0.5, 0.2]]).astype(np.uint8)
    with torch.no_grad():
        expected = model(torch.stack([prepare(Image.fromarray(image)) for image in images]))
    features = load(encoder).encode(images, ["output"])["output"]
    # Pillow rounds to whole values after scaling.
    np.testing.assert_allclose(features, expected.numpy(), atol=0.02)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "size"), FAMILIES.items(), ids=FAMILIES)
def test_every_family_runs_and_lists_its_layers(name: str, size: int) -> None:
    artifact = make("encoder", "timm", {"name": name, "image_size": size, "pretrained": False})
    layers = {layer["name"]: layer for layer in artifact.meta["layers"]}
    images = np.random.default_rng(0).integers(0, 256, (2, size, size, 3), dtype=np.uint8)
    features = load(artifact).encode(images, list(layers))
    assert features.keys() == layers.keys()
    for layer, values in features.items():
        assert values.shape == (2, layers[layer]["width"])
        assert np.isfinite(values).all()


def test_an_unknown_name_is_refused_with_one_that_is_near() -> None:
    with pytest.raises(InvalidRecipe, match="did you mean.*vit_tiny_patch16_224"):
        make("encoder", "timm", {"name": "vit_tiny_patch16_225"})
