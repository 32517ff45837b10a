"""Torch's generators: seeded for one purpose, kept and set back."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch


@contextmanager
def own_randomness(seed: int, device: str) -> Iterator[None]:
    """Let torch draw from a seed; afterwards its generators go on as if nothing had been drawn."""
    with torch.random.fork_rng(devices=[] if device == "cpu" else [device]):
        torch.manual_seed(seed)
        yield


def random_state(device: str) -> dict[str, Any]:
    """Return the state of torch's generators."""
    state = {"cpu": torch.get_rng_state()}
    if device != "cpu":
        state["cuda"] = torch.cuda.get_rng_state(device)
    return state


def set_random_state(state: dict[str, Any], device: str) -> None:
    """Let torch's generators go on from a state."""
    torch.set_rng_state(state["cpu"])
    if device != "cpu":
        torch.cuda.set_rng_state(state["cuda"], device)
