"""What encoders are called in tables and curves."""

from typing import Any

from repscope.workers import registry
from repscope.workers.context import Readable
from repscope.workers.encoders.backbones import SIZES

PIXELS, RANDOM = "pixels", "random"
PIXELS_NAME = "Raw pixels"

_KINDS = {"vit": "ViT", "cnn": "CNN", "resnet": "ResNet"}
#: What follows the name of a model of timm: its weights.
_WEIGHTS = "."


def name_of(encoder: Readable, recipe: dict[str, Any] | None) -> str:
    """Return what an encoder is called: its title, or that of the method which made it.

    Args:
        encoder: Any.
        recipe: How it was made; nothing in a plain call.
    """
    meta = encoder.meta
    if meta.get("architecture") == PIXELS:
        return PIXELS_NAME
    said = meta.get("title")
    method = recipe["method"] if recipe else meta.get("fit", {}).get("method")
    method = method or meta.get("objective")
    if said is None and method in (None, RANDOM):
        return random_name(encoder)
    words = [str(said or registry.find("encoder", str(method)).method.title)]
    stop_at = recipe["params"].get("stop_at") if recipe else None
    if stop_at is not None:
        words.append(f"step {stop_at:,}")
    return ", ".join(words)


def random_name(encoder: Readable | None) -> str:
    """Return what an encoder before any training is called."""
    return f"Random weights ({'small ViT' if encoder is None else _network(encoder.meta)})"


def _network(meta: dict[str, Any]) -> str:
    """Name a network without what it learned: `ViT-micro, 32 px`, `resnet50`."""
    config = meta["config"]
    if "name" in config:
        return str(config["name"]).partition(_WEIGHTS)[0]
    kind = config.get("kind", meta["architecture"])
    size = _size(kind, config)
    return f"{_KINDS.get(kind, kind)}{size}, {meta['preprocess']['image_size']} px"


def _size(kind: str, config: dict[str, Any]) -> str:
    for name, sizes in SIZES.get(kind, {}).items():
        if sizes.items() <= config.items():
            return f"-{name}"
    if kind == "resnet":  # as He et al. (2016) count: convolutions of the blocks, and both ends
        deep = config["block"] == "bottleneck"
        return f"-{sum(config['layers']) * (3 if deep else 2) + 2}"
    width = config.get("embed_dim", config.get("width"))
    return f" of {config['depth']} blocks of {width}"
