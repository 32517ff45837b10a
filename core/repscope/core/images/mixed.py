"""Images of mixed sizes, kept as JPEG and PNG files end to end."""

import io
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from repscope.core.errors import MethodFailed
from repscope.core.images.fitting import Pixels, as_array, cover, within

#: Formats that a dataset keeps.
KEPT = ("JPEG", "PNG")
#: Pixels of the largest image that is decoded.
_MOST_PIXELS = 100_000_000
#: PIL lets go of the interpreter while it decodes and scales.
_THREADS = 4


class MixedImages:
    """Reads encoded images."""

    def __init__(
        self, encoded: NDArray[Any], offsets: NDArray[Any], sizes: NDArray[Any], channels: int
    ) -> None:
        """Read images.

        Args:
            encoded: Files end to end, uint8.
            offsets: Where each begins, and where the last ends, (N + 1).
            sizes: Height and width of each, (N, 2).
            channels: 1 when all are gray, 3 when all are to be RGB.
        """
        self._encoded = encoded
        self._offsets = offsets
        self._sizes = sizes
        self.channels = channels
        self.size = None

    def __len__(self) -> int:
        """Return the number of images."""
        return len(self._sizes)

    @property
    def largest(self) -> tuple[int, int]:
        """The largest height and the largest width."""
        height, width = self._sizes.max(axis=0) if len(self) else (0, 0)
        return int(height), int(width)

    def array(self, row: int) -> Pixels:
        """Return one image, (height, width, channels)."""
        return as_array(self.picture(row, None))

    def picture(self, row: int, side: int | None) -> Image.Image:
        """Return one image, no longer than `side`."""
        return self._read(row, lambda image: image if side is None else within(image, side))

    def squares(self, rows: Sequence[int], side: int) -> Pixels:
        """Return images fitted to a square, (rows, side, side, channels)."""
        fitted = np.empty((len(rows), side, side, self.channels), np.uint8)

        def fit(place: int) -> None:
            image = self._read(rows[place], lambda image: cover(self._colored(image), side))
            fitted[place] = as_array(image)

        with ThreadPoolExecutor(_THREADS) as pool:
            list(pool.map(fit, range(len(rows))))  # the list lets errors through
        return fitted

    def encoded(self, row: int) -> bytes:
        """Return the file of one image."""
        start, stop = int(self._offsets[row]), int(self._offsets[row + 1])
        data: bytes = self._encoded[start:stop].tobytes()
        return data

    def _read(self, row: int, fit: Callable[[Image.Image], Image.Image]) -> Image.Image:
        """Decode one image after `fit` had a chance to ask for less of it."""
        height, width = (int(side) for side in self._sizes[row])
        if height * width > _MOST_PIXELS:
            raise MethodFailed(f"Image {row} is too large to be decoded.")
        with Image.open(io.BytesIO(self.encoded(row)), formats=KEPT) as image:
            fitted = fit(image)
            fitted.load()
            return self._colored(fitted)

    def _colored(self, image: Image.Image) -> Image.Image:
        mode = "L" if self.channels == 1 else "RGB"
        return image if image.mode == mode else image.convert(mode)
