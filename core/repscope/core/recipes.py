"""Recipes: the complete, canonical description of how one artifact is made."""

import hashlib
import json
import re
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

#: Deepest nesting of recipes inside recipes that a server reads.
MAX_DEPTH = 24
#: Most recipes that one submitted recipe may hold.
MAX_RECIPES = 2000

ID_PATTERN = r"^[0-9a-f]{32}$"
_ID = re.compile(r"[0-9a-f]{32}")

ArtifactId = Annotated[str, StringConstraints(pattern=ID_PATTERN)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]


class Recipe(BaseModel):
    """What to make, from what, and with which settings.

    `inputs` names other artifacts, by id or as nested recipes, single or as ordered lists.
    """

    model_config = ConfigDict(extra="forbid")

    kind: Name
    method: Name
    version: int | None = Field(
        None, ge=1, le=1_000_000, description="version of the method; the newest when left out"
    )
    inputs: dict[Name, "ArtifactId | Recipe | list[ArtifactId | Recipe]"] = Field(
        default_factory=dict, max_length=32
    )
    params: dict[str, Any] = Field(default_factory=dict, max_length=200)
    seed: int = Field(0, ge=0, le=2**32 - 1, description="start of every random draw")


def is_id(text: str) -> bool:
    """Tell whether `text` is written like an artifact's id."""
    return _ID.fullmatch(text) is not None


def canonical_json(value: Any) -> bytes:
    """Write `value` in the one form that is hashed: sorted keys, no spaces, ASCII.

    Raises:
        ValueError: for NaN and infinities, which JSON does not have.
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def recipe_id(
    kind: str,
    method: str,
    version: int,
    inputs: dict[str, str | list[str]],
    params: dict[str, Any],
    seed: int,
) -> str:
    """Hash a normalized recipe, its inputs given by id, into its artifact's id (32 hex digits)."""
    body = {
        "kind": kind,
        "method": method,
        "version": version,
        "inputs": inputs,
        "params": params,
        "seed": seed,
    }
    return hashlib.sha256(canonical_json(body)).hexdigest()[:32]


def normalized_id(recipe: dict[str, Any]) -> str:
    """Return the id of a normalized nested recipe, as a manifest holds it."""
    return recipe_id(
        recipe["kind"],
        recipe["method"],
        recipe["version"],
        input_ids(recipe),
        recipe["params"],
        recipe["seed"],
    )


def input_ids(recipe: dict[str, Any]) -> dict[str, str | list[str]]:
    """Return the ids of a normalized recipe's inputs, by name."""
    return {
        name: [normalized_id(each) for each in value]
        if isinstance(value, list)
        else normalized_id(value)
        for name, value in recipe["inputs"].items()
    }


def ingredients(recipe: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Iterate over a normalized nested recipe and all that it stands on, with their ids."""
    yield normalized_id(recipe), recipe
    for value in recipe["inputs"].values():
        for each in value if isinstance(value, list) else [value]:
            yield from ingredients(each)
