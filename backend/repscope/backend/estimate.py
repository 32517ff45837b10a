"""How long a recipe will take, from what its methods say they cost."""

import math
from collections.abc import Iterable
from typing import Any

from repscope.core.artifacts import ArtifactStore
from repscope.core.resolve import Node


def estimate(nodes: Iterable[Node], store: ArtifactStore) -> float | None:
    """Add up the cost of everything that is missing.

    Args:
        nodes: Inputs before what needs them.
        store: What is there already, and how large it is.

    Returns:
        Seconds; nothing when a method says no cost, or the size of its input is not known yet.
    """
    total: float | None = 0.0
    sizes: dict[str, dict[str, float]] = {}
    for node in nodes:
        known: dict[str, float] = {}
        for input_id in node.input_ids:
            known |= sizes[input_id]
        if store.exists(node.id):
            known |= _sizes_of(store, node.id)
        else:
            seconds = _cost(node, known)
            total = None if total is None or seconds is None else total + seconds
        sizes[node.id] = known
    return total


def _sizes_of(store: ArtifactStore, artifact_id: str) -> dict[str, float]:
    """Read the sizes that costs are counted in from a finished artifact."""
    manifest = store.open(artifact_id).manifest
    sizes: dict[str, float] = {}
    if (images := manifest.arrays.get("images")) is not None:
        rows, *image = images.shape
        sizes = {"rows": rows, "pixels": math.prod(image)}
    if (mixed := manifest.arrays.get("sizes")) is not None:
        # Only the largest height and width are known without a look at all images.
        image = [manifest.meta.get(name, 1) for name in ("height", "width", "channels")]
        sizes = {"rows": mixed.shape[0], "pixels": math.prod(image)}
    if (features := manifest.arrays.get("features")) is not None and len(features.shape) == 2:
        rows, width = features.shape
        sizes = {"rows": rows, "width": width}
    return sizes


def _cost(node: Node, sizes: dict[str, float]) -> float | None:
    if not node.method.cost:
        return None
    seconds = 0.0
    for term, coefficient in node.method.cost.items():
        factors = [_factor(name, sizes, node.recipe["params"]) for name in term.split("*")]
        if any(factor is None for factor in factors):
            return None
        seconds += coefficient * math.prod(factor for factor in factors if factor is not None)
    return seconds


def _factor(name: str, sizes: dict[str, float], params: dict[str, Any]) -> float | None:
    if name == "constant":
        return 1.0
    if name.startswith("params."):
        name, _, expected = name.removeprefix("params.").partition("=")
        value: Any = params.get(name)
        if expected:
            return float(str(value) == expected)
        numeric = isinstance(value, int | float) and not isinstance(value, bool)
        return value if numeric else None
    return sizes.get(name)
