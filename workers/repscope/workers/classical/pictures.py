"""Images as vectors of one length, and vectors as images again."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from repscope.workers.encoders.preprocess import Preprocess


@dataclass(frozen=True)
class Pictures:
    """Squares of one size.

    Attributes:
        side: Side in pixels.
        channels: 3 for color, 1 for gray.
    """

    side: int
    channels: int

    @property
    def width(self) -> int:
        """Numbers per image."""
        return self.side * self.side * self.channels

    def squares(self, images: NDArray[Any]) -> NDArray[np.float32]:
        """Bring images to the square.

        Args:
            images: (batch, height, width, 1 or 3) uint8, of any size.

        Returns:
            (batch, side, side, channels) float32, 0 to 1.
        """
        prepare = Preprocess(
            self.side, self.channels, (0.0,) * self.channels, (1.0,) * self.channels
        )
        squares: NDArray[np.float32] = prepare(images, "cpu").permute(0, 2, 3, 1).numpy()
        return squares

    def vectors(self, images: NDArray[Any]) -> NDArray[np.float32]:
        """Bring images to the square and lay its values in a row, (batch, width) float32."""
        return self.squares(images).reshape(len(images), self.width)

    def images(self, vectors: NDArray[Any]) -> NDArray[np.uint8]:
        """Return vectors as images, (batch, side, side, channels); values are cut to 0 to 1."""
        values = np.clip(vectors, 0.0, 1.0) * 255.0
        return values.round().astype(np.uint8).reshape(-1, self.side, self.side, self.channels)


def shown(filters: NDArray[Any]) -> NDArray[np.uint8]:
    """Return filters as images: each is scaled by its largest weight, and 0 is middle gray.

    Args:
        filters: (number, side, side, channels) of any sign.
    """
    largest = np.abs(filters).max(axis=(1, 2, 3), keepdims=True)
    return (127.5 + 127.5 * filters / np.maximum(largest, 1e-12)).round().astype(np.uint8)
