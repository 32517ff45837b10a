"""Recipes as they are written in Python."""

from collections.abc import Mapping
from typing import Any, Protocol, TypeGuard, runtime_checkable


@runtime_checkable
class Made(Protocol):
    """Something that knows how it is made: a job or an artifact."""

    @property
    def recipe(self) -> dict[str, Any]:
        """The nested recipe."""


class Recipe:
    """What to make, from what, and with which settings.

    Every keyword that is given a recipe, a job, an artifact, or a list of them, is an input; every
    other is a parameter. `repscope.catalogue` says which there are; the server says what does not
    fit.

        digits = Recipe("dataset", "digits")
        features = Recipe("embedding", "embed", dataset=digits, encoder=Recipe("encoder", "pixels"))
        Recipe("projection", "umap", embedding=features, n_neighbors=30, seed=7)
    """

    def __init__(
        self, kind: str, method: str, *, seed: int = 0, version: int | None = None, **given: Any
    ) -> None:
        """Write a recipe down; nothing is asked of the server yet.

        Args:
            kind: What it makes: dataset, encoder, embedding, neighbors, projection, ...
            method: How: digits, pixels, embed, knn, tsne, ...
            seed: Start of every random draw.
            version: Version of the method; the newest when left out.
            given: Inputs and parameters, by name.
        """
        self.kind = kind
        self.method = method
        self.seed = seed
        self.version = version
        self.inputs, self.params = split(given)

    @property
    def document(self) -> dict[str, Any]:
        """The recipe as the server reads it."""
        written: dict[str, Any] = {
            "kind": self.kind,
            "method": self.method,
            "inputs": self.inputs,
            "params": self.params,
            "seed": self.seed,
        }
        return written if self.version is None else {**written, "version": self.version}

    def __eq__(self, other: object) -> bool:
        """Tell whether both say the same."""
        return isinstance(other, Recipe) and self.document == other.document

    def __hash__(self) -> int:
        """Hash what does not nest."""
        return hash((self.kind, self.method, self.seed, self.version))

    def __repr__(self) -> str:
        """Show it as `projection/tsne(embedding=..., perplexity=30)`."""
        words = [f"{name}=..." for name in self.inputs]
        words += [f"{name}={value!r}" for name, value in self.params.items()]
        words += [f"seed={self.seed}"] if self.seed else []
        return f"{self.kind}/{self.method}({', '.join(words)})"


#: What can stand wherever a recipe is asked for; a mapping is the server's own way to write it.
RecipeLike = Recipe | Made | Mapping[str, Any]


def document_of(recipe: RecipeLike) -> dict[str, Any]:
    """Return a recipe as the server reads it."""
    if isinstance(recipe, Recipe):
        return recipe.document
    if isinstance(recipe, Mapping):
        return dict(recipe)
    return recipe.recipe


def split(given: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Tell inputs, as the server reads them, from parameters."""
    inputs: dict[str, Any] = {}
    params: dict[str, Any] = {}
    for name, value in given.items():
        if _is_input(value):
            inputs[name] = document_of(value)
        elif isinstance(value, list | tuple) and value and all(map(_is_input, value)):
            inputs[name] = [document_of(each) for each in value]
        else:
            params[name] = value
    return inputs, params


def _is_input(value: object) -> TypeGuard[Recipe | Made]:
    return isinstance(value, Recipe | Made)
