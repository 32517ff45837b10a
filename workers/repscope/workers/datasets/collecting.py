"""From pictures that come one by one, nobody knows how many, to the arrays of a dataset."""

from collections.abc import Iterator
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from repscope.core.images import within
from repscope.workers.context import Context
from repscope.workers.datasets.mixed import MixedSizes
from repscope.workers.datasets.pictures import plain, written

#: Longest side of what is kept as it is.
LONGEST = 512


class Collection:
    """Pictures on their way into a dataset; has the shape that `describe` asks for.

    As long as all have one size they are kept as pixels, from the first that differs on as files.
    """

    def __init__(self, context: Context, side: int | None, *, lossless: bool) -> None:
        """Begin with none.

        Args:
            context: Where large arrays are written to.
            side: Fit each to a square of this side; without one they are only made smaller, to a
                longest side of 512.
            lossless: Whether files are PNG instead of JPEG.
        """
        self._context = context
        self._side = side
        self._lossless = lossless
        self._alike: _Alike | None = None
        self._mixed: MixedSizes | None = None

    def __enter__(self) -> Self:
        """Let go of the scratch file when the block ends."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of it."""
        if self._alike is not None:
            self._alike.close()

    def add(self, picture: Image.Image) -> None:
        """Append a picture of any mode; what is neither gray nor black and white becomes RGB."""
        picture = self._fitted(plain(picture))
        if self._mixed is None:
            if self._alike is None:
                self._alike = _Alike(self._context, picture.size)
            if picture.size == self._alike.size:
                self._alike.add(picture)
                return
            self._mixed = MixedSizes(self._context)
            for earlier in self._alike:
                self._add_file(self._mixed, earlier)
            self._alike.close()
        self._add_file(self._mixed, picture)

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """Count, largest height, largest width, channels."""
        if self._mixed is not None:
            return self._mixed.shape
        return self._alike.shape if self._alike is not None else (0, 0, 0, 1)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the arrays that hold the images, for the result."""
        if self._mixed is not None:
            return self._mixed.arrays()
        assert self._alike is not None, "there are no pictures"
        return {"images": self._alike.array()}

    def _fitted(self, picture: Image.Image) -> Image.Image:
        if self._side is not None:
            return ImageOps.fit(picture, (self._side, self._side), Image.Resampling.LANCZOS)
        return within(picture, LONGEST)

    def _add_file(self, mixed: MixedSizes, picture: Image.Image) -> None:
        kept = written(picture, lossy=not self._lossless)
        mixed.add(kept.data, kept.height, kept.width, gray=kept.gray)


class _Alike:
    """Pictures of one size, as pixels in a scratch file."""

    def __init__(self, context: Context, size: tuple[int, int]) -> None:
        self.size = size
        self._context = context
        self._modes: list[str] = []
        path = context.work / "images.pixels"
        self._file = path.open("w+b")
        path.unlink()  # nobody has to remove it, whatever happens

    def add(self, picture: Image.Image) -> None:
        self._file.write(picture.tobytes())
        self._modes.append(picture.mode)

    @property
    def shape(self) -> tuple[int, int, int, int]:
        width, height = self.size
        return len(self._modes), height, width, 1 if set(self._modes) <= {"L"} else 3

    def __iter__(self) -> Iterator[Image.Image]:
        width, height = self.size
        self._file.seek(0)
        for mode in self._modes:
            yield Image.frombytes(
                mode, self.size, self._file.read(height * width * (1 if mode == "L" else 3))
            )

    def array(self) -> NDArray[np.uint8]:
        images = self._context.array("images", self.shape, "uint8")
        mode = "L" if self.shape[3] == 1 else "RGB"
        for row, picture in enumerate(self):
            alike = picture if picture.mode == mode else picture.convert(mode)
            images[row] = np.asarray(alike).reshape(images.shape[1:])
        return images

    def close(self) -> None:
        self._file.close()
