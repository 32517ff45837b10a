"""How a class becomes an objective of the catalogue, and comes back from its artifact."""

import inspect
from collections.abc import Callable
from typing import Any, TypeVar

from safetensors.torch import load_file

from repscope.core.catalogue import Input
from repscope.core.errors import InvalidRecipe
from repscope.workers import registry
from repscope.workers.context import Context, Readable, Result
from repscope.workers.encoders.network import build
from repscope.workers.encoders.preprocess import Preprocess
from repscope.workers.training.loop import train
from repscope.workers.training.objective import (
    Batch,
    DataFacts,
    Objective,
    Samples,
    Terms,
)
from repscope.workers.training.params import ObjectiveParams
from repscope.workers.training.schedule import Clock

__all__ = [
    "Batch",
    "DataFacts",
    "Objective",
    "ObjectiveParams",
    "Samples",
    "Terms",
    "load",
    "register",
]

Kind = TypeVar("Kind", bound=type[Objective])

_INPUTS = [
    Input(name="dataset", kind="dataset", description="the images to learn from"),
    Input(
        name="start",
        kind="encoder",
        optional=True,
        description="an encoder whose weights to begin with",
    ),
]
#: Seconds of one core per image of 32 pixels, forward and backward, by backbone: measured on an
#: EPYC with AVX2. A training that runs beside other work has all cores but one.
PASS = {
    "vit_micro": 4.0e-3,
    "vit_tiny": 3.0e-2,
    "vit_small": 1.2e-1,
    "vit_base": 4.9e-1,
    "resnet9": 2.5e-2,
    "resnet18": 4.8e-2,
    "cnn_nano": 4.2e-4,
    "cnn_micro": 8.4e-4,
    "cnn": 2.1e-3,
}
#: Passes that a snapshot's measurement takes as long as.
_SNAPSHOT = 1_000.0
#: Seconds to bring images to size, and to write.
_CONSTANT = 4.0

_classes: dict[str, type[Objective]] = {}


def register(
    name: str,
    params: type[ObjectiveParams],
    *,
    version: int,
    title: str,
    citation: str,
    cost: float = 1.0,
    own_cost: float = 0.0,
) -> Callable[[Kind], Kind]:
    """Register the decorated class as the objective `name`, the method `encoder/name`.

    The first line of its docstring is the summary in the chooser, the rest the explanation.

    Args:
        name: Its name, and the name of its file.
        params: Class of its parameters.
        version: Raised whenever the output changes.
        title: Name for people.
        citation: The paper, as it ends the explanation.
        cost: Work per image, in forward and backward passes of the whole image.
        own_cost: Seconds of one core per image besides, such as of a decoder.
    """

    def decorate(kind: Kind) -> Kind:
        def method(
            context: Context,
            params: ObjectiveParams,
            dataset: Readable,
            start: Readable | None = None,
        ) -> Result:
            return train(context, name, kind, params, dataset, start)

        method.__doc__ = f"{inspect.getdoc(kind)}\n\n{citation}"
        method.__module__ = kind.__module__
        registry.register(
            "encoder",
            name,
            version=version,
            title=title,
            params=params,
            inputs=_INPUTS,
            output="encoder",
            queue="train",
            seeded=True,
            cost=_costs(cost, own_cost),
            source=kind,
        )(method)
        _classes[name] = kind
        return kind

    return decorate


def _costs(passes: float, own: float) -> dict[str, float]:
    """Return seconds per unit of what a training is estimated by; see `registry.register`."""
    costs = {"constant": _CONSTANT}
    if own:
        costs["rows*params.epochs"] = own
    for backbone, seconds in PASS.items():
        chosen = f"params.backbone={backbone}"
        costs[f"rows*params.epochs*{chosen}"] = round(passes * seconds, 5)
        costs[f"params.snapshots*{chosen}"] = round(_SNAPSHOT * seconds, 2)
    return costs


def load(artifact: Readable, device: str = "cpu") -> Objective:
    """Load an objective as it was trained, decoder and heads included.

    So a trained masked autoencoder can be asked for `forward_encoder` and `forward_decoder`.

    Raises:
        InvalidRecipe: The encoder was not trained by an objective.
    """
    meta = artifact.meta
    if "objective" not in meta:
        raise InvalidRecipe("This encoder was not trained here; it has no decoder and no heads.")
    method = registry.find("encoder", meta["objective"])
    kind = _classes[meta["objective"]]
    preprocess = Preprocess.from_json(meta["preprocess"])
    facts = DataFacts(
        preprocess.image_size,
        preprocess.channels,
        preprocess.mean,
        preprocess.std,
        meta.get("classes"),
    )
    backbone = build(meta["architecture"], meta["config"])
    params: Any = method.params.model_validate(meta["params"])
    objective = kind(backbone, params, facts)
    run = meta["run"]
    objective.clock = Clock(run["step"], run["steps"], run["steps_per_epoch"])
    objective.begin_from(load_file(artifact.file("weights.safetensors")))
    return objective.to(device).eval()
