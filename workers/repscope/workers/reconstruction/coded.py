"""Images from a short code: autoencoders, and those classical encoders that can be turned round."""

from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from repscope.core.images import Images
from repscope.workers.classical.fitting import pictures_of
from repscope.workers.context import Readable
from repscope.workers.encoders.base import load
from repscope.workers.encoders.preprocess import Preprocess
from repscope.workers.objectives import base

#: Images that are encoded at a time.
_BATCH = 64


class Coder(Protocol):
    """Something that makes a short code of an image, and an image of a code."""

    #: Whether codes of which only the first numbers are kept still mean something.
    ordered: bool

    def prepare(self, images: NDArray[Any]) -> Tensor:
        """Bring images to the coder's size.

        Args:
            images: (batch, height, width, 1 or 3) uint8.

        Returns:
            (batch, channels, size, size) between 0 and 1.
        """

    def encode(self, images: Tensor) -> Tensor:
        """Return codes, (batch, width), of images as `prepare` gives them."""

    def decode(self, codes: Tensor) -> Tensor:
        """Return images, (batch, channels, size, size) between 0 and 1."""


class NetworkCoder:
    """An autoencoder, variational or not; a variational one's code is the mean."""

    ordered = False

    def __init__(self, artifact: Readable, device: str) -> None:
        """Load it with its decoder."""
        self._objective: Any = base.load(artifact, device)
        self._device = device
        self._plain = Preprocess.from_json(artifact.meta["preprocess"]).plain

    def prepare(self, images: NDArray[Any]) -> Tensor:
        """See `Coder.prepare`."""
        return self._plain(images, self._device)

    def encode(self, images: Tensor) -> Tensor:
        """See `Coder.encode`."""
        return self._objective.features(images)

    def decode(self, codes: Tensor) -> Tensor:
        """See `Coder.decode`."""
        return self._objective.denormalize(self._objective.decode(codes).float())


class ClassicalCoder:
    """A classical encoder that can be turned round: PCA, ICA, k-means and others."""

    def __init__(self, artifact: Readable, layer: str) -> None:
        """Take the layer that is decoded; it runs on the processor."""
        self._encoder: Any = load(artifact)
        self._layer = layer
        self._pictures = pictures_of(artifact)
        self.ordered = layer == "components"

    def prepare(self, images: NDArray[Any]) -> Tensor:
        """See `Coder.prepare`."""
        return _channels_first(self._pictures.squares(images))

    def encode(self, images: Tensor) -> Tensor:
        """See `Coder.encode`."""
        pixels = self._pictures.images(images.permute(0, 2, 3, 1).flatten(1).numpy())
        return torch.from_numpy(self._encoder.encode(pixels, [self._layer])[self._layer])

    def decode(self, codes: Tensor) -> Tensor:
        """See `Coder.decode`."""
        return _channels_first(self._encoder.decode(codes.numpy(), self._layer) / np.float32(255))


def _channels_first(images: NDArray[Any]) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(images, np.float32)).permute(0, 3, 1, 2)


def deviations(coder: Coder, images: Images, rows: list[int]) -> NDArray[np.float32]:
    """Return how much each number of the code differs between some images, (width,) float32."""
    with torch.inference_mode():
        prepared = torch.cat([coder.prepare(images.array(row)[None]) for row in rows])
        codes = torch.cat([coder.encode(some) for some in prepared.split(_BATCH)])
    return codes.float().std(dim=0, correction=0).cpu().numpy()
