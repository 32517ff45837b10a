"""Making things with plain calls, as a notebook would."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from repscope.core.uploads import UploadStore
from repscope.workers.context import Context, Result
from repscope.workers.folder import temporary_folder
from repscope.workers.registry import find


def make(
    kind: str, method: str, params: dict[str, Any] | None = None, seed: int = 0, **inputs: Any
) -> Result:
    """Run one method."""
    context = Context.local(seed, uploads=uploads(), downloads=downloads())
    return find(kind, method).call(context, params or {}, inputs)


@cache
def uploads() -> Path:
    """Where these calls find what somebody brought."""
    return temporary_folder()


@cache
def downloads() -> Path:
    """Where these calls find what was fetched by name."""
    return temporary_folder()


def upload(data: bytes, folder: Path | None = None) -> str:
    """Bring a file; returns its checksum."""
    with UploadStore(folder or uploads()).receive(limit=2**30, floor=0) as incoming:
        incoming.write(data)
        return incoming.keep().sha256


def make_recipe(recipe: dict[str, Any]) -> Result:
    """Run a nested recipe; what was made once is there for all that have it as an input."""
    return _made(json.dumps(recipe, sort_keys=True))


@cache
def _made(text: str) -> Result:
    recipe = json.loads(text)
    inputs = {
        name: [make_recipe(each) for each in value]
        if isinstance(value, list)
        else make_recipe(value)
        for name, value in recipe.get("inputs", {}).items()
    }
    return make(
        recipe["kind"], recipe["method"], recipe.get("params"), recipe.get("seed", 0), **inputs
    )


def embedding(features: Any) -> Result:
    """Wrap an array as the embedding that an analysis reads."""
    return Result({"features": features}, {"layer": "given", "layers": []})
