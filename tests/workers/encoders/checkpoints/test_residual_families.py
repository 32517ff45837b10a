"""Files of residual networks give the features that their own network gives."""

from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional
from torchvision.models.resnet import BasicBlock, Bottleneck, ResNet

from tests.workers.encoders.checkpoints.official import (
    Weights,
    brought,
    drawn,
    images,
    prepared,
    same,
    settled,
    under,
)


def resnet(*, deep: bool = False, **options: Any) -> nn.Module:
    """A residual network of torchvision with a block in each stage."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return settled(ResNet(Bottleneck if deep else BasicBlock, [1, 1, 1, 1], 5, **options))


@pytest.mark.parametrize("prefix", ["", "module.encoder_q.", "backbone.", "module.base_encoder."])
def test_residual_networks_of_torchvision_moco_and_simclr(prefix: str) -> None:
    network = resnet()
    held = under(prefix, dict(network.state_dict()))
    if prefix == "module.encoder_q.":
        held |= under("module.encoder_k.", dict(network.state_dict()))
        held |= {"module.queue": torch.ones(4, 9), "module.queue_ptr": torch.zeros(1).long()}
    artifact = brought({name: each.clone() for name, each in held.items()}, image_size=64)
    network.fc = nn.Identity()
    same(artifact, "output", network(prepared(artifact, images(64))), images(64))


@pytest.mark.parametrize(
    "options", [{}, {"width_per_group": 128}, {"groups": 8, "width_per_group": 16}]
)
def test_deep_wide_and_grouped_residual_networks(options: dict[str, int]) -> None:
    network = resnet(deep=True, **options)
    artifact = brought(dict(network.state_dict()), image_size=64)
    network.fc = nn.Identity()
    same(artifact, "output", network(prepared(artifact, images(64))), images(64))


def test_lightly_keeps_the_layers_in_a_row() -> None:
    network = resnet()
    row = nn.Sequential(*list(network.children())[:-1])
    held = under("backbone.", dict(row.state_dict()))
    held |= drawn(**{"projection_head.layers.0.weight": (8, 512)})
    artifact = brought(held, image_size=64)
    same(artifact, "output", row(prepared(artifact, images(64))).flatten(1), images(64))


def small_resnet(blocks: int, deep: bool) -> Weights:
    """Lightly's network for small images, as it names its tensors."""
    shapes: dict[str, tuple[int, ...]] = {"conv1.weight": (64, 3, 3, 3), "bn1": (64,)}
    below = 64
    for stage in range(4):
        width = 64 * 2**stage
        out = 4 * width if deep else width
        for number in range(blocks):
            name = f"layer{stage + 1}.{number}"
            kernels = [(width, below, 1, 1), (width, width, 3, 3), (out, width, 1, 1)]
            for i, kernel in enumerate(kernels if deep else [(out, below, 3, 3), (out, out, 3, 3)]):
                shapes |= {f"{name}.conv{i + 1}.weight": kernel, f"{name}.bn{i + 1}": kernel[:1]}
            if below != out:
                shapes[f"{name}.shortcut.0.weight"] = (out, below, 1, 1)
                shapes[f"{name}.shortcut.1"] = (out,)
            below = out
    weights: Weights = {}
    draw = torch.Generator().manual_seed(5)
    for name, shape in shapes.items():
        if len(shape) == 4:
            fan = shape[1] * shape[2] * shape[3]
            weights[name] = torch.randn(shape, generator=draw) / fan**0.5
        else:
            for part in ("weight", "bias", "running_mean", "running_var"):
                weights[f"{name}.{part}"] = 0.5 + torch.rand(shape, generator=draw)
    return weights | drawn(**{"linear.weight": (10, below), "linear.bias": (10,)})


def run_small_resnet(weights: Weights, given: Tensor, blocks: int, relu: bool) -> Tensor:
    """Its features: convolutions of 3 by 3, no pooling before the first stage."""

    def normed(name: str, maps: Tensor) -> Tensor:
        parts = ("running_mean", "running_var", "weight", "bias")
        return functional.batch_norm(maps, *(weights[f"{name}.{part}"] for part in parts))

    maps = normed("bn1", functional.conv2d(given, weights["conv1.weight"], padding=1))
    maps = maps.relu() if relu else maps
    for stage in range(4):
        for number in range(blocks):
            name, stride = f"layer{stage + 1}.{number}", 2 if stage and not number else 1
            deep = f"{name}.conv3.weight" in weights
            inner = maps
            for i in range(1, 4 if deep else 3):
                kernel = weights[f"{name}.conv{i}.weight"]
                step = stride if i == (2 if deep else 1) else 1
                padding = kernel.shape[2] // 2
                inner = functional.conv2d(inner, kernel, stride=step, padding=padding)
                inner = normed(f"{name}.bn{i}", inner)
                inner = inner if i == (3 if deep else 2) else inner.relu()
            if f"{name}.shortcut.1.bias" in weights:
                kernel = weights[f"{name}.shortcut.0.weight"]
                maps = normed(f"{name}.shortcut.1", functional.conv2d(maps, kernel, stride=stride))
            maps = (inner + maps).relu()
    return maps.mean(dim=(2, 3))


@pytest.mark.parametrize(("blocks", "deep"), [(1, False), (2, False), (1, True)])
@pytest.mark.parametrize("row", [False, True])
def test_lightlys_network_for_small_images(blocks: int, deep: bool, row: bool) -> None:
    weights = small_resnet(blocks, deep)
    held = under("backbone.", weights)
    if row:  # as its examples keep it, less the classifier; ReLU is no module and so gets lost
        numbers = {"conv1": 0, "bn1": 1, **{f"layer{stage}": stage + 1 for stage in range(1, 5)}}
        held = {}
        for name, each in weights.items():
            first, _, rest = name.partition(".")
            if first in numbers:
                held[f"backbone.{numbers[first]}.{rest}"] = each
        held |= drawn(**{"projection_head.layers.0.weight": (8, 512)})
    artifact = brought(held)
    assert artifact.meta["preprocess"]["image_size"] == 32
    expected = run_small_resnet(weights, prepared(artifact, images()), blocks, relu=not row)
    same(artifact, "output", expected, images())


def test_a_first_convolution_for_small_images_keeps_their_size() -> None:
    network = resnet()
    network.conv1 = nn.Conv2d(3, 64, 3, 1, 1, bias=False)
    network.maxpool = nn.Identity()
    artifact = brought(dict(network.state_dict()))
    network.fc = nn.Identity()
    same(artifact, "output", network(prepared(artifact, images())), images())
