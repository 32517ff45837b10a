"""Networks from what a family says of them."""

from dataclasses import replace
from typing import Any

import torch
from timm.layers.mlp import SwiGLUPacked
from timm.layers.pos_embed import resample_abs_pos_embed
from timm.models.resnet import BasicBlock, Bottleneck, ResNet
from timm.models.vision_transformer import VisionTransformer
from torch import nn

from repscope.core.errors import InvalidRecipe
from repscope.workers.encoders import timm, torchvision
from repscope.workers.encoders.checkpoints.conv_stem import ConvStem
from repscope.workers.encoders.checkpoints.found import Weights
from repscope.workers.encoders.cnn import CNNConfig, ConvolutionalNetwork
from repscope.workers.encoders.preprocess import Preprocess

_LIBRARIES = {timm.LIBRARY: timm, torchvision.LIBRARY: torchvision}
#: Color as ImageNet has it, and gray; what networks are usually given.
_IMAGENET = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
_GRAY = ((0.5,), (0.5,))
#: The crop's share of the shorter side, of images that are not small.
_SHARE = 224 / 256
_SMALL = 96


def preprocess_of(network: dict[str, Any], interpolation: Any) -> Preprocess:
    """Return how a network's images are usually prepared; a file does not tell it."""
    if network["kind"] in _LIBRARIES:
        return _LIBRARIES[network["kind"]].own_preprocess(network["name"])
    size, channels = network["img_size"], network["in_chans"]
    if channels not in (1, 3):
        raise InvalidRecipe(
            f"The network takes images of {channels} channels; those of 1 and 3 are read.",
            field="params.upload",
        )
    mean, std = _GRAY if channels == 1 else _IMAGENET
    resize = int(size / _SHARE) if size >= _SMALL else None
    return Preprocess(size, channels, mean, std, resize, interpolation)


def build(network: dict[str, Any], image_size: int) -> nn.Module:
    """Build a network without a classifier, its weights as at the beginning of a training.

    Args:
        network: What `Found.network` says: a `kind`, and its sizes.
        image_size: Side of the input in pixels.

    Raises:
        InvalidRecipe: There is no network of these sizes.
    """
    sizes = {name: value for name, value in network.items() if name not in ("kind", "img_size")}
    try:
        match network["kind"]:
            case "vit":
                return _vit(image_size, **sizes)
            case "resnet":
                return _resnet(**sizes)
            case "cnn":
                channels = sizes.pop("in_chans")
                model = ConvolutionalNetwork(CNNConfig(image_size, channels, **sizes))
                model.reset(torch.default_generator)
                return model
            case library:
                named = _LIBRARIES[library]
                own = named.own_preprocess(sizes["name"])
                return named.plan(sizes["name"], replace(own, image_size=image_size)).build(None)
    except (RuntimeError, ValueError, AssertionError, ArithmeticError) as error:
        words = str(error).strip().splitlines() or [type(error).__name__]
        raise InvalidRecipe(
            f"The sizes of these weights are those of no network ({words[0][:120]}).",
            field="params.upload",
        ) from error


def _vit(image_size: int, *, swiglu: bool, conv_stem: bool = False, **sizes: Any) -> nn.Module:
    gated: dict[str, Any] = {"mlp_layer": SwiGLUPacked, "act_layer": nn.SiLU} if swiglu else {}
    if conv_stem:
        gated["embed_layer"] = ConvStem
    model: nn.Module = VisionTransformer(img_size=image_size, num_classes=0, **gated, **sizes)
    return model


def _resnet(
    *, block: str, small_images: bool, in_chans: int, stem_relu: bool = True, **sizes: Any
) -> nn.Module:
    kind: Any = Bottleneck if block == "bottleneck" else BasicBlock
    model: nn.Module = ResNet(kind, num_classes=0, in_chans=in_chans, **sizes)
    if small_images:
        model.conv1 = nn.Conv2d(in_chans, 64, 3, 1, padding=1, bias=False)
        model.maxpool = nn.Identity()
    if not stem_relu:
        model.act1 = nn.Identity()
    return model


def resized(weights: Weights, network: nn.Module, decoder: Weights) -> tuple[Weights, Weights]:
    """Scale positions to a network's own images (bicubic, antialiased, as timm does it).

    Args:
        weights: Of the network; some may lie under `pos_embed`.
        network: Built for the images that it will be given.
        decoder: Of the decoder beside it, likewise.
    """
    wanted = getattr(network, "pos_embed", None)
    grid = getattr(getattr(network, "patch_embed", None), "grid_size", None)
    given = weights.get("pos_embed")
    if wanted is None or grid is None or given is None or given.shape == wanted.shape:
        return weights, decoder
    prefix = wanted.shape[1] - grid[0] * grid[1]
    scaled = resample_abs_pos_embed(given, list(grid), num_prefix_tokens=prefix)
    places = decoder.get("decoder.pos_embed")
    if places is not None:
        places = resample_abs_pos_embed(places, list(grid), num_prefix_tokens=1)
        decoder = {**decoder, "decoder.pos_embed": places}
    return {**weights, "pos_embed": scaled}, decoder
