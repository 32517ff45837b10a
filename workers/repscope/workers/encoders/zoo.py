"""Encoders that come with Repscope."""

from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, Field
from safetensors.torch import save_file

from repscope.core.errors import InvalidRecipe
from repscope.core.params import normalize
from repscope.core.recipes import Recipe, normalized_id
from repscope.workers import registry
from repscope.workers.context import Context, Result
from repscope.workers.encoders import shelf, shelved
from repscope.workers.registry import MethodParams, register

WEIGHTS = "weights.safetensors"

_TITLES = shelf.titles()


def _known(name: str) -> str:
    if name not in _TITLES:
        raise ValueError(f"there is no encoder {name!r}; there are {', '.join(_TITLES)}")
    return name


class Params(MethodParams):
    """Which of them."""

    name: Annotated[str, AfterValidator(_known)] = Field(
        next(iter(_TITLES), ""),
        max_length=64,
        description="objective, and the images that it was trained on",
        json_schema_extra={"enum": list(_TITLES), "enumTitles": list(_TITLES.values())},
    )
    stop_at: int | None = Field(
        None,
        ge=0,
        le=100_000_000,
        description="step of the training at which to look at it, where snapshots of it were kept; "
        "empty for its end",
    )


@register(
    "encoder",
    "zoo",
    version=2,
    title="Trained already",
    params=Params,
    output="encoder",
    cost={"constant": 0.5},
)
def zoo(context: Context, params: Params) -> Result:
    """A small encoder that was trained beforehand and comes with Repscope.

    Each was trained here, by a recipe that makes it again, and is kept because it does better on
    images that it was not trained on than what needs no training: raw pixels and its own random
    weights in finding neighbors, principal components in drawing an image from a few numbers, or
    the filling of gaps from their borders. Its weights have half precision. It takes any images,
    and is at its best on those like its own.
    """
    path = shelf.place(params.name, params.stop_at)
    if not path.is_file():
        known = ", ".join(f"{step:,}" for step in shelf.steps(params.name))
        raise InvalidRecipe(
            f"'stop_at' must be a step of which {params.name} has a snapshot"
            + (f": {known}." if known else ", and it has none; leave it empty."),
            field="params.stop_at",
        )
    if params.stop_at is None and context.recipe is not None:
        # Its snapshots lie beside it, as those of a training do.
        for step in shelf.steps(params.name):
            recipe = Recipe.model_validate(context.recipe)
            recipe.params["stop_at"] = step
            result = _result(context, params.name, step, context.work / WEIGHTS)
            context.publish(recipe, result)
    return _result(context, params.name, params.stop_at, context.path(WEIGHTS))


def _result(context: Context, name: str, stop_at: int | None, target: Path) -> Result:
    """Read an encoder, or a snapshot of it, and write its weights to `target`."""
    card, weights, arrays = shelved.read(shelf.place(name, stop_at))
    save_file(weights, target)
    trained_on = card.recipe["inputs"]["dataset"]
    meta = card.meta | {
        "title": card.title,
        "run": card.meta["run"] | _run(context, name, card),
        "trained_by": card.recipe,
        "trained_on": normalized_id(_normalized(trained_on)),
        "beats": card.beats,
    }
    return Result(arrays, meta, card.metrics, {WEIGHTS: target})


def _run(context: Context, name: str, card: shelf.Card) -> dict[str, Any]:
    """Return what is said of the run's snapshots: those that were kept, and where they are."""
    run = card.meta["run"]
    there = shelf.steps(name)
    snapshots = []
    for snapshot in run["snapshots"]:
        step = snapshot["step"]
        if step not in there and step != run["steps"]:
            continue
        own = None
        if context.recipe is not None:
            stop_at = None if step == run["steps"] else step
            own = normalized_id({**context.recipe, "params": {"name": name, "stop_at": stop_at}})
        snapshots.append({**snapshot, "id": own})
    return {"snapshots": snapshots, "planned": [*there, run["steps"]]}


def _normalized(recipe: dict[str, Any]) -> dict[str, Any]:
    """Return the recipe of a dataset as its artifact would have it today."""
    method = registry.find(recipe["kind"], recipe["method"]).method
    params = normalize(recipe.get("params", {}), method.params, "params")
    return {
        "kind": method.kind,
        "method": method.method,
        "version": method.version,
        "inputs": {},
        "params": params,
        "seed": recipe.get("seed", 0),
    }
