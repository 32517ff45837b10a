"""Attention of networks, beside what papers and official code compute."""

from typing import Any

import pytest
import torch
from torch import Tensor

from repscope.workers.attending.capture import Attended, watch
from repscope.workers.attending.look import look
from repscope.workers.attending.models import load
from repscope.workers.encoders.vit import VisionTransformer, ViTConfig
from tests.workers.encoders.checkpoints import official


def seen(network: torch.nn.Module, images: Tensor) -> dict[str, Attended]:
    found: dict[str, Attended] = {}
    with torch.no_grad():
        watch(network.eval(), images, found.__setitem__)
    return found


def self_attention(weights: official.Weights, images: Tensor, last: int) -> tuple[Tensor, Tensor]:
    """Attention and queries of a block, as DINO's `get_last_selfattention` defines them.

    The tokens below the block, normalized, are projected to queries, keys and values; attention is
    the softmax of products of queries and keys over the root of a head's width.
    """
    cls = (weights["cls_token"] + weights["pos_embed"][:, :1]).expand(len(images), -1, -1)
    more = weights.get("register_tokens", torch.zeros(1, 0, official.WIDTH))
    tokens = torch.cat(
        [cls, more.expand(len(images), -1, -1), official.embedded(weights, images)], dim=1
    )
    for number in range(last):
        tokens = official.run_block(weights, f"blocks.{number}", tokens, official.HEADS)
    name, width = f"blocks.{last}", official.WIDTH // official.HEADS
    qkv = official.linear(
        weights, f"{name}.attn.qkv", official.norm(weights, f"{name}.norm1", tokens)
    )
    query, key, _ = (
        part.view(len(images), -1, official.HEADS, width).transpose(1, 2)
        for part in qkv.split(official.WIDTH, dim=2)
    )
    return (query @ key.transpose(2, 3) / width**0.5).softmax(dim=3), query


@pytest.mark.parametrize("registers", [None, 0, 4], ids=["dino", "dinov2", "registers"])
def test_attention_is_that_of_the_official_code(registers: int | None) -> None:
    weights = official.vit() if registers is None else official.dinov2(registers)
    artifact = official.brought(weights, heads=official.HEADS)
    given = official.prepared(artifact, official.images())
    model = load(artifact, "cpu")
    found = look(model, given, None)
    count = registers or 0
    for number in range(official.DEPTH):
        expected, _ = self_attention(weights, given, number)
        attended = found.inner[number]
        assert isinstance(attended, Attended)
        torch.testing.assert_close(attended.weights(), expected, atol=1e-5, rtol=0.0)
        block = found.blocks[number]
        patches = expected[:, :, 0, 1 + count :]
        torch.testing.assert_close(block.attention, patches, atol=1e-5, rtol=0.0)
        special = torch.stack(
            [expected[:, :, 0, 0], expected[:, :, 0, 1 : 1 + count].sum(dim=2)], dim=2
        )
        torch.testing.assert_close(block.special, special, atol=1e-5, rtol=0.0)
        from_patch = found.attention_from(number, 1, 5)
        assert from_patch is not None
        row = expected[1, :, 1 + count + 5]
        torch.testing.assert_close(from_patch[0], row[:, 1 + count :], atol=1e-5, rtol=0.0)
    last = found.features(official.DEPTH - 1, "query")
    _, query = self_attention(weights, given, official.DEPTH - 1)
    expected = query.transpose(1, 2).flatten(2)[:, 1 + count :]
    torch.testing.assert_close(last, expected, atol=1e-5, rtol=1e-5)


#: Positions turned into queries and keys, biases of relative positions, no cls token, two of them,
#: registers, one shared projection, torch's own attention.
OTHERS: dict[str, dict[str, Any]] = {
    "vit_tiny_patch16_224": {"img_size": 64},
    "deit_tiny_distilled_patch16_224": {"img_size": 64},
    "vit_small_patch16_dinov3": {"img_size": 64},
    "eva02_tiny_patch14_224": {"img_size": 56},
    "vit_relpos_small_patch16_224": {"img_size": 64},
    "beit_base_patch16_224": {"img_size": 64},
    "vit_small_patch14_reg4_dinov2": {"img_size": 56},
}


