"""Images of mixed sizes on their way into a dataset: files end to end, as they come."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from repscope.workers.context import Context


class MixedSizes:
    """Collects encoded images in a scratch file; has the shape that `describe` asks for.

    `repscope.core.images` reads what comes of it.
    """

    def __init__(self, context: Context) -> None:
        """Begin with none."""
        self._context = context
        path = context.work / "images.bytes"
        self._file = path.open("w+b")
        path.unlink()  # nobody has to remove it, whatever happens
        self._ends = [0]
        self._sizes: list[tuple[int, int]] = []
        self._gray = True

    def add(self, data: bytes, height: int, width: int, *, gray: bool) -> None:
        """Append one image.

        Args:
            data: A JPEG or PNG file that Repscope wrote itself.
            height: In pixels.
            width: In pixels.
            gray: Whether it is; all images are read as gray if all are, else as RGB.
        """
        self._file.write(data)
        self._ends.append(self._ends[-1] + len(data))
        self._sizes.append((height, width))
        self._gray = self._gray and gray

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """Count, largest height, largest width, channels."""
        heights, widths = zip(*self._sizes, strict=True)
        return len(self._sizes), max(heights), max(widths), 1 if self._gray else 3

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the arrays `bytes`, `offsets` and `sizes`, for the result."""
        encoded = self._context.array("bytes", (self._ends[-1],), "uint8")
        self._file.flush()
        encoded[:] = np.memmap(self._file, np.uint8, "r")
        self._file.close()
        return {
            "bytes": encoded,
            "offsets": np.array(self._ends, np.int64),
            "sizes": np.array(self._sizes, np.int32),
        }
