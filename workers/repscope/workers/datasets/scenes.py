"""Which objects lie where: the random draw of scenes, and their painting."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from repscope.workers.datasets.painting import (
    COLORS,
    GROUNDS,
    PALETTE,
    WAVES,
    Objects,
    hsv_to_rgb,
    paint_ground,
    paint_objects,
)

Vector = NDArray[np.floating[Any]]

#: Images drawn from one random generator. Fixed, so that image i depends on the seed and i alone.
CHUNK = 1024
#: Images painted at a time, so that the planes stay in the processor's cache.
BATCH_PIXELS = 2**19
#: Most objects in a scene: one in each quarter of the image.
MOST_OBJECTS = 4
#: Share of the side that belongs to the largest object of a scene.
MAIN_SHARE = 0.58


@dataclass(frozen=True)
class Settings:
    """What kind of scenes to draw."""

    scene: Literal["object", "scenes"]
    size: int
    classes: int
    class_colors: bool
    max_rotation: float
    """In degrees."""


@dataclass
class Scenes:
    """A chunk of scenes, ready to be painted.

    Attributes:
        rgb: Color of the ground, (n, 3).
        ground: Index into `GROUNDS`, (n,).
        waves: Random numbers of the texture, (n, WAVES, 3).
        objects: One entry for each object of a scene, the largest first.
        number: Objects in each scene, (n,).
        factors: What is known of each image, by the name of its array.
    """

    rgb: Vector
    ground: NDArray[np.int32]
    waves: Vector
    objects: list[Objects]
    number: NDArray[np.int32]
    factors: dict[str, NDArray[Any]]


def draw(settings: Settings, seed: int, chunk: int) -> Scenes:
    """Draw the factors of chunk number `chunk`: always `CHUNK` images."""
    rng = np.random.default_rng([seed, chunk])
    textured = settings.scene == "scenes"
    number = rng.integers(1, MOST_OBJECTS + 1, CHUNK) if textured else np.ones(CHUNK)
    brightness = _uniform(rng, 0.14, 0.34) if textured else _uniform(rng, 0.05, 0.17)
    tint = hsv_to_rgb(
        _uniform(rng, 0.0, 360.0), _uniform(rng, 0.1, 0.5), np.ones(CHUNK, np.float32)
    )
    cool = np.array([0.88, 0.96, 1.12], np.float32)
    tint = tint / tint.mean(axis=1, keepdims=True) if textured else cool
    kinds = len(GROUNDS) if textured else 1
    ground = rng.integers(0, kinds, CHUNK).astype(np.int32)
    waves = rng.random((CHUNK, WAVES, 3), np.float32)
    places = _quarters(rng, settings.size) if textured else [_whole(settings.size)]
    objects, colors, hues = [], [], []
    for place in places:
        shape = rng.integers(0, settings.classes, CHUNK).astype(np.int32)
        color = rng.integers(0, len(COLORS), CHUNK).astype(np.int32)
        color = shape if settings.class_colors else color
        hue, rgb = _draw_color(rng, color)
        radius = place.half * _uniform(rng, *place.radii)
        free = place.half - radius - 0.5  # what is left to move in, less half a pixel of soft edge
        x = place.x + free * _uniform(rng, -1.0, 1.0)
        y = place.y + free * _uniform(rng, -1.0, 1.0)
        rotation = np.deg2rad(settings.max_rotation * _uniform(rng, -1.0, 1.0))
        objects.append(Objects(shape, rgb, radius, x, y, rotation))
        colors.append(color)
        hues.append(hue)
    main = objects[0]
    factors = {
        "labels": main.shape,
        "column_color": colors[0],
        "column_hue": hues[0],
        "column_size": main.radius / np.float32(settings.size / 2),
        "column_x": main.x,
        "column_y": main.y,
        "column_rotation": np.rad2deg(main.rotation),
        "column_background": brightness,
    }
    if textured:
        factors |= {"column_ground": ground, "column_objects": number.astype(np.float32)}
    rgb = (brightness[:, None] * tint).astype(np.float32)
    return Scenes(rgb, ground, waves, objects, number.astype(np.int32), factors)


def paint(scenes: Scenes, count: int, size: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Paint the first `count` scenes.

    Returns:
        Images (count, size, size, 3) and masks (count, size, size), 0 on the ground, 1 on the
        largest object.
    """
    images = np.empty((count, size, size, 3), np.uint8)
    masks = np.zeros((count, size, size), np.uint8)
    batch = max(1, BATCH_PIXELS // size**2)
    for start in range(0, count, batch):
        rows = slice(start, min(start + batch, count))
        canvas = paint_ground(scenes.ground[rows], scenes.rgb[rows], scenes.waves[rows], size)
        for index, objects in enumerate(scenes.objects):
            there = np.flatnonzero(scenes.number[rows] > index)
            paint_objects(canvas, masks[rows], there, objects[rows], index + 1)
        canvas *= 255.0
        canvas += 0.5  # to the nearest
        images[rows] = canvas.astype(np.uint8).transpose(0, 2, 3, 1)
    return images, masks


@dataclass(frozen=True)
class _Place:
    """A square in each image in which an object may lie.

    Attributes:
        x: Center in pixels, (n,).
        y: Center in pixels, (n,).
        half: Half the side in pixels.
        radii: Smallest and largest radius of the object, as shares of `half`.
    """

    x: Vector
    y: Vector
    half: float
    radii: tuple[float, float]


def _whole(size: int) -> _Place:
    center = np.full(CHUNK, size / 2, np.float32)
    return _Place(center, center, size / 2, (0.6, 0.8))


def _quarters(rng: np.random.Generator, size: int) -> list[_Place]:
    """Divide images in four, a large corner for the first object and three small ones."""
    right, below = rng.integers(0, 2, (2, CHUNK)).astype(bool)  # where the large corner lies
    near, far = MAIN_SHARE / 2 * size, (1.0 + MAIN_SHARE) / 2 * size  # centers of the corners
    places = []
    for beside, under in ((False, False), (True, False), (False, True), (True, True)):
        x, y = (far if beside else near), (far if under else near)
        places.append(
            _Place(
                np.where(right, size - x, x).astype(np.float32),
                np.where(below, size - y, y).astype(np.float32),
                size - far if beside or under else near,
                (0.60, 0.90) if beside or under else (0.74, 0.94),
            )
        )
    return places


def _draw_color(rng: np.random.Generator, color: NDArray[np.int32]) -> tuple[Vector, Vector]:
    """Draw a shade of each named color; returns hues in degrees (n,) and RGB (n, 3)."""
    table = np.array([PALETTE[name] for name in COLORS], np.float32)[color]
    hue = (table[:, 0] + _uniform(rng, -6.0, 6.0)) % np.float32(360.0)
    saturation = np.clip(table[:, 1] + _uniform(rng, -0.06, 0.06), 0.0, 1.0)
    value = np.clip(table[:, 2] + _uniform(rng, -0.08, 0.02), 0.0, 1.0)
    return hue, hsv_to_rgb(hue, saturation, value)


def _uniform(rng: np.random.Generator, low: float, high: float) -> Vector:
    return (low + (high - low) * rng.random(CHUNK, np.float32)).astype(np.float32)
