"""Where the encoders that come with Repscope lie, and what their files say of them.

One file an encoder, `NAME.safetensors`, and one a snapshot, `NAME.STEP.safetensors`. The card in
its header is what the run said of itself and the recipe that makes it again; `shelved` reads the
rest.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors import safe_open

_SUFFIX = ".safetensors"


@dataclass(frozen=True)
class Card:
    """What a file says of its encoder.

    Attributes:
        title: Name for people.
        recipe: What makes it again.
        beats: How it did on held-out images beside what it had to beat.
        meta: What the run said of itself.
        metrics: What was measured at its end.
    """

    title: str
    recipe: dict[str, Any]
    beats: dict[str, Any]
    meta: dict[str, Any]
    metrics: dict[str, float]


def folder() -> Path:
    """Return where the files lie."""
    return Path(__file__).with_name("weights")


def titles() -> dict[str, str]:
    """Return the titles of the encoders that are there, by their names, snapshots aside."""
    paths = (path for path in sorted(folder().glob(f"*{_SUFFIX}")) if path.stem.isidentifier())
    return {path.stem: read_card(path).title for path in paths}


def place(name: str, step: int | None = None, shelf: Path | None = None) -> Path:
    """Return the file of an encoder, or of one of its snapshots."""
    return (shelf or folder()) / f"{name}{'' if step is None else f'.{step}'}{_SUFFIX}"


def steps(name: str, shelf: Path | None = None) -> list[int]:
    """Return the steps of an encoder's snapshots that are there."""
    found = (shelf or folder()).glob(f"{name}.*{_SUFFIX}")
    return sorted(int(path.name.split(".")[1]) for path in found)


def read_card(path: Path) -> Card:
    """Read what a file says of its encoder, without its weights."""
    with safe_open(path, "np") as file:
        return Card(**json.loads(file.metadata()["card"]))
