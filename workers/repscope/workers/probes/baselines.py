"""Networks as they are before any training, to stand beside trained ones."""

from collections.abc import Iterator, Sequence
from typing import Any

import torch

from repscope.workers.context import Readable
from repscope.workers.encoders.backbones import SIZES
from repscope.workers.encoders.base import NETWORKS, Encoder
from repscope.workers.encoders.base import untrained as drawn
from repscope.workers.encoders.network import NetworkEncoder, build
from repscope.workers.encoders.preprocess import Preprocess
from repscope.workers.probes.names import random_name


def untrained(artifact: Readable | None, seed: int, device: str) -> Encoder:
    """Return the network of an encoder as it is before any training.

    Args:
        artifact: A network; a small ViT where nothing is given.
        seed: Draws the weights.
        device: Where it runs.
    """
    if artifact is not None:
        return drawn(artifact, seed, device)
    config = {"image_size": 32, "channels": 3, "patch_size": 4, **SIZES["vit"]["micro"]}
    network = build("vit", config)
    network.reset(torch.Generator().manual_seed(seed))
    encoder: Encoder = NetworkEncoder(network, Preprocess(32, 3, (0.5,) * 3, (0.5,) * 3), device)
    return encoder


def architectures(encoders: Sequence[Readable]) -> Iterator[Readable | None]:
    """Yield one encoder of each network, whatever was learned, or nothing once if there is none.

    Networks that are given other images, such as of another size, are others.
    """
    seen: list[Any] = []
    for encoder in encoders:
        meta = encoder.meta
        if meta.get("architecture") not in NETWORKS:
            continue
        config = {name: value for name, value in meta["config"].items() if name != "name"}
        look = (random_name(encoder), config, meta["preprocess"], meta.get("code"))
        if look not in seen:
            seen.append(look)
            yield encoder
    if not seen:
        yield None