@pytest.mark.parametrize("name", list(OTHERS))
def test_the_output_is_unchanged_and_follows_from_what_was_seen(name: str) -> None:
    import timm

    torch.manual_seed(0)
    network = timm.create_model(name, num_classes=0, depth=2, **OTHERS[name]).eval()
    images = torch.randn(2, 3, OTHERS[name]["img_size"], OTHERS[name]["img_size"])
    mixed: list[Tensor] = []
    inner = [module for path, module in network.named_modules() if path.endswith(".attn.proj")]
    for each in inner:
        each.register_forward_pre_hook(lambda _, given: mixed.append(given[0]))
    with torch.no_grad():
        before = network(images)
        mixed.clear()
        blocks: list[Attended] = []
        after = watch(network, images, lambda _, attended: blocks.append(attended))
    assert torch.equal(before, after)
    assert len(blocks) == 2 == len(mixed)
    for attended, own in zip(blocks, mixed, strict=True):
        # What the network mixed is what these weights mix of these values.
        values = (attended.weights() @ attended.value).transpose(1, 2).flatten(2)
        torch.testing.assert_close(values, own, atol=1e-5, rtol=1e-4)
        row = attended.weights_from(1, 3)
        torch.testing.assert_close(row, attended.weights()[1, :, 3], atol=1e-6, rtol=0.0)


def test_the_attention_of_torch_itself() -> None:
    layer = torch.nn.TransformerEncoderLayer(16, 2, 32, batch_first=True, norm_first=True)
    network = torch.nn.Sequential(layer).eval()
    tokens = torch.randn(3, 5, 16, generator=torch.Generator().manual_seed(0))
    attended = seen(network, tokens)["0"]
    with torch.no_grad():
        given = layer.norm1(tokens)
        _, expected = layer.self_attn(given, given, given, average_attn_weights=False)
    torch.testing.assert_close(attended.weights(), expected, atol=1e-6, rtol=0.0)


def test_our_own_network_says_the_same_as_timm() -> None:
    import timm

    config = ViTConfig(width=96, depth=2, heads=3)
    own = VisionTransformer(config)
    own.reset(torch.Generator().manual_seed(0))
    other = timm.create_model(
        "vit_tiny_patch16_224", img_size=32, patch_size=4, embed_dim=96, depth=2, num_classes=0
    )
    other.load_state_dict(own.state_dict())
    images = torch.randn(2, 3, 32, 32, generator=torch.Generator().manual_seed(1))
    for name, attended in seen(own, images).items():
        same = seen(other, images)[name]
        torch.testing.assert_close(attended.weights(), same.weights(), atol=1e-6, rtol=0.0)
        torch.testing.assert_close(attended.output, same.output, atol=1e-5, rtol=1e-5)


def test_nothing_stays_behind() -> None:
    own = VisionTransformer(ViTConfig(depth=1))
    seen(own, torch.zeros(1, 3, 32, 32))
    hooks = [m for m in own.modules() if m._forward_hooks or m._forward_pre_hooks]
    assert not hooks


def test_a_network_without_a_cls_token_is_asked_by_its_patches() -> None:
    from tests.workers.making import make

    name = {"name": "vit_relpos_small_patch16_224", "pretrained": False, "image_size": 64}
    model = load(make("encoder", "timm", name), "cpu")
    given = torch.randn(2, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    found = look(model, given, 0)
    assert not found.cls
    attended = found.inner[0]
    assert isinstance(attended, Attended)
    block = found.blocks[0]
    torch.testing.assert_close(block.attention, attended.weights().mean(dim=2))
    assert not block.special.any()
