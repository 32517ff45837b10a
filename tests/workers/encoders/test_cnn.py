import numpy as np
import pytest
import torch

from repscope.workers.encoders.cnn import CNNConfig, ConvolutionalNetwork


@pytest.fixture
def network() -> ConvolutionalNetwork:
    network = ConvolutionalNetwork(CNNConfig(width=16))
    network.reset(torch.Generator().manual_seed(0))
    return network.eval()


def test_each_stage_halves_the_image_and_doubles_the_channels(
    network: ConvolutionalNetwork,
) -> None:
    shapes = {name: tuple(maps.shape) for name, maps in network.walk(torch.zeros(2, 3, 32, 32))}
    assert shapes == {
        "stages.0": (2, 16, 16, 16),
        "stages.1": (2, 32, 8, 8),
        "stages.2": (2, 64, 4, 4),
        "stages.3": (2, 128, 2, 2),
    }
    assert network.layers == [(name, shape[1]) for name, shape in shapes.items()]


def test_walking_ends_where_forward_does(network: ConvolutionalNetwork) -> None:
    images = torch.randn(2, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    *_, (_, last) = network.walk(images)
    torch.testing.assert_close(network(images), last)


def test_an_image_does_not_depend_on_its_batch(network: ConvolutionalNetwork) -> None:
    images = torch.randn(4, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(network(images)[:1], network(images[:1]), atol=1e-5, rtol=1e-5)


def test_weights_start_as_he_et_al_draw_them(network: ConvolutionalNetwork) -> None:
    weight = network.stages[2].conv2.weight
    expected = np.sqrt(2 / (64 * 9))  # fan out
    assert weight.std().item() == pytest.approx(expected, rel=0.03)
