"""Recipes that several tests submit."""

from typing import Any


def embedding(dataset: dict[str, Any] | None = None) -> dict[str, Any]:
    """The raw pixels of a dataset, which is `digits` unless another is given."""
    return {
        "kind": "embedding",
        "method": "embed",
        "inputs": {
            "dataset": dataset or {"kind": "dataset", "method": "digits"},
            "encoder": {"kind": "encoder", "method": "pixels"},
        },
    }


def projection(method: str = "pca", **params: Any) -> dict[str, Any]:
    """A map of the digits' pixels."""
    return {
        "kind": "projection",
        "method": method,
        "inputs": {"embedding": embedding()},
        "params": params,
    }
