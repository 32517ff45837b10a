"""The baseline that every encoder has to beat: the pixels themselves."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from repscope.workers.context import Context, Readable, Result
from repscope.workers.encoders.base import Layer
from repscope.workers.registry import NoParams, register

#: Images of mixed sizes, and larger ones, become squares of this side: as large as the usual
#: dataset's. Of a thousand photos of 256 pixels a side, all pixels would take a gigabyte.
SIDE = 64


class Pixels:
    """Pixels in a row, scaled to 0 to 1."""

    layers = [Layer("pixels", None)]

    def square(self, size: tuple[int, int] | None) -> int | None:
        """Return the side that large images and those of mixed sizes are fitted to."""
        return None if size and max(size) <= SIDE else SIDE

    def encode(self, images: NDArray[Any], layers: Sequence[str]) -> dict[str, NDArray[Any]]:
        """Flatten (batch, height, width, channels) to (batch, height * width * channels)."""
        flat = images.reshape(len(images), -1).astype(np.float32)
        flat /= 255.0
        return dict.fromkeys(layers, flat)


def load(artifact: Readable, device: str) -> Pixels:
    """Return the encoder; there is nothing to load."""
    return Pixels()


@register(
    "encoder",
    "pixels",
    version=2,
    title="Raw pixels",
    output="encoder",
    cost={"constant": 0.01},
)
def pixels(context: Context, params: NoParams) -> Result:
    """The picture itself as a vector: every pixel is one number between 0 and 1.

    No learning at all. Two pictures are near each other when they agree pixel by pixel, so a shift
    by one pixel already counts as a change. It is the baseline beside which every trained encoder
    should be shown: on small centered pictures it is surprisingly strong. Pictures of mixed sizes,
    and those with more than 64 pixels a side, are scaled by their shorter side and cut to the
    square at the center, 64 by 64 pixels, so that there is something to compare.
    """
    layers = [{"name": layer.name, "width": layer.width} for layer in Pixels.layers]
    return Result(meta={"architecture": "pixels", "config": {}, "layers": layers})
