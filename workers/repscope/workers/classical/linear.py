"""Linear codes: PCA, ICA and random projections are one matrix there and one back."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from repscope.workers.classical.fitting import pictures_of
from repscope.workers.classical.pictures import Pictures
from repscope.workers.context import Readable
from repscope.workers.encoders.base import Layer

WHITENED = "whitened"


class LinearCode:
    """z = (x - mean) W, and back x = mean + z V; a layer may be the code over its deviations."""

    def __init__(self, pictures: Pictures, layers: list[Layer], artifact: Readable) -> None:
        """Take the matrices of an artifact.

        Args:
            pictures: The size of its images.
            layers: The code, last, and perhaps the code over its deviations (`WHITENED`).
            artifact: Has `mean` (width), `encode` (width, d), `decode` (d, width), `deviation` (d).
        """
        self.layers = layers
        self._pictures = pictures
        self._mean, self._encode, self._decode, deviation = (
            np.asarray(artifact.array(name)) for name in ("mean", "encode", "decode", "deviation")
        )
        self._scales = {
            layer.name: deviation if layer.name == WHITENED else np.ones_like(deviation)
            for layer in layers
        }

    def square(self, size: tuple[int, int] | None) -> int:
        """Return the side of the square that images are brought to; see `Encoder.square`."""
        return self._pictures.side

    def encode(self, images: NDArray[Any], layers: Sequence[str]) -> dict[str, NDArray[Any]]:
        """Compute codes; see `Encoder.encode`."""
        code = (self._pictures.vectors(images) - self._mean) @ self._encode
        return {layer: code / self._scales[layer] for layer in layers}

    def decode(self, codes: NDArray[Any], layer: str) -> NDArray[np.uint8]:
        """Return the image of each code, (batch, side, side, channels).

        Args:
            codes: (batch, d); a component that is 0 adds nothing, so setting all from the k-th on
                to 0 gives the image that k components can tell.
            layer: Whose codes they are.
        """
        return self._pictures.images(self._mean + codes * self._scales[layer] @ self._decode)


def load(artifact: Readable, device: str) -> LinearCode:
    """Load a linear code; it runs on the processor."""
    layers = [Layer(**layer) for layer in artifact.meta["layers"]]
    return LinearCode(pictures_of(artifact), layers, artifact)
