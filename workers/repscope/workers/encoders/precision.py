"""How precisely a network computes: in float32, or its products of matrices in bfloat16."""

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from repscope.core.errors import InvalidRecipe
from repscope.core.images import Images
from repscope.workers.context import Readable
from repscope.workers.encoders.base import NETWORKS, Encoder, Layer
from repscope.workers.registry import MethodParams

#: Images whose features are computed both ways, to tell how far they agree.
SAMPLE = 16
#: Multiply-adds for an image from which bfloat16 pays. ResNet-10-T at 64 pixels has 90 million and
#: gained 2.6 times (docs/performance.md); the smallest networks here, up to 35 million, did not.
PAYS = 60_000_000


class PrecisionParams(MethodParams):
    """How precisely a network computes."""

    precision: Literal["auto", "float32", "bfloat16"] = Field(
        "auto",
        description="of a network's products of matrices; auto is bfloat16 for networks with much "
        "to multiply where the worker's processor has it built in, about twice as fast, and "
        "float32 elsewhere",
    )


class InBfloat16:
    """An encoder whose network multiplies matrices in bfloat16 and adds up in float32."""

    def __init__(self, encoder: Encoder, device: str) -> None:
        """Wrap an encoder that runs on a device, `cpu` or `cuda`."""
        self._encoder = encoder
        self._device = device

    @property
    def layers(self) -> list[Layer]:
        """All layers, from the image upwards."""
        return self._encoder.layers

    def square(self, size: tuple[int, int] | None) -> int | None:
        """Return the side of the square that images are fitted to; see `Encoder.square`."""
        return self._encoder.square(size)

    def encode(self, images: NDArray[Any], layers: Sequence[str]) -> dict[str, NDArray[Any]]:
        """Compute features, float32; see `Encoder.encode`."""
        import torch

        with torch.autocast(torch.device(self._device).type, torch.bfloat16):
            return self._encoder.encode(images, layers)


def precise(
    model: Encoder, artifact: Readable, precision: str, device: str
) -> tuple[Encoder, dict[str, Any]]:
    """Let an encoder compute as precisely as is asked for.

    Args:
        model: The encoder, in float32.
        artifact: What it was loaded from.
        precision: `auto`, `float32` or `bfloat16`.
        device: Where it runs.

    Returns:
        The encoder, and for a network what its embedding's `meta` says: `precision`, as computed.

    Raises:
        InvalidRecipe: What is no network is asked for bfloat16.
    """
    if artifact.meta["architecture"] not in NETWORKS:
        refuse_bfloat16(precision)
        return model, {}
    if precision == "bfloat16" or (
        precision == "auto" and is_native(device) and multiply_adds(model) >= PAYS
    ):
        return InBfloat16(model, device), {"precision": "bfloat16"}
    return model, {"precision": "float32"}


def refuse_bfloat16(precision: str) -> None:
    """Refuse what no encoder but a network can be asked for.

    Raises:
        InvalidRecipe: bfloat16 is asked for.
    """
    if precision == "bfloat16":
        raise InvalidRecipe(
            "Only networks compute in bfloat16; choose auto or float32.", field="params.precision"
        )


def multiply_adds(model: Encoder) -> int:
    """Return how often a network's layers multiply for one image, at the size of its input.

    It decides whether bfloat16 pays: where there is little to multiply, converting to it takes as
    long. Weights do not tell, since those of a convolution are used at every place. One image runs
    through the network while its linear and convolutional layers are counted. What attention
    multiplies without weights, a sixth in ViT-Ti, is not: PyTorch's own counter, which has it,
    loads a compiler for a second first.
    """
    from torch import nn
    from torch.nn.modules.module import register_module_forward_hook

    count = 0

    def add(layer: nn.Module, _inputs: Any, output: Any) -> None:
        nonlocal count
        if isinstance(layer, nn.Linear | nn.Conv2d):
            count += output.numel() * layer.weight[0].numel()

    counting = register_module_forward_hook(add)
    try:
        model.encode(np.zeros((1, 8, 8, 3), np.uint8), [model.layers[-1].name])
    finally:
        counting.remove()
    return count


def is_native(device: str) -> bool:
    """Tell whether a device has bfloat16 built in: AMX or AVX-512 BF16, or an Ampere GPU on."""
    import torch

    if torch.device(device).type == "cuda":
        return torch.cuda.get_device_capability(device) >= (8, 0)
    able = torch.cpu.get_capabilities()
    return bool(able.get("amx_bf16") or able.get("avx512_bf16"))


def cosines(
    images: Images, exact: Encoder, used: Encoder, layers: Sequence[str]
) -> dict[str, dict[str, float]]:
    """Compare features with those in float32, on the first images.

    Args:
        images: At least one.
        exact: The encoder in float32.
        used: The encoder as it is used.
        layers: Names of its layers.

    Returns:
        For each layer what its embedding's `meta` says: `cosine_to_float32`, the lowest cosine
        between the two vectors of an image. Nothing for an encoder that is used as it is.
    """
    if used is exact:
        return {layer: {} for layer in layers}
    _, sample = next(images.batches(exact.square(images.size), most=SAMPLE))
    true, given = exact.encode(sample, layers), used.encode(sample, layers)
    return {
        layer: {"cosine_to_float32": round(_lowest_cosine(true[layer], given[layer]), 6)}
        for layer in layers
    }


def _lowest_cosine(true: NDArray[Any], given: NDArray[Any]) -> float:
    """Return the lowest cosine between rows of the same number, (rows, width) each."""
    true, given = true.astype(np.float64), given.astype(np.float64)
    lengths = np.linalg.norm(true, axis=1) * np.linalg.norm(given, axis=1)
    products = np.einsum("ij,ij->i", true, given)
    same = (true == given).all(axis=1)  # two vectors of zeros among them
    return float(np.where(same, 1.0, products / np.maximum(lengths, 1e-30)).min())
