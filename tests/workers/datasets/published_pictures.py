"""Pictures of published sets, which can be told apart.

Picture number n of a part is of one color, `shade(part, n)`.
"""

from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from tests.workers.filing import idx

#: Pictures of each part that is written.
COUNT = 4
PARTS = ("train", "validation", "test")


def shade(part: str, number: int) -> int:
    """Brightness of a picture: tens tell the part, ones the picture, times 5."""
    return 5 * (10 * (PARTS.index(part) + 1) + number)


def gray(part: str, number: int, size: tuple[int, int] = (28, 28)) -> np.ndarray:
    return np.full(size, shade(part, number), np.uint8)


def color(part: str, number: int, size: tuple[int, int] = (20, 24)) -> np.ndarray:
    """(height, width, 3), the larger the later."""
    height, width = size
    pixels = np.full((height, width + number, 3), shade(part, number), np.uint8)
    pixels[..., 2] = 200
    return pixels


def save(path: Path, pixels: np.ndarray, **options: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path, **options)


def photo(path: Path, part: str, number: int) -> None:
    if path.suffix in (".jpg", ".jpeg"):
        save(path, color(part, number), quality=95, subsampling=0)
    else:
        save(path, color(part, number))


def text(path: Path, lines: list[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines))


def write_idx(path: Path, array: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(idx(array))


def stack(part: str) -> np.ndarray:
    return np.stack([gray(part, number) for number in range(COUNT)])


def idx_pair(images: Path, labels: Path, part: str, first: int = 0) -> None:
    write_idx(images, stack(part))
    write_idx(labels, (np.arange(COUNT) + first).astype(np.uint8))


def tint(part: str, number: int) -> np.ndarray:
    """The one color of a picture, (3,)."""
    return np.array([shade(part, number), shade(part, number), 200], np.uint8)
