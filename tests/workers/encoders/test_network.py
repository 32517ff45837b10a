import numpy as np
import pytest
import torch
from torchvision.transforms import v2

from repscope.core.errors import InvalidRecipe
from repscope.workers.encoders.base import load
from repscope.workers.encoders.network import build
from repscope.workers.encoders.preprocess import Preprocess
from tests.workers.making import make

HALF = (0.5, 0.5, 0.5)


def images(height: int, width: int, channels: int, count: int = 2) -> np.ndarray:
    rng = np.random.default_rng(0)
    return rng.integers(0, 256, (count, height, width, channels), dtype=np.uint8)


@pytest.mark.parametrize(("height", "width"), [(32, 32), (48, 80), (20, 16), (100, 30)])
def test_preparing_an_image_is_what_torchvision_does(height: int, width: int) -> None:
    batch = images(height, width, 3)
    expected = v2.Compose(
        [
            v2.ToDtype(torch.float32, scale=True),
            v2.Resize(32, v2.InterpolationMode.BICUBIC, antialias=True),
            v2.CenterCrop(32),
            v2.Lambda(lambda x: x.clamp(0, 1)),
            v2.Normalize(HALF, HALF),
        ]
    )(torch.from_numpy(batch).permute(0, 3, 1, 2))
    given = Preprocess(32, 3, HALF, HALF)(batch, "cpu")
    torch.testing.assert_close(given, expected, atol=1e-5, rtol=1e-5)


def test_gray_is_repeated_and_color_becomes_brightness() -> None:
    gray = images(32, 32, 1)
    as_color = Preprocess(32, 3, HALF, HALF)(gray, "cpu")
    assert as_color.shape == (2, 3, 32, 32)
    assert torch.equal(as_color[:, 0], as_color[:, 2])
    color = images(32, 32, 3)
    as_gray = Preprocess(32, 1, (0.0,), (1.0,))(color, "cpu")
    expected = color @ np.array([0.299, 0.587, 0.114]) / 255.0
    np.testing.assert_allclose(as_gray[:, 0], expected, atol=1e-6)


def test_preprocessing_survives_json() -> None:
    preprocess = Preprocess(32, 3, HALF, HALF)
    document = preprocess.as_json()
    document["mean"] = list(document["mean"])
    assert Preprocess.from_json(document) == preprocess


@pytest.mark.parametrize("architecture", ["vit", "cnn"])
def test_one_pass_gives_every_layer(architecture: str) -> None:
    artifact = make("encoder", "random", {"architecture": architecture})
    encoder = load(artifact)
    names = [layer.name for layer in encoder.layers]
    found = encoder.encode(images(32, 32, 3), names)
    assert {name: values.shape for name, values in found.items()} == {
        layer.name: (2, layer.width) for layer in encoder.layers
    }
    assert all(values.dtype == np.float32 for values in found.values())
    first = encoder.encode(images(32, 32, 3), names[:1])
    assert list(first) == names[:1]
    np.testing.assert_array_equal(first[names[0]], found[names[0]])


def test_a_wrong_configuration_is_refused() -> None:
    with pytest.raises(InvalidRecipe, match="no configuration of a vit"):
        build("vit", {"wings": 2})
