"""What every reader of images offers, and how one is opened."""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from repscope.core.errors import NotFound
from repscope.core.images.fitting import Pixels
from repscope.core.images.mixed import MixedImages
from repscope.core.images.uniform import UniformImages

#: Pixel values of one batch: enough to keep a processor busy, little enough for a laptop.
BATCH_VALUES = 2**22
BATCH_ROWS = 256


class Dataset(Protocol):
    """What is needed of a dataset: a stored artifact, or the result of a plain call."""

    @property
    def meta(self) -> dict[str, Any]:
        """What it says of itself."""

    def array(self, name: str) -> NDArray[Any]:
        """One of its arrays, by name."""


class Images:
    """The images of a dataset, in the order of its rows."""

    def __init__(self, source: UniformImages | MixedImages) -> None:
        """Read from either form; `images_of` chooses."""
        self._source = source

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self._source)

    @property
    def channels(self) -> int:
        """1 when all images are gray, 3 when they are RGB."""
        return self._source.channels

    @property
    def size(self) -> tuple[int, int] | None:
        """Height and width of all images, or nothing when sizes are mixed."""
        return self._source.size

    @property
    def largest(self) -> tuple[int, int]:
        """The largest height and the largest width."""
        return self._source.largest

    def array(self, row: int) -> Pixels:
        """Return one image, (height, width, channels).

        Raises:
            NotFound: There is no such row.
        """
        return self._source.array(self._checked(row))

    def picture(self, row: int, side: int | None = None) -> Image.Image:
        """Return one image in mode L or RGB.

        Args:
            row: Which.
            side: Longest side that it may have, in pixels; it is never enlarged.

        Raises:
            NotFound: There is no such row.
        """
        return self._source.picture(self._checked(row), side)

    def squares(self, rows: Iterable[int], side: int) -> Pixels:
        """Return images scaled to cover a square and cut at its center.

        Args:
            rows: Which, in any order.
            side: Side of the square in pixels.

        Returns:
            (number of rows, side, side, channels).
        """
        return self._source.squares([self._checked(row) for row in rows], side)

    def batches(
        self, side: int | None = None, *, most: int = BATCH_ROWS
    ) -> Iterator[tuple[slice, Pixels]]:
        """Go through all images in order, a few at a time.

        Args:
            side: Fit each to a square of this side; without one they are given as they are, which
                needs them to have one size.
            most: Images of one batch, at most; large ones come fewer at a time.

        Yields:
            The rows, and their images (rows, height, width, channels).
        """
        shape = (side, side) if side is not None else self.size
        if shape is None:
            raise ValueError("images of mixed sizes come in batches only as squares")
        step = max(1, min(most, BATCH_VALUES // max(1, shape[0] * shape[1] * self.channels)))
        bounds = [*range(0, len(self), step), len(self)]
        for start, stop in pairwise(bounds):
            if side is None and isinstance(self._source, UniformImages):
                yield slice(start, stop), self._source.pixels[start:stop]
            else:
                yield slice(start, stop), self._source.squares(range(start, stop), shape[0])

    def encoded(self, row: int) -> bytes | None:
        """Return one image as the file it is kept as, or nothing where pixels are kept."""
        return self._source.encoded(self._checked(row))

    def _checked(self, row: int) -> int:
        if not 0 <= row < len(self):
            raise NotFound(
                f"There is no row {row}; this dataset has {len(self)} images.", field="row"
            )
        return row


def images_of(dataset: Dataset) -> Images:
    """Open the images of a dataset.

    Args:
        dataset: A stored artifact, or a `Result` of a plain call.

    Raises:
        NotFound: It holds no images.
    """
    try:
        return Images(UniformImages(dataset.array("images")))
    except NotFound:
        pass
    try:
        encoded, offsets = dataset.array("bytes"), dataset.array("offsets")
        sizes = np.asarray(dataset.array("sizes"))
    except NotFound:
        raise NotFound("This artifact holds no images.") from None
    return Images(MixedImages(encoded, offsets, sizes, int(dataset.meta.get("channels", 3))))
