"""A network from a file of its weights, whoever wrote it."""

from functools import partial
from os.path import commonprefix
from pathlib import Path
from typing import Any

from pydantic import Field
from torch import nn

from repscope.core.errors import InvalidRecipe
from repscope.workers.context import Context, Readable, Result
from repscope.workers.encoders.checkpoints.building import build, preprocess_of, resized
from repscope.workers.encoders.checkpoints.card import card_of
from repscope.workers.encoders.checkpoints.fitting import FILE, check, taken
from repscope.workers.encoders.checkpoints.found import Hints
from repscope.workers.encoders.checkpoints.recognition import recognized, under
from repscope.workers.encoders.foreign import Plan, keep, loaders
from repscope.workers.encoders.named import PreparedParams
from repscope.workers.encoders.preprocess import Preprocess
from repscope.workers.files.params import Title, Upload
from repscope.workers.files.weights import open_weights
from repscope.workers.registry import MethodParams, register

ARCHITECTURE = "checkpoint"
#: Tensors that were left out and are named in `meta`.
_NAMED = 20


class _File(MethodParams):
    upload: Upload = Field(
        description="SHA-256 of a .safetensors, .pth or .pt file with the weights of a network"
    )
    title: Title | None = Field(None, description="name for people")
    heads: int | None = Field(
        None,
        ge=1,
        le=256,
        description="attention heads of a block of a Vision Transformer, which no file tells; "
        "empty for those of its family, mostly one for every 64 numbers",
    )
    norm_pix: bool = Field(
        False,
        title="Normalized patches",
        description="whether the decoder of a masked autoencoder guesses each patch less its mean "
        "and divided by its deviation, which is told by files that were downloaded here alone",
    )
    name: str | None = Field(
        None,
        max_length=100,
        pattern=r"^[a-z0-9_]+(\.[A-Za-z0-9_]+)?$",
        description="its model in timm or torchvision; only where the file is of no family that is "
        "known by its tensors",
    )


class Params(PreparedParams, _File):
    """Which file, and what it cannot tell."""


def plan_of(artifact: Readable) -> Plan:
    """Return how the network of an artifact is built."""
    preprocess = Preprocess.from_json(artifact.meta["preprocess"])
    return _plan(artifact.meta["config"], artifact.meta["family"], preprocess)


load, untrained = loaders(plan_of)


@register(
    "encoder",
    "checkpoint",
    version=2,
    title="Your checkpoint",
    params=Params,
    output="encoder",
    cost={"constant": 15.0},
)
def checkpoint(context: Context, params: Params) -> Result:
    """A network from a file of its weights, recognized by the names and shapes of its tensors.

    Files of MAE (with its decoder, which then draws), DINO, DINOv2, MoCo, SimCLR, torchvision, timm
    and lightly are known, and what was downloaded here. Wrappers and prefixes of a training are
    passed, and of a student and its teacher the teacher is taken; heads are left out. Positions
    are scaled to another image size. How images are prepared is told by files that were downloaded
    here; of others, empty is the way of its family. The file is read as tensors alone, by a process
    that can do no harm.
    """
    context.progress(None, "reading the file")
    with open_weights(context.upload(params.upload), FILE) as file:
        shapes = {key: each.shape for key, each in file.declared.items()}
        card = card_of(file.words)
        path, found = recognized(shapes, card.hints(Hints(params.heads, params.name)))
        usual = card.prepared(preprocess_of(found.network, found.interpolation))
        preprocess = params.preprocess(usual)
        _check_size(found.network, preprocess.image_size)
        wanted = _plan(found.network, found.family, usual).outline().state_dict()
        check(found, under(shapes, path), wanted)
        weights, beside = taken(
            file, path, found, wanted, lambda share: context.progress(share, "reading the weights")
        )
    plan = _plan(found.network, found.family, preprocess)
    network = plan.outline()
    weights, beside = resized(weights, network, beside)
    network.load_state_dict(weights, assign=True)
    used = {f"{path}{key}" for key in (*found.keys.values(), *found.decoder.values())}
    left = [key for key in shapes if key not in used]
    left.sort(key=lambda key: -len(commonprefix([key, path])))  # heads before other networks
    said: dict[str, Any] = {
        "config": found.network,
        "family": found.family,
        "title": params.title or card.title or found.family,
        "source": f"a file with the SHA-256 {params.upload}",
        "beside": {"count": len(left), "names": left[:_NAMED]},
    }
    if beside:
        said["decoder"] = {"objective": "mae", "norm_pix": params.norm_pix or card.norm_pix}
    return keep(context, plan, network, said, beside)


def _plan(network: dict[str, Any], name: str, preprocess: Preprocess) -> Plan:
    return Plan(ARCHITECTURE, name, preprocess, partial(_built, network, preprocess.image_size))


def _built(network: dict[str, Any], image_size: int, file: Path | None) -> nn.Module:
    assert file is None
    return build(network, image_size)


def _check_size(network: dict[str, Any], image_size: int) -> None:
    patch = network.get("patch_size", 1)
    if image_size % patch:
        raise InvalidRecipe(
            f"'image_size' must be a multiple of the patches' side, {patch}; it is {image_size}.",
            field="params.image_size",
        )
