"""How often each color occurs."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from repscope.core.images import images_of
from repscope.workers.classical.fitting import (
    INPUTS,
    PictureParams,
    described,
    pictures_for,
    pictures_of,
)
from repscope.workers.classical.pictures import Pictures
from repscope.workers.context import Context, Readable, Result
from repscope.workers.encoders.base import Layer
from repscope.workers.registry import register

CHANNELS, JOINT = "channels", "joint"


class Params(PictureParams):
    """How fine."""

    bins: int = Field(8, ge=2, le=16, description="bins along red, green, blue, or brightness")


class Histogram:
    """Shares of the pixels that fall into each bin."""

    def __init__(self, pictures: Pictures, bins: int) -> None:
        """Take the size of the images and the bins along each channel."""
        self.layers = [Layer(CHANNELS, pictures.channels * bins)]
        if pictures.channels > 1:
            self.layers.append(Layer(JOINT, bins**pictures.channels))
        self._pictures, self._bins = pictures, bins

    def square(self, size: tuple[int, int] | None) -> int:
        """Return the side of the square that images are brought to; see `Encoder.square`."""
        return self._pictures.side

    def encode(self, images: NDArray[Any], layers: Sequence[str]) -> dict[str, NDArray[Any]]:
        """Compute histograms; see `Encoder.encode`."""
        squares = self._pictures.squares(images)
        pixels = squares.reshape(len(images), -1, self._pictures.channels)
        bins = np.minimum((pixels * self._bins).astype(np.int64), self._bins - 1)
        count = self._bins
        found = {}
        if CHANNELS in layers:
            along = bins + count * np.arange(self._pictures.channels)
            found[CHANNELS] = self._shares(
                along.reshape(len(images), -1), count * self._pictures.channels
            )
        if JOINT in layers:
            along = bins @ count ** np.arange(self._pictures.channels)[::-1]
            found[JOINT] = self._shares(along, count**self._pictures.channels)
        return found

    def _shares(self, bins: NDArray[np.int64], width: int) -> NDArray[np.float32]:
        """Count how often each of `width` bins occurs in each row, as a share of the pixels."""
        apart = bins + width * np.arange(len(bins))[:, None]
        counts = np.bincount(apart.ravel(), minlength=width * len(bins)).reshape(len(bins), width)
        return (counts / self._pictures.side**2).astype(np.float32)


def load(artifact: Readable, device: str) -> Histogram:
    """Return the encoder; nothing was learned."""
    return Histogram(pictures_of(artifact), artifact.meta["config"]["bins"])


@register(
    "encoder",
    "color_histogram",
    version=1,
    title="Color histogram",
    params=Params,
    inputs=INPUTS,
    output="encoder",
    cost={"constant": 2.0},
)
def color_histogram(context: Context, params: Params, dataset: Readable) -> Result:
    """Describe an image by how much of each color it has, wherever it is (Swain and Ballard, 1991).

    The layer `channels` counts red, green and blue by themselves, `joint` counts colors. Gray
    images have one histogram of brightness. A strong baseline wherever color gives the class away,
    and a warning: what it separates needs no shape.
    """
    pictures = pictures_for(params, images_of(dataset))
    layers = Histogram(pictures, params.bins).layers
    meta = described("color_histogram", pictures, layers, {"bins": params.bins})
    return Result(meta=meta)
