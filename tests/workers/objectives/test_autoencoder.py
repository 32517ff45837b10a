import pytest
import torch

from repscope.workers.objectives.picture import PictureDecoder
from tests.workers.objectives.building import batch, objective


@pytest.mark.parametrize("size", [16, 28, 30, 32, 64, 224])
@pytest.mark.parametrize("channels", [1, 3])
def test_a_code_becomes_an_image_of_any_size(size: int, channels: int) -> None:
    decoder = PictureDecoder(8, size, channels, width=4)
    assert decoder(torch.randn(2, 8)).shape == (2, channels, size, size)


@pytest.mark.parametrize("backbone", ["cnn", "vit_micro", "resnet9"])
def test_the_loss_is_the_mean_squared_error_of_the_pixels(backbone: str) -> None:
    model = objective("autoencoder", backbone=backbone, code=8).eval()
    images = model.normalize(batch().images)
    with torch.no_grad():
        output = model.decode(model.encode(images))
        expected = ((output - images) ** 2).sum() / images.numel()
        torch.testing.assert_close(model.loss(batch())["loss"], expected)
    assert model.encoder.layers[-1] == ("code", 8)


def test_noise_is_to_be_removed() -> None:
    model = objective("autoencoder", noise=0.5)
    images = torch.zeros(64, 3, 16, 16)
    assert model.spoil(images).std().item() == pytest.approx(0.5, rel=0.02)
    samples = model.samples(batch())
    assert not torch.equal(samples.panels["masked"], samples.panels["input"])
    assert len(samples.values["error"]) == 6
