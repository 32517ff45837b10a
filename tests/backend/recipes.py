"""Recipes that several tests ask for."""

from typing import Any

DIGITS: dict[str, Any] = {"kind": "dataset", "method": "digits"}
PIXELS: dict[str, Any] = {"kind": "encoder", "method": "pixels"}
EMBEDDING: dict[str, Any] = {
    "kind": "embedding",
    "method": "embed",
    "inputs": {"dataset": DIGITS, "encoder": PIXELS},
}
MAP: dict[str, Any] = {"kind": "projection", "method": "pca", "inputs": {"embedding": EMBEDDING}}
GRAPH: dict[str, Any] = {"kind": "neighbors", "method": "knn", "inputs": {"embedding": EMBEDDING}}
ATLAS: dict[str, Any] = {"kind": "atlas", "method": "sprites", "inputs": {"dataset": DIGITS}}

UNKNOWN = "0" * 32


def shapes(**params: Any) -> dict[str, Any]:
    return {"kind": "dataset", "method": "shapes", "params": params}
