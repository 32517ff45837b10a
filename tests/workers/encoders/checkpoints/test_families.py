"""Each family's files give the features that their own network gives."""

import argparse
from typing import Any

import pytest
import timm
import torch
from torch import nn
from torch.nn import functional
from torchvision.models import VisionTransformer

from repscope.workers.encoders.base import load
from tests.workers.encoders.checkpoints.official import (
    DEPTH,
    GRID,
    HEADS,
    PATCH,
    SIDE,
    WIDTH,
    Weights,
    brought,
    dinov2,
    drawn,
    images,
    norm,
    prepared,
    run_block,
    run_vit,
    same,
    saved,
    settled,
    under,
    vit,
)
from tests.workers.making import make


def test_mae_and_dino_backbones_are_vision_transformers() -> None:
    weights = vit()
    artifact = brought(weights, heads=HEADS)
    tokens = run_vit(weights, prepared(artifact, images()))
    same(artifact, "output", tokens[:, 0], images())
    same(artifact, "norm:mean", tokens[:, 1:].mean(dim=1), images())


def test_of_a_student_and_its_teacher_the_teacher_is_taken() -> None:
    teacher, head = vit(seed=1), drawn(**{"head.mlp.0.weight": (4, WIDTH)})
    held = {
        "student": under("module.backbone.", vit(seed=2)),
        "teacher": under("backbone.", teacher) | under("", head),
        "optimizer": {"state": {0: {"exp_avg": torch.ones(3)}}, "param_groups": [{"lr": 0.1}]},
        "epoch": 100,
        "args": argparse.Namespace(arch="vit_small", patch_size=16),
    }
    artifact = brought(saved(held), heads=HEADS)
    same(artifact, "output", run_vit(teacher, prepared(artifact, images()))[:, 0], images())
    assert artifact.meta["beside"]["count"] == 1 + len(vit())
    assert "teacher/head.mlp.0.weight" in artifact.meta["beside"]["names"]


def test_the_small_network_of_moco_v3_has_twelve_heads() -> None:
    weights = vit(384, depth=1)
    held = under("module.base_encoder.", weights) | under(
        "module.momentum_encoder.", vit(384, 1, 3)
    )
    held |= drawn(
        **{"module.base_encoder.head.0.weight": (8, 384), "module.predictor.0.weight": (8, 8)}
    )
    artifact = brought(held)
    tokens = run_vit(weights, prepared(artifact, images()), heads=12, depth=1)
    same(artifact, "output", tokens[:, 0], images())


@pytest.mark.parametrize(("registers", "gated"), [(0, False), (4, False), (0, True)])
def test_dinov2(registers: int, gated: bool) -> None:
    weights = dinov2(registers, gated)
    artifact = brought(weights, heads=HEADS)
    tokens = run_vit(weights, prepared(artifact, images()))
    same(artifact, "output", tokens[:, 0], images())
    same(artifact, "norm:mean", tokens[:, 1 + registers :].mean(dim=1), images())


def test_dinov2_under_training_keeps_blocks_in_chunks() -> None:
    weights = dinov2(4)
    held = {name.replace("blocks.", "blocks.0."): each for name, each in weights.items()}
    artifact = brought(under("teacher.backbone.", held), heads=HEADS)
    same(artifact, "output", run_vit(weights, prepared(artifact, images()))[:, 0], images())


def test_vision_transformers_of_torchvision() -> None:
    network = settled(VisionTransformer(SIDE, PATCH, DEPTH, HEADS, WIDTH, 2 * WIDTH))
    artifact = brought(dict(network.state_dict()), heads=HEADS)
    network.heads = nn.Identity()  # type: ignore[assignment]
    same(artifact, "output", network(prepared(artifact, images())), images())


@pytest.mark.parametrize(
    "options",
    [
        {"global_pool": "avg"},
        {"reg_tokens": 4, "no_embed_class": True, "init_values": 1e-5},
        {"class_token": False, "global_pool": "avg", "fc_norm": False},
        {"pre_norm": True, "qkv_bias": False, "qk_norm": True},
    ],
)
def test_vision_transformers_of_timm(options: dict[str, Any]) -> None:
    network = settled(
        timm.models.VisionTransformer(
            SIDE, PATCH, num_classes=3, embed_dim=WIDTH, depth=DEPTH, num_heads=HEADS, **options
        )
    )
    artifact = brought(dict(network.state_dict()), heads=HEADS)
    network.reset_classifier(0)
    same(artifact, "output", network(prepared(artifact, images())), images())


