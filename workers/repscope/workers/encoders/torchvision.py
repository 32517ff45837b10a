"""Every classification model of torchvision, by name."""

import re
from functools import partial
from pathlib import Path
from typing import Any

import torch
from pydantic import Field
from torch import nn

from repscope.core.downloads import DOWNLOAD_FORMAT, Downloads
from repscope.workers.context import Context, Readable, Result
from repscope.workers.encoders.foreign import Plan, loaders, make
from repscope.workers.encoders.named import NamedParams, unknown
from repscope.workers.encoders.preprocess import Preprocess
from repscope.workers.encoders.published import Source, weights
from repscope.workers.fetching import Heard
from repscope.workers.registry import register

#: Beside the datasets of torchvision, whose downloads have its plain name.
LIBRARY = "torchvision"
#: These draw their weights from a truncated normal, value by value, unless they are told not to.
_SLOW_TO_DRAW = ("googlenet", "inception_v3")


class Params(NamedParams):
    """Which model."""

    name: str = Field(
        max_length=100,
        pattern=r"^[a-z0-9_]+(\.[A-Za-z0-9_]+)?$",
        description="its name in torchvision, such as resnet50 or vit_b_16; which of its weights "
        "may follow after a point: resnet50.IMAGENET1K_V1",
        json_schema_extra={"format": DOWNLOAD_FORMAT, "fetchedIf": "pretrained"},
    )


def plan_of(artifact: Readable) -> Plan:
    """Return how the network of an artifact is built."""
    preprocess = Preprocess.from_json(artifact.meta["preprocess"])
    return plan(artifact.meta["config"]["name"], preprocess)


load, untrained = loaders(plan_of)


@register(
    "encoder",
    "torchvision",
    version=1,
    title="torchvision model",
    params=Params,
    output="encoder",
    seeded=True,
    cost={"constant": 10.0},
)
def torchvision(context: Context, params: Params) -> Result:
    """A network of torchvision by its name, as it was published or untrained.

    Images are resized, cropped and normalized as the model's weights want it, unless another way is
    asked for. Every layer of the network can be read; the last is what its classifier would be
    given. Published weights are downloaded once, from their publisher and under their license.
    """
    preprocess = params.preprocess(own_preprocess(params.name))
    published = partial(fetch, context.downloads, params.name, context.progress)
    return make(context, plan(params.name, preprocess), published if params.pretrained else None)


def knows(name: str) -> bool:
    """Tell whether torchvision has a model of this name, and weights where the name says which."""
    from torchvision import models

    own, _, tag = name.partition(".")
    if own not in models.list_models(models):
        return False
    return not tag or tag in models.get_model_weights(own).__members__


def fetch(downloads: Downloads, name: str, heard: Heard) -> Path:
    """Return the file of a model's published weights; it is downloaded unless it is here.

    Raises:
        InvalidRecipe: There is no such model.
        MethodFailed: They cannot be had.
    """
    url = _published(name).url
    filename = url.rsplit("/", 1)[-1]
    checksum = re.search(r"-([0-9a-f]{8,})\.pth$", filename)
    source = Source(url, filename, sha256=checksum[1] if checksum else "")
    return weights(downloads, LIBRARY, name, [source], heard)


def own_preprocess(name: str) -> Preprocess:
    """Return how a model wants its images.

    Raises:
        InvalidRecipe: torchvision has no such model.
    """
    wanted = _published(name).transforms()
    return Preprocess(
        wanted.crop_size[0],
        3,
        tuple(wanted.mean),
        tuple(wanted.std),
        wanted.resize_size[0],
        wanted.interpolation.value,
    )


def _published(name: str) -> Any:
    """Return torchvision's entry of the weights that a name means."""
    from torchvision import models

    own, _, tag = name.partition(".")
    if not knows(name):
        raise unknown("torchvision", name, models.list_models(models))
    entries = models.get_model_weights(own)
    return entries[tag] if tag else entries.DEFAULT


def plan(name: str, preprocess: Preprocess) -> Plan:
    """Return how a model is built."""
    return Plan(LIBRARY, name, preprocess, partial(_build, name, preprocess.image_size))


def _build(name: str, image_size: int, file: Path | None) -> nn.Module:
    """Return a model without its classifier, its weights from a file or drawn at random."""
    from torchvision import models

    own = name.partition(".")[0]
    options: dict[str, Any] = {}
    if own in _SLOW_TO_DRAW:
        options = {"init_weights": False, "aux_logits": file is not None}
    if file is not None and own == "googlenet":
        options["transform_input"] = False
    if own.startswith("vit_"):
        options["image_size"] = image_size
    model: nn.Module = models.get_model(own, weights=None, **options)
    if file is not None:
        given = torch.load(file, map_location="cpu", weights_only=True)
        if own.startswith("vit_"):
            # Positions of images of another size are those of the model's own, scaled.
            given = models.vision_transformer.interpolate_embeddings(
                image_size, model.patch_size, given
            )
        model.load_state_dict(given)
        if own in _SLOW_TO_DRAW:
            _forget_side_outputs(model)
    linear = [path for path, module in model.named_modules() if isinstance(module, nn.Linear)]
    if linear:
        model.set_submodule(linear[-1], nn.Identity())
    return model


def _forget_side_outputs(model: nn.Module) -> None:
    """Drop the classifiers beside the network, which are used in training alone."""
    model.aux_logits = False  # type: ignore[assignment]
    for name in ("aux1", "aux2", "AuxLogits"):
        if hasattr(model, name):
            setattr(model, name, None)
