"""The features that are probed: those of encoders, and of the baselines beside them."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from repscope.core.errors import MethodFailed
from repscope.core.images import images_of
from repscope.workers.context import Context, Readable
from repscope.workers.encoders.backbones import SIZES
from repscope.workers.encoders.base import Encoder, Stored, load, load_stored
from repscope.workers.encoders.network import (
    ARCHITECTURES,
    CodedNetwork,
    NetworkEncoder,
    build,
)
from repscope.workers.encoders.preprocess import Preprocess
from repscope.workers.encoders.running import encode_all, scratch

#: Raw pixels are those of the image fitted to at most this side.
PIXEL_SIDE = 32

PIXELS = "pixels"
RANDOM = "random"


def small_pixels(context: Context, dataset: Readable) -> NDArray[np.uint8]:
    """Return every image as (rows, numbers) uint8, of at most 32 by 32 pixels.

    Raises:
        MethodFailed: There are no images.
    """
    images = images_of(dataset)
    if len(images) == 0:
        raise MethodFailed("The data set has no images.")
    small = images.size is not None and max(images.size) <= PIXEL_SIDE
    pixels: NDArray[np.uint8] | None = None
    for rows, batch in images.batches(None if small else PIXEL_SIDE):
        context.progress(None, "reading images")
        if pixels is None:
            pixels = scratch(context, "pixels", (len(images), batch[0].size), np.uint8)
        pixels[rows] = batch.reshape(len(batch), -1)
    assert pixels is not None
    return pixels


def open_encoder(artifact: Readable, device: str) -> Encoder | Stored:
    """Load what is to be probed: an encoder, or vectors that somebody brought."""
    return load_stored(artifact) or load(artifact, device)


def features_of(
    context: Context,
    dataset: Readable,
    model: Encoder | Stored,
    layers: Sequence[str],
    progress: Callable[[float], None],
) -> dict[str, NDArray[np.float32]]:
    """Return the features of all images at some layers; computed, in files of the work folder."""
    images = images_of(dataset)
    if not hasattr(model, "encode"):
        return {layer: model.rows(dataset, len(images), layer) for layer in layers}
    return encode_all(
        images,
        cast(Encoder, model),
        layers,
        lambda _, shape: scratch(context, "features", shape, np.float32),
        lambda done: progress(done / len(images)),
    )


def untrained(artifact: Readable | None, seed: int, device: str) -> Encoder:
    """Return the architecture of an encoder as it is before any training.

    Args:
        artifact: An encoder; where it is no network of ours, or nothing is given, a small ViT.
        seed: Draws the weights.
        device: Where it runs.
    """
    meta = artifact.meta if artifact is not None else {}
    if meta.get("architecture") in ARCHITECTURES and "preprocess" in meta:
        network = build(meta["architecture"], meta["config"])
        preprocess = Preprocess.from_json(meta["preprocess"])
    else:
        config = {"image_size": 32, "channels": 3, "patch_size": 4, **SIZES["vit"]["micro"]}
        network = build("vit", config)
        preprocess = Preprocess(32, 3, (0.5,) * 3, (0.5,) * 3)
    generator = torch.Generator().manual_seed(seed)
    network.reset(generator)
    if "code" in meta:  # an autoencoder's last layer, which is no part of its backbone
        network = CodedNetwork(network, meta["code"])
        nn.init.trunc_normal_(network.code.weight, std=0.02, generator=generator)
        nn.init.zeros_(network.code.bias)
    encoder: Encoder = NetworkEncoder(network, preprocess, device)
    return encoder


def architectures(encoders: Sequence[Readable]) -> Iterator[Readable | None]:
    """Yield one encoder of each architecture of ours, or nothing once where there is none."""
    seen: list[Any] = []
    for encoder in encoders:
        if encoder.meta.get("architecture") not in ARCHITECTURES:
            continue
        look = (encoder.meta["architecture"], encoder.meta["config"])
        if look not in seen:
            seen.append(look)
            yield encoder
    if not seen:
        yield None
