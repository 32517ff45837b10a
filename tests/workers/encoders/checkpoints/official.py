"""Checkpoints as their authors write them, with weights drawn at random, and what they compute.

Names of tensors are the authors'; the forward passes are written from the papers, on plain tensors,
and share nothing with the networks that are compared with them.
"""

import io
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import save
from torch import Tensor, nn
from torch.nn import functional

from repscope.workers.context import Result
from repscope.workers.encoders.base import load
from repscope.workers.encoders.preprocess import Preprocess
from tests.workers.making import make, upload

Weights = dict[str, Tensor]

WIDTH, DEPTH, HEADS, PATCH, SIDE = 32, 2, 2, 8, 32
GRID = SIDE // PATCH
EPS = 1e-6


def drawn(seed: int = 0, **shapes: tuple[int, ...]) -> Weights:
    """Draw weights of some shapes, none of them special."""
    draw = torch.Generator().manual_seed(seed)
    return {name: 0.2 * torch.randn(shape, generator=draw) for name, shape in shapes.items()}


def block(width: int, name: str, hidden: int) -> dict[str, tuple[int, ...]]:
    shapes: dict[str, tuple[int, ...]] = {}
    linear = {"attn.qkv": (3 * width, width), "attn.proj": (width, width)}
    linear |= {"mlp.fc1": (hidden, width), "mlp.fc2": (width, hidden)}
    for part, shape in linear.items():
        shapes |= {f"{name}.{part}.weight": shape, f"{name}.{part}.bias": shape[:1]}
    for norm in ("norm1", "norm2"):
        shapes |= {f"{name}.{norm}.weight": (width,), f"{name}.{norm}.bias": (width,)}
    return shapes


def vit(width: int = WIDTH, depth: int = DEPTH, seed: int = 0) -> Weights:
    """The Vision Transformer as MAE, DINO, iBOT, MoCo v3 and timm name it."""
    shapes: dict[str, tuple[int, ...]] = {
        "cls_token": (1, 1, width),
        "pos_embed": (1, 1 + GRID**2, width),
        "patch_embed.proj.weight": (width, 3, PATCH, PATCH),
        "patch_embed.proj.bias": (width,),
        "norm.weight": (width,),
        "norm.bias": (width,),
    }
    for number in range(depth):
        shapes |= block(width, f"blocks.{number}", 4 * width)
    return drawn(seed, **shapes)


def dinov2(registers: int = 0, gated: bool = False) -> Weights:
    """As Oquab et al. name it: scaled layers, registers, and gated MLPs in the largest."""
    weights = vit(seed=1)
    weights |= drawn(2, mask_token=(1, WIDTH))
    if registers:
        weights |= drawn(3, register_tokens=(1, registers, WIDTH))
    for number in range(DEPTH):
        name = f"blocks.{number}"
        weights |= drawn(4 + number, **{f"{name}.ls{i}.gamma": (WIDTH,) for i in (1, 2)})
        if gated:
            for key in [key for key in weights if key.startswith(f"{name}.mlp.")]:
                del weights[key]
            shapes = {"w12.weight": (160, WIDTH), "w12.bias": (160,)}
            shapes |= {"w3.weight": (WIDTH, 80), "w3.bias": (WIDTH,)}
            weights |= drawn(9 + number, **{f"{name}.mlp.{k}": v for k, v in shapes.items()})
    return weights


def mae_decoder(width: int = 64, depth: int = 2) -> Weights:
    """The decoder as He et al. name it."""
    shapes: dict[str, tuple[int, ...]] = {
        "mask_token": (1, 1, width),
        "decoder_pos_embed": (1, 1 + GRID**2, width),
        "decoder_embed.weight": (width, WIDTH),
        "decoder_embed.bias": (width,),
        "decoder_norm.weight": (width,),
        "decoder_norm.bias": (width,),
        "decoder_pred.weight": (PATCH**2 * 3, width),
        "decoder_pred.bias": (PATCH**2 * 3,),
    }
    for number in range(depth):
        shapes |= block(width, f"decoder_blocks.{number}", 4 * width)
    return drawn(7, **shapes)


def norm(weights: Weights, name: str, tokens: Tensor) -> Tensor:
    gain, shift = weights[f"{name}.weight"], weights[f"{name}.bias"]
    return functional.layer_norm(tokens, gain.shape, gain, shift, EPS)


def linear(weights: Weights, name: str, tokens: Tensor) -> Tensor:
    return tokens @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]


