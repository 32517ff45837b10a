"""Which encoders can draw an image again, and how one is loaded and kept."""

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor

from repscope.core.errors import InvalidRecipe
from repscope.workers.context import Readable
from repscope.workers.encoders.preprocess import Preprocess
from repscope.workers.objectives import base
from repscope.workers.reconstruction import published
from repscope.workers.reconstruction.coded import ClassicalCoder, Coder, NetworkCoder

#: The layer that is decoded of each classical architecture; empty for the last.
DECODED = {"linear": "", "centers": "nearest", "dictionary": ""}
#: Models that stay loaded: A and B, and what was looked at just before.
_KEPT = 4


@dataclass(frozen=True)
class MaskedModel:
    """A masked autoencoder with its decoder.

    Attributes:
        mae: The objective.
        preprocess: Brings images to its size, with values between 0 and 1.
        device: Where it is.
    """

    mae: Any
    preprocess: Preprocess
    device: str

    @property
    def patch(self) -> int:
        """Side of a patch in pixels."""
        return int(self.mae.patch_size)

    @property
    def side(self) -> int:
        """Patches along a side."""
        return self.preprocess.image_size // self.patch

    @property
    def width(self) -> int:
        """Numbers of each token."""
        return int(self.mae.backbone.config.width)

    @property
    def normalized(self) -> bool:
        """Whether it guesses patches less their mean and divided by their deviation."""
        return bool(self.mae.params.norm_pix)

    def prepare(self, images: NDArray[Any]) -> Tensor:
        """Bring images to its size; see `Coder.prepare`."""
        return self.preprocess(images, self.device)


Model = MaskedModel | Coder

_models: OrderedDict[tuple[str, int, str], Model] = OrderedDict()
_lock = Lock()


def load(artifact: Readable, device: str) -> Model:
    """Load a model that can draw images, or return it if it is loaded.

    Args:
        artifact: An encoder.
        device: `cpu` or `cuda`.

    Raises:
        InvalidRecipe: It has no decoder.
    """
    layer = DECODED.get(artifact.meta.get("architecture", ""))
    if layer is not None:
        return ClassicalCoder(artifact, layer or artifact.meta["layers"][-1]["name"])
    beside = artifact.meta.get("decoder", {}).get("objective")
    objective = artifact.meta.get("objective", beside)
    if objective not in ("mae", "autoencoder", "vae"):
        raise InvalidRecipe(
            "This encoder has no decoder, so it cannot draw images; choose a masked autoencoder, "
            "an autoencoder, or an encoder fitted on the dataset that can be turned round, such "
            "as PCA.",
            field="inputs.encoder",
        )
    weights = artifact.file("weights.safetensors")
    key = (str(weights), weights.stat().st_mtime_ns, device)
    with _lock:
        if key not in _models:
            _models[key] = (
                _masked(artifact, device) if objective == "mae" else NetworkCoder(artifact, device)
            )
            while len(_models) > _KEPT:
                _models.popitem(last=False)
        _models.move_to_end(key)
        return _models[key]


def load_coder(artifact: Readable, device: str) -> Coder:
    """Load a model with a code; see `load`.

    Raises:
        InvalidRecipe: It has none.
    """
    model = load(artifact, device)
    if isinstance(model, MaskedModel):
        raise InvalidRecipe(
            "A masked autoencoder makes no short code of an image; choose an autoencoder, a "
            "variational one or PCA.",
            field="inputs.encoder",
        )
    return model


def _masked(artifact: Readable, device: str) -> MaskedModel:
    has_run = "objective" in artifact.meta
    mae: Any = base.load(artifact, device) if has_run else published.load(artifact, device)
    for parameter in mae.parameters():
        parameter.requires_grad_(False)
    return MaskedModel(mae, Preprocess.from_json(artifact.meta["preprocess"]).plain, device)


def as_bytes(images: Tensor) -> NDArray[Any]:
    """Return images between 0 and 1 as (batch, height, width, channels) uint8."""
    values = (images * 255.0).round().clamp(0, 255).to(torch.uint8)
    return values.permute(0, 2, 3, 1).contiguous().cpu().numpy()
