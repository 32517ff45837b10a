"""From factors to pixels: objects that are lit from the top of their own frame, and the ground."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from repscope.workers.datasets.outlines import OUTLINES, signed_distance

#: float32 throughout; the type is wider because plain numbers widen it on paper.
Vector = NDArray[np.floating[Any]]
Field = NDArray[np.floating[Any]]

SHAPES = list(OUTLINES)

#: Hue in degrees, saturation and value of each named color; neighbors can be told apart.
PALETTE: dict[str, tuple[float, float, float]] = {
    "red": (357.0, 0.78, 0.94),
    "orange": (24.0, 0.86, 0.98),
    "yellow": (47.0, 0.80, 0.98),
    "lime": (84.0, 0.66, 0.84),
    "green": (146.0, 0.70, 0.74),
    "cyan": (187.0, 0.72, 0.86),
    "blue": (212.0, 0.76, 0.96),
    "indigo": (245.0, 0.62, 0.92),
    "violet": (279.0, 0.60, 0.88),
    "pink": (328.0, 0.56, 0.97),
}
COLORS = list(PALETTE)


@dataclass
class Objects:
    """Factors of n objects, one on each of n images.

    Attributes:
        shape: Index into `SHAPES`, (n,).
        rgb: Color under white light, 0 to 1, (n, 3).
        radius: In pixels, (n,).
        x: Center from the left edge, in pixels, (n,).
        y: Center from the top edge, in pixels, (n,).
        rotation: Counterclockwise, in radians, (n,).
    """

    shape: NDArray[np.int32]
    rgb: Field
    radius: Vector
    x: Vector
    y: Vector
    rotation: Vector

    def __getitem__(self, rows: NDArray[np.int64] | slice) -> "Objects":
        """Return the objects of some images."""
        return Objects(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))


def hsv_to_rgb(hue: Vector, saturation: Vector, value: Vector) -> Field:
    """Convert colors; hue in degrees, the rest 0 to 1. Returns (n, 3)."""
    sector = (np.array([5.0, 3.0, 1.0], np.float32) + hue[:, None] / 60.0) % 6.0
    chroma = np.clip(np.minimum(sector, 4.0 - sector), 0.0, 1.0)
    return (value[:, None] * (1.0 - saturation[:, None] * chroma)).astype(np.float32)


def paint_objects(
    canvas: Field,
    mask: NDArray[np.uint8],
    images: NDArray[np.int64],
    objects: Objects,
    number: int,
) -> None:
    """Paint one object on each of some images, in place.

    Args:
        canvas: (n, 3, size, size), 0 to 1.
        mask: (n, size, size); pixels of which the object covers at least half become `number`.
        images: Which of the n images.
        objects: n objects.
        number: What the object is called in the mask.
    """
    shapes = objects.shape[images]
    for shape in np.unique(shapes):
        rows = images[shapes == shape]
        part, covered = canvas[rows], mask[rows]
        _paint_shape(part, covered, SHAPES[shape], objects[rows], number)
        canvas[rows], mask[rows] = part, covered


def _paint_shape(
    canvas: Field, mask: NDArray[np.uint8], name: str, objects: Objects, number: int
) -> None:
    """Paint objects that all have one shape."""
    size = canvas.shape[-1]
    pixel = np.arange(size, dtype=np.float32) + 0.5  # centers
    across = (pixel - objects.x[:, None]) / objects.radius[:, None]  # (n, size), to the right
    up = (objects.y[:, None] - pixel) / objects.radius[:, None]  # (n, size), upwards
    cos, sin = np.cos(objects.rotation)[:, None], np.sin(objects.rotation)[:, None]
    # Turning the grid back by the rotation gives each pixel's place in the object's own frame.
    u = (cos * across)[:, None, :] + (sin * up)[:, :, None]  # (n, size, size)
    v = (cos * up)[:, :, None] - (sin * across)[:, None, :]
    distance = signed_distance(name, u, v)
    cover = 0.5 - distance * objects.radius[:, None, None]  # of the pixel, for a straight edge
    np.clip(cover, 0.0, 1.0, out=cover)
    np.copyto(mask, np.uint8(number), where=cover >= 0.5)
    light, gloss = _shading(distance, u, v)
    light *= cover * (1.0 - gloss)
    gloss *= cover
    ground = 1.0 - cover
    for channel in range(3):
        plane = canvas[:, channel]
        plane *= ground
        plane += light * objects.rgb[:, channel, None, None]
        plane += gloss


def _shading(distance: Field, u: Field, v: Field) -> tuple[Field, Field]:
    """Light a pillow from above: bright top, dark foot, a rim that turns away, a soft highlight.

    The light hangs in the object's own frame, so even a disc shows which way up it is.

    Returns:
        The factor on the color, and the white that is added; both (n, size, size).
    """
    rim = np.clip(1.0 + distance * 6.0, 0.0, 1.0)  # 0 within, 1 on the edge
    rim *= rim
    light = 0.89 + 0.20 * v
    light += rim * (0.22 * v - 0.10)
    np.clip(light, 0.30, 1.0, out=light)
    gloss = 1.0 - 2.2 * (u * u) - 6.0 * (v - 0.42) ** 2
    np.clip(gloss, 0.0, 1.0, out=gloss)
    gloss *= gloss
    gloss *= 0.30 * (1.0 - rim)
    return light, gloss


def paint_ground(kind: NDArray[np.int32], rgb: Field, waves: Field, size: int) -> Field:
    """Paint textured grounds: patterns between -1 and 1 that make a color lighter and darker.

    Args:
        kind: Index into `GROUNDS`, (n,).
        rgb: Mean color, (n, 3).
        waves: Random numbers 0 to 1 for direction, length and phase of waves, (n, WAVES, 3).
        size: Side in pixels.

    Returns:
        (n, 3, size, size), 0 to 1.
    """
    canvas = np.empty((len(kind), 3, size, size), np.float32)
    canvas[:] = rgb[:, :, None, None]
    for index, name in enumerate(GROUNDS):
        rows = np.flatnonzero(kind == index)
        if name in PATTERNS and len(rows) > 0:
            contrast = np.float32(0.36) * PATTERNS[name](waves[rows], size)
            canvas[rows] *= np.clip(1.0 + contrast[:, None], 0.0, 1.6)
    return canvas


def _stripes(waves: Field, size: int) -> Field:
    return np.tanh(2.5 * _wave(waves[:, 0], 3.0, 6.0, size))


def _checks(waves: Field, size: int) -> Field:
    along = waves[:, 0]
    across = along + np.array([0.25, 0.0, 0.0], np.float32)  # as long, at right angles
    return np.tanh(5.0 * _wave(along, 2.0, 4.0, size) * _wave(across, 2.0, 4.0, size))


def _clouds(waves: Field, size: int) -> Field:
    field = _wave(waves[:, 0], 0.5, 1.5, size)
    for number in range(1, waves.shape[1]):
        field += _wave(waves[:, number], 0.5, 1.5 + 0.5 * number, size)
    return np.float32(0.3) * field


def _waves(waves: Field, size: int) -> Field:
    return np.sin(5.0 * _clouds(waves[:, :3], size) + 3.0 * _wave(waves[:, 3], 1.0, 3.0, size))


def _wave(numbers: Field, low: float, high: float, size: int) -> Field:
    """Return plane waves with `low` to `high` periods across the image.

    Args:
        numbers: Direction in turns, length and phase, each 0 to 1, (n, 3).
        low: Periods for the number 0.
        high: Periods for the number 1.
        size: Side in pixels.
    """
    turn = np.float32(2.0 * np.pi)
    axis = (np.arange(size, dtype=np.float32) + 0.5) / size
    direction = turn * numbers[:, 0, None]
    slope = turn * (low + (high - low) * numbers[:, 1, None])
    across = slope * np.cos(direction) * axis  # (n, size)
    down = slope * np.sin(direction) * axis + turn * numbers[:, 2, None]
    return np.sin(across[:, None, :] + down[:, :, None])


#: The textures by name.
PATTERNS: dict[str, Callable[[Field, int], Field]] = {
    "stripes": _stripes,
    "checks": _checks,
    "waves": _waves,
    "clouds": _clouds,
}
#: The grounds in the order of the factor `ground`.
GROUNDS = ["plain", *PATTERNS]
#: Random waves that a texture may use.
WAVES = 6