def test_moco_v3_with_a_convolutional_stem() -> None:
    width, side = 384, 64
    weights = vit(width, depth=1)
    del weights["patch_embed.proj.weight"], weights["patch_embed.proj.bias"]
    weights["pos_embed"] = drawn(3, pos_embed=(1, 1 + (side // 16) ** 2, width))["pos_embed"]
    stem: Weights = {}
    below = 3
    for number, out in enumerate([48, 96, 192, 384]):
        name = f"patch_embed.proj.{3 * number}.weight"
        stem |= drawn(number, **{name: (out, below, 3, 3)})
        for part in ("weight", "bias", "running_mean"):
            stem |= drawn(number, **{f"patch_embed.proj.{3 * number + 1}.{part}": (out,)})
        stem[f"patch_embed.proj.{3 * number + 1}.running_var"] = torch.full((out,), 2.0 + number)
        below = out
    last = {
        "patch_embed.proj.12.weight": (width, width, 1, 1),
        "patch_embed.proj.12.bias": (width,),
    }
    stem |= drawn(9, **last)
    artifact = brought(under("module.base_encoder.", weights | stem))
    maps = prepared(artifact, images(side))
    for number in range(4):
        name = f"patch_embed.proj.{3 * number + 1}"
        maps = functional.conv2d(maps, stem[f"patch_embed.proj.{3 * number}.weight"], None, 2, 1)
        parts = ("running_mean", "running_var", "weight", "bias")
        maps = functional.batch_norm(maps, *(stem[f"{name}.{part}"] for part in parts)).relu()
    maps = functional.conv2d(maps, *(stem[name] for name in last))
    tokens = maps.flatten(2).transpose(1, 2) + weights["pos_embed"][:, 1:]
    cls = (weights["cls_token"] + weights["pos_embed"][:, :1]).expand(len(tokens), -1, -1)
    tokens = run_block(weights, "blocks.0", torch.cat([cls, tokens], dim=1), heads=12)
    same(artifact, "output", norm(weights, "norm", tokens)[:, 0], images(side))


@pytest.mark.parametrize("name", ["test_convnext", "squeezenet1_1"])
def test_a_model_by_name_where_no_family_knows_it(name: str) -> None:
    library = "timm" if name.startswith("test") else "torchvision"
    known = make("encoder", library, {"name": name, "pretrained": False}, seed=2)
    artifact = brought(known.file("weights.safetensors").read_bytes(), name=name)
    expected = load(known).encode(images(), ["output"])["output"]
    same(artifact, "output", torch.from_numpy(expected), images())
    assert artifact.meta["preprocess"] == known.meta["preprocess"]


@pytest.mark.parametrize("architecture", ["vit", "cnn"])
def test_what_was_downloaded_here_comes_back(architecture: str) -> None:
    known = make("encoder", "random", {"architecture": architecture}, seed=2)
    data = known.file("weights.safetensors").read_bytes()
    artifact = brought(data, mean=[0.5], std=[0.5], interpolation="bicubic")
    layer = "blocks.2" if architecture == "vit" else "stages.2"
    expected = load(known).encode(images(), [f"{layer}:mean"])[f"{layer}:mean"]
    same(artifact, f"{layer}:mean", torch.from_numpy(expected), images())


def test_positions_are_scaled_to_another_size() -> None:
    weights = vit()
    artifact = brought(weights, heads=HEADS, image_size=2 * SIDE)
    cls, maps = weights["pos_embed"].split([1, GRID**2], dim=1)
    maps = maps.transpose(1, 2).unflatten(2, (GRID, GRID))
    scaled = functional.interpolate(maps, (2 * GRID, 2 * GRID), mode="bicubic", antialias=True)
    larger = weights | {"pos_embed": torch.cat([cls, scaled.flatten(2).transpose(1, 2)], dim=1)}
    given = images(2 * SIDE)
    same(artifact, "output", run_vit(larger, prepared(artifact, given))[:, 0], given)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_other_precisions_are_read(dtype: torch.dtype) -> None:
    weights = {name: each.to(dtype) for name, each in vit().items()}
    artifact = brought(weights, heads=HEADS)
    single = {name: each.float() for name, each in weights.items()}
    same(artifact, "output", run_vit(single, prepared(artifact, images()))[:, 0], images())
