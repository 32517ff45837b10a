"""Ten outlines as signed distances: negative inside, zero on the edge, positive outside.

A signed distance tells how much of a pixel an edge covers and how far a point lies from the rim, so
one formula gives a smooth edge and a bevel at any size. The formulas follow Inigo Quilez, "2D
distance functions" (https://iquilezles.org/articles/distfunctions2d/). The frame of an object has u
to the right and v upwards.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: float32 throughout; the type is wider because plain numbers widen it on paper.
Field = NDArray[np.floating[Any]]
Outline = Callable[[Field, Field], Field]


def circle(u: Field, v: Field) -> Field:
    """A disc."""
    return _length(u, v) - 1.0


def square(u: Field, v: Field) -> Field:
    """A square with slightly rounded corners."""
    return _box(np.abs(u), np.abs(v), 0.72, 0.72, 0.10)


def triangle(u: Field, v: Field) -> Field:
    """An equilateral triangle, point up."""
    slope = 0.8660254 * _smooth_abs(u, 0.10) + 0.5 * v - 0.5
    return _smooth_max(slope, -v - 0.5, 0.12)


def star(u: Field, v: Field) -> Field:
    """A star with five points, one up."""
    cos36, sin36 = 0.80901699, 0.58778525
    outer, inner, rounding = 0.94, 0.47, 0.05
    x, y = np.abs(u), v
    fold = 2.0 * np.maximum(cos36 * x - sin36 * y, 0.0)  # into the top point's tenth of the plane
    x, y = x - fold * cos36, y + fold * sin36
    fold = 2.0 * np.maximum(-cos36 * x - sin36 * y, 0.0)
    x, y = np.abs(x + fold * cos36), y + fold * sin36 - outer
    edge_x, edge_y = inner * sin36, inner * cos36 - outer  # from the tip to the notch
    along = (x * edge_x + y * edge_y) / (edge_x**2 + edge_y**2)
    along = np.clip(along, 0.0, 1.0)
    side = np.sign(y * edge_x - x * edge_y)
    return _length(x - edge_x * along, y - edge_y * along) * side - rounding


def heart(u: Field, v: Field) -> Field:
    """A heart."""
    x, y = np.abs(u), v
    lobe = _length(x - 0.25, y - 0.75) - 0.35355339
    corner = 0.5 * np.maximum(x + y, 0.0)
    flank = np.minimum(x * x + (y - 1.0) ** 2, (x - corner) ** 2 + (y - corner) ** 2)
    return np.where(x + y > 1.0, lobe, np.sqrt(flank) * np.sign(x - y)) - 0.03


def cross(u: Field, v: Field) -> Field:
    """A plus sign."""
    x, y = np.abs(u), np.abs(v)
    return _box(np.maximum(x, y), np.minimum(x, y), 0.94, 0.32, 0.08)


def ring(u: Field, v: Field) -> Field:
    """A thick ring."""
    return np.abs(_length(u, v) - 0.70) - 0.25


def crescent(u: Field, v: Field) -> Field:
    """A crescent moon, open to the right."""
    y, bite, shift, rounding = np.abs(v), 0.78, 0.54, 0.04
    tip_x = (1.0 - bite**2 + shift**2) / (2.0 * shift)  # where the two circles meet
    tip_y = float(np.sqrt(1.0 - tip_x**2))
    moon = np.maximum(_length(u, y) - 1.0, bite - _length(u - shift, y))
    beyond = u * tip_y - y * tip_x > shift * np.maximum(tip_y - y, 0.0)
    return np.where(beyond, _length(u - tip_x, y - tip_y), moon) - rounding


def pentagon(u: Field, v: Field) -> Field:
    """A regular pentagon, point up."""
    x, radius = _smooth_abs(u, 0.06), 0.80901699
    sides = _smooth_max(0.58778525 * x + 0.80901699 * v, 0.95105652 * x - 0.30901699 * v, 0.08)
    return _smooth_max(sides, -v, 0.08) - radius


def arrow(u: Field, v: Field) -> Field:
    """An arrow that points up."""
    x = np.abs(u)
    head = _smooth_max(0.70710678 * (_smooth_abs(u, 0.08) + v - 1.0), 0.06 - v, 0.10)
    shaft = _box(x, np.abs(v + 0.42), 0.27, 0.56, 0.08)
    return np.minimum(head, shaft)


#: All outlines in the order of their labels.
OUTLINES: dict[str, Outline] = {
    "circle": circle,
    "square": square,
    "triangle": triangle,
    "star": star,
    "heart": heart,
    "cross": cross,
    "ring": ring,
    "crescent": crescent,
    "pentagon": pentagon,
    "arrow": arrow,
}
#: How much of the circle around an object its outline reaches, so that all look equally large.
REACH = {"circle": 0.86, "ring": 0.92, "square": 0.96}


@dataclass(frozen=True)
class Frame:
    """Where an outline's own coordinates lie in the object's.

    Attributes:
        u: Center of gravity in the outline's coordinates.
        v: Center of gravity in the outline's coordinates.
        scale: Outline units in one radius of the object.
    """

    u: float
    v: float
    scale: float


@cache
def frame(name: str) -> Frame:
    """Measure an outline: an object turns about its center of gravity and fits its radius."""
    axis = np.linspace(-1.6, 1.6, 401, dtype=np.float32)
    u, v = np.meshgrid(axis, axis)
    inside = OUTLINES[name](u, v) < 0.0
    center_u, center_v = float(u[inside].mean()), float(v[inside].mean())
    reach = float(np.hypot(u[inside] - center_u, v[inside] - center_v).max())
    return Frame(center_u, center_v, reach / REACH.get(name, 1.0))


def signed_distance(name: str, u: Field, v: Field) -> Field:
    """Return the signed distance in units of the object's radius, about its center of gravity."""
    own = frame(name)
    distance = OUTLINES[name](u * own.scale + own.u, v * own.scale + own.v)
    return distance / np.float32(own.scale)


def _box(x: Field, y: Field, half_width: float, half_height: float, rounding: float) -> Field:
    """A rectangle with round corners, for x and y that are not negative."""
    x = x - (half_width - rounding)
    y = y - (half_height - rounding)
    outside = _length(np.maximum(x, 0.0), np.maximum(y, 0.0))
    return outside + np.minimum(np.maximum(x, y), 0.0) - rounding


def _length(x: Field, y: Field) -> Field:
    """Three times as fast as `hypot`, which guards against overflow that cannot happen here."""
    return np.sqrt(x * x + y * y)


def _smooth_max(a: Field, b: Field, width: float) -> Field:
    """The larger of two, with the edge between them rounded off over `width`."""
    overlap = np.maximum(width - np.abs(a - b), 0.0)
    return np.maximum(a, b) + overlap * overlap * (0.25 / width)


def _smooth_abs(x: Field, width: float) -> Field:
    return np.sqrt(x * x + width * width)