def run_block(weights: Weights, name: str, tokens: Tensor, heads: int) -> Tensor:
    """Attention and MLP, scaled and gated where there are weights for it."""
    batch, count, width = tokens.shape
    qkv = linear(weights, f"{name}.attn.qkv", norm(weights, f"{name}.norm1", tokens))
    query, key, value = (
        part.view(batch, count, heads, width // heads).transpose(1, 2)
        for part in qkv.split(width, dim=2)
    )
    attention = (query @ key.transpose(2, 3) / (width // heads) ** 0.5).softmax(dim=3)
    mixed = (attention @ value).transpose(1, 2).reshape(batch, count, width)
    mixed = linear(weights, f"{name}.attn.proj", mixed)
    tokens = tokens + weights.get(f"{name}.ls1.gamma", 1.0) * mixed
    inner = norm(weights, f"{name}.norm2", tokens)
    if f"{name}.mlp.w12.weight" in weights:
        gate, through = linear(weights, f"{name}.mlp.w12", inner).chunk(2, dim=2)
        inner = linear(weights, f"{name}.mlp.w3", functional.silu(gate) * through)
    else:
        hidden = functional.gelu(linear(weights, f"{name}.mlp.fc1", inner))
        inner = linear(weights, f"{name}.mlp.fc2", hidden)
    return tokens + weights.get(f"{name}.ls2.gamma", 1.0) * inner


def embedded(weights: Weights, images: Tensor) -> Tensor:
    """Tokens of the patches, without the cls token and with their positions."""
    kernel, bias = weights["patch_embed.proj.weight"], weights["patch_embed.proj.bias"]
    maps = functional.conv2d(images, kernel, bias, stride=PATCH)
    return maps.flatten(2).transpose(1, 2) + weights["pos_embed"][:, 1:]


def run_vit(weights: Weights, images: Tensor, heads: int = HEADS, depth: int = DEPTH) -> Tensor:
    """All tokens after the last norm, registers included."""
    cls = (weights["cls_token"] + weights["pos_embed"][:, :1]).expand(len(images), -1, -1)
    registers = weights.get("register_tokens", torch.zeros(1, 0, cls.shape[2]))
    tokens = torch.cat(
        [cls, registers.expand(len(images), -1, -1), embedded(weights, images)], dim=1
    )
    for number in range(depth):
        tokens = run_block(weights, f"blocks.{number}", tokens, heads)
    return norm(weights, "norm", tokens)


def run_mae(weights: Weights, images: Tensor, kept: Tensor, heads: int = HEADS) -> Tensor:
    """What the decoder guesses of all patches, from those that are kept, (batch, kept)."""
    cls = (weights["cls_token"] + weights["pos_embed"][:, :1]).expand(len(images), -1, -1)
    seen = torch.stack(
        [each[ids] for each, ids in zip(embedded(weights, images), kept, strict=True)]
    )
    tokens = torch.cat([cls, seen], dim=1)
    for number in range(DEPTH):
        tokens = run_block(weights, f"blocks.{number}", tokens, heads)
    inner = linear(weights, "decoder_embed", norm(weights, "norm", tokens))
    whole = weights["mask_token"].repeat(len(images), 1 + GRID**2, 1)
    whole[:, 0] = inner[:, 0]
    for row, ids in enumerate(kept):
        whole[row, 1 + ids] = inner[row, 1:]
    whole = whole + weights["decoder_pos_embed"]
    for number in range(2):
        whole = run_block(weights, f"decoder_blocks.{number}", whole, whole.shape[2] // 32)
    return linear(weights, "decoder_pred", norm(weights, "decoder_norm", whole))[:, 1:]


def under(prefix: str, weights: Weights) -> Weights:
    return {f"{prefix}{name}": each for name, each in weights.items()}


def saved(held: Any, **options: Any) -> bytes:
    """Write as `torch.save` does."""
    sink = io.BytesIO()
    torch.save(held, sink, **options)
    return sink.getvalue()


def brought(held: Weights | bytes, **params: Any) -> Result:
    """Bring a checkpoint: a whole file, or weights that are written as safetensors."""
    data = held if isinstance(held, bytes) else save(held)
    return make("encoder", "checkpoint", {"upload": upload(data), **params})


def images(side: int = SIDE, count: int = 3) -> NDArray[np.uint8]:
    return np.random.default_rng(0).integers(0, 256, (count, side, side, 3), dtype=np.uint8)


def prepared(artifact: Result, given: NDArray[np.uint8]) -> Tensor:
    return Preprocess.from_json(artifact.meta["preprocess"])(given, "cpu")


def same(artifact: Result, layer: str, expected: Tensor, given: NDArray[np.uint8]) -> None:
    """Compare features with what they should be, to 1e-5."""
    features = load(artifact).encode(given, [layer])[layer]
    np.testing.assert_allclose(features, expected.detach().numpy(), atol=1e-5, rtol=1e-5)


def settled(network: nn.Module) -> nn.Module:
    """Draw the statistics and gains of norms too, so that none of them can be left out."""
    draw = torch.Generator().manual_seed(5)
    for name, each in [*network.named_parameters(), *network.named_buffers()]:
        if each.is_floating_point() and (each.ndim == 1 or "token" in name or "pos" in name):
            each.data = 0.5 + torch.rand(each.shape, generator=draw)
    return network.eval()
