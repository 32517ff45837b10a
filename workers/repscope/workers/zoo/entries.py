"""Which encoders come with Repscope, and the recipe of each."""

from dataclasses import dataclass
from typing import Any

from repscope.workers.zoo.baselines import Name as Baseline


@dataclass(frozen=True)
class Entry:
    """One encoder of the zoo.

    Attributes:
        name: In recipes, and of its file.
        title: Name for people.
        recipe: What makes it.
        beats: What it has to beat on rows that it was not trained on.
        snapshots: Whether the snapshots of its run are kept too.
        unneeded: How names of weights begin that are not kept.
    """

    name: str
    title: str
    recipe: dict[str, Any]
    beats: Baseline
    snapshots: bool = False
    unneeded: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Images:
    """What encoders are trained on."""

    name: str
    words: str
    recipe: dict[str, Any]


_DIGITS = _Images("digits", "handwritten digits", {"kind": "dataset", "method": "digits"})
_SHAPES = _Images(
    "shapes",
    "shapes",
    {"kind": "dataset", "method": "shapes", "params": {"count": 10_000}},
)
_FASHION = _Images(
    "fashion",
    "Fashion-MNIST",
    {"kind": "dataset", "method": "torchvision", "params": {"name": "FashionMNIST"}},
)

#: What each objective has to beat, and its name in titles.
_OBJECTIVES: dict[str, tuple[str, Baseline]] = {
    "autoencoder": ("Autoencoder", "components"),
    "dino": ("DINO", "neighbors"),
    "mae": ("Masked autoencoder", "inpainting"),
    "simclr": ("SimCLR", "neighbors"),
    "supervised": ("Supervised", "neighbors"),
    "vae": ("Variational autoencoder", "bound"),
}


def _entry(objective: str, images: _Images, *, kept: int = 0, **params: Any) -> Entry:
    """Describe an encoder; `kept` is the number of its snapshots that are kept too."""
    title, beats = _OBJECTIVES[objective]
    recipe = {
        "kind": "encoder",
        "method": objective,
        "inputs": {"dataset": images.recipe},
        "params": {**params, "snapshots": max(1, kept)},
    }
    name = f"{objective}_{images.name}"
    # Half of DINO's weights are its head's, which nothing looks at.
    unneeded = ("head.",) if objective == "dino" else ()
    return Entry(name, f"{title} ({images.words})", recipe, beats, kept > 0, unneeded)


#: Digits are few: more of them are held out, so that a percent is more than two images.
_FEW: dict[str, Any] = {"held_out": 0.25, "backbone": "cnn_nano", "batch_size": 64}
_DRAWN: dict[str, Any] = {"backbone": "cnn_micro", "batch_size": 64}

ENTRIES = [
    _entry("autoencoder", _DIGITS, **_FEW, code=8, epochs=60, learning_rate=2e-3),
    _entry("autoencoder", _SHAPES, **_DRAWN, code=16, epochs=15, learning_rate=2e-3),
    _entry("mae", _DIGITS, held_out=0.25, batch_size=64, epochs=60, crop=0.8, flip=False),
    _entry("mae", _SHAPES, batch_size=64, epochs=6),
    _entry("mae", _FASHION, batch_size=64, epochs=1),
    _entry(
        "supervised", _DIGITS, kept=6, **_FEW, epochs=16, crop=0.7, flip=False, learning_rate=4e-3
    ),
    _entry("supervised", _SHAPES, **_DRAWN, epochs=15, crop=0.6, flip=False),
    _entry("simclr", _SHAPES, backbone="cnn_micro", batch_size=128, epochs=6, crop=0.4),
    _entry(
        "dino",
        _SHAPES,
        **_DRAWN,
        epochs=30,
        learning_rate=1e-3,
        color=0.8,
        global_crop=0.5,
        local_crops=2,
        outcomes=512,
        freeze_last_layer=0.2,
        warmup_teacher_temperature_epochs=5,
        flip=False,
    ),
    _entry("vae", _DIGITS, **_FEW, code=8, epochs=60, learning_rate=2e-3),
    _entry("vae", _SHAPES, **_DRAWN, code=16, epochs=15, learning_rate=2e-3),
]


def find(name: str) -> Entry:
    """Return an entry.

    Raises:
        KeyError: There is none of that name; the message names those that are there.
    """
    for entry in ENTRIES:
        if entry.name == name:
            return entry
    raise KeyError(f"There is no {name!r}; there are {', '.join(each.name for each in ENTRIES)}.")
