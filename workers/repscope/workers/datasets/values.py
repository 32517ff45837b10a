"""From numbers of any type and range to pixels of 8 bits."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from repscope.workers.files.arrays import Broken, Tell, blocks


@dataclass(frozen=True)
class Scale:
    """How a number becomes a pixel: `(value - low) * factor`, rounded.

    Attributes:
        low: The value that is black.
        high: The value that is white.
    """

    low: float
    high: float

    def __call__(self, values: NDArray[Any]) -> NDArray[np.uint8]:
        """Convert numbers of any type."""
        if values.dtype == np.uint8 and (self.low, self.high) == (0.0, 255.0):
            return values
        # In double, for single precision cannot tell 64-bit numbers apart.
        scaled = values.astype(np.float64)
        scaled -= self.low
        scaled *= 255.0 / ((self.high - self.low) or 1.0)
        return np.round(scaled, out=scaled).clip(0.0, 255.0).astype(np.uint8)


def scale_of(arrays: list[NDArray[Any]], name: str, tell: Tell) -> Scale:
    """Choose which values are black and white; the same for all images.

    | numbers | black and white |
    |---|---|
    | 8 bits, or whole numbers from 0 to 255 | as they are |
    | booleans; whole numbers that are 0 and 1 only | 0 and 1 |
    | 16 bits without sign, beyond 255 | 0 and 65,535: the upper 8 bits count |
    | floats within 0 and 1 | 0 and 1 |
    | floats within 0 and 255 | 0 and 255 |
    | floats within -1 and 1 | -1 and 1 |
    | any other | the least and the greatest of all |

    Args:
        arrays: Images of any shape, rows first; at least one, all of one type.
        name: What the file is called in a sentence.
        tell: Told of progress.

    Raises:
        Broken: A number is not finite, or there are no numbers but texts.
    """
    dtype = arrays[0].dtype
    if dtype.kind not in "biuf":
        raise Broken(f"{name} holds texts, not numbers.")
    low, high = _range(arrays, name, tell)
    if dtype.kind == "b" or (dtype.kind in "iu" and low >= 0 and high <= 1):
        return Scale(0.0, 1.0)
    if dtype.kind in "iu":
        if low >= 0 and high <= 255:
            return Scale(0.0, 255.0)
        if dtype.kind == "u" and dtype.itemsize == 2:
            return Scale(0.0, 65535.0)
        return Scale(low, high)
    for within in (Scale(0.0, 1.0), Scale(0.0, 255.0), Scale(-1.0, 1.0)):
        if within.low <= low and high <= within.high:
            return within
    return Scale(low, high)


def _range(arrays: list[NDArray[Any]], name: str, tell: Tell) -> tuple[float, float]:
    lows, highs = [], []
    total, done = sum(map(len, arrays)), 0
    for array in arrays:
        for rows, block in blocks(array):
            low, high = float(block.min()), float(block.max())
            if not np.isfinite(low) or not np.isfinite(high):
                raise Broken(
                    f"{name} holds numbers that are not finite (NaN or infinite), the first "
                    f"near row {rows.start:,}; replace them and send it again."
                )
            lows.append(low)
            highs.append(high)
            done += len(block)
            tell(done / total)
    return min(lows), max(highs)
