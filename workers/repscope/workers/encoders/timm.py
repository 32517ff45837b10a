"""Every model of timm, by name (Wightman, 2019, "PyTorch Image Models")."""

from functools import partial
from pathlib import Path
from typing import Any

from pydantic import Field
from torch import nn

from repscope.core.downloads import DOWNLOAD_FORMAT, Downloads
from repscope.core.errors import InvalidRecipe
from repscope.workers.context import Context, Readable, Result
from repscope.workers.encoders.foreign import Plan, loaders, make
from repscope.workers.encoders.named import NamedParams, unknown
from repscope.workers.encoders.preprocess import Preprocess
from repscope.workers.encoders.published import Source, weights
from repscope.workers.fetching import Heard
from repscope.workers.registry import register

LIBRARY = "timm"
#: How timm calls the weights in a repository, and how it called them before.
_HUB_FILES = ["model.safetensors", "pytorch_model.bin"]


class Params(NamedParams):
    """Which model."""

    name: str = Field(
        max_length=100,
        pattern=r"^[a-z0-9_]+(\.[a-z0-9_]+)?$",
        description="its name in timm, such as vit_small_patch16_224.dino or resnet50",
        json_schema_extra={"format": DOWNLOAD_FORMAT, "fetchedIf": "pretrained"},
    )


def plan_of(artifact: Readable) -> Plan:
    """Return how the network of an artifact is built."""
    preprocess = Preprocess.from_json(artifact.meta["preprocess"])
    return plan(artifact.meta["config"]["name"], preprocess)


load, untrained = loaders(plan_of)


@register(
    "encoder",
    "timm",
    version=1,
    title="timm model",
    params=Params,
    output="encoder",
    seeded=True,
    cost={"constant": 10.0},
)
def timm(context: Context, params: Params) -> Result:
    """A network of timm by its name, as it was published or untrained.

    Images are resized, cropped and normalized as the model's own configuration says, unless another
    way is asked for; a model that pads its images is given their center instead. Every layer of the
    network can be read; the last is what its classifier would be given. Published weights are
    downloaded once, from their publisher and under their license. Beside them, the same network
    with weights drawn at random shows what the architecture gives for free.
    """
    preprocess = params.preprocess(own_preprocess(params.name))
    published = partial(fetch, context.downloads, params.name, context.progress)
    return make(context, plan(params.name, preprocess), published if params.pretrained else None)


def knows(name: str) -> bool:
    """Tell whether timm has a model of this name, and weights where the name says which."""
    import timm

    return timm.is_model(name) and ("." not in name or timm.get_pretrained_cfg(name) is not None)


def fetch(downloads: Downloads, name: str, heard: Heard) -> Path:
    """Return the file of a model's published weights; it is downloaded unless it is here.

    Raises:
        InvalidRecipe: There are none.
        MethodFailed: They cannot be had.
    """
    config = _config(name)
    sources = []
    if config is not None and config.hf_hub_id:
        files = [config.hf_hub_filename] if config.hf_hub_filename else _HUB_FILES
        sources = [Source.on_hub(config.hf_hub_id, file) for file in files]
    elif config is not None and config.url:
        sources = [Source(config.url, config.url.rsplit("/", 1)[-1])]
    if not sources:
        raise InvalidRecipe(
            f"No weights of {name} are published; switch 'pretrained' off, or choose one of its "
            "names with weights.",
            field="params.pretrained",
        )
    return weights(downloads, LIBRARY, name, sources, heard)


def own_preprocess(name: str) -> Preprocess:
    """Return how a model wants its images.

    Raises:
        InvalidRecipe: timm has no such model.
    """
    from timm.data.config import resolve_data_config

    config = _config(name)
    given = resolve_data_config(pretrained_cfg={} if config is None else config.to_dict())
    channels, size, _ = given["input_size"]
    return Preprocess(
        size,
        channels,
        tuple(given["mean"]),
        tuple(given["std"]),
        int(size / given["crop_pct"]),
        "bilinear" if given["interpolation"] == "bilinear" else "bicubic",
        "squash" if given["crop_mode"] == "squash" else "crop",
    )


def _config(name: str) -> Any:
    """Return timm's configuration of a model, nothing where it has none."""
    import timm

    if not knows(name):
        raise unknown("timm", name, timm.list_models(pretrained=True) + timm.list_models())
    return timm.get_pretrained_cfg(name)


def plan(name: str, preprocess: Preprocess) -> Plan:
    """Return how a model is built."""
    return Plan(LIBRARY, name, preprocess, partial(_build, name, preprocess.image_size))


def _build(name: str, image_size: int, file: Path | None) -> nn.Module:
    """Return a model without its classifier, its weights from a file or drawn at random."""
    import timm

    options: dict[str, Any] = {}
    config = _config(name)
    if config is not None and config.fixed_input_size and image_size != config.input_size[1]:
        options["img_size"] = image_size
    if file is not None:
        given = timm.models.load_state_dict(str(file), weights_only=True)
        options |= {"pretrained": True, "pretrained_cfg_overlay": {"state_dict": given}}
    model: nn.Module = timm.create_model(name, num_classes=0, **options)
    return model
