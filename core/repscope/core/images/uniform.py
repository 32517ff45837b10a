"""Images of one size, kept as pixels."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from repscope.core.images.fitting import Pixels, as_array, as_picture, cover, within


class UniformImages:
    """Reads one array of pixels."""

    def __init__(self, pixels: NDArray[Any]) -> None:
        """Read (N, height, width, channels) uint8."""
        self.pixels = pixels

    def __len__(self) -> int:
        """Return the number of images."""
        return len(self.pixels)

    @property
    def channels(self) -> int:
        """1 or 3."""
        return int(self.pixels.shape[3])

    @property
    def size(self) -> tuple[int, int]:
        """Height and width."""
        _, height, width, _ = self.pixels.shape
        return int(height), int(width)

    @property
    def largest(self) -> tuple[int, int]:
        """The same."""
        return self.size

    def array(self, row: int) -> Pixels:
        """Return one image, (height, width, channels)."""
        return np.ascontiguousarray(self.pixels[row])

    def picture(self, row: int, side: int | None) -> Image.Image:
        """Return one image, no longer than `side`."""
        picture = as_picture(self.array(row))
        return picture if side is None else within(picture, side)

    def squares(self, rows: Sequence[int], side: int) -> Pixels:
        """Return images fitted to a square, (rows, side, side, channels)."""
        if self.size == (side, side):
            if isinstance(rows, range) and rows.step == 1:
                return self.pixels[rows.start : rows.stop]
            return self.pixels[list(rows)]
        fitted = np.empty((len(rows), side, side, self.channels), np.uint8)
        for place, row in enumerate(rows):
            fitted[place] = as_array(cover(as_picture(self.array(row)), side))
        return fitted

    def encoded(self, row: int) -> None:
        """Return nothing: there are no files."""
