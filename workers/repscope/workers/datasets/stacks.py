"""Arrays as images: which axis is what, labels beside them, splits one after the other."""

from dataclasses import dataclass, field
from math import isqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from repscope.core.errors import MethodFailed
from repscope.workers.context import Context, Result
from repscope.workers.datasets.columns import Columns
from repscope.workers.datasets.description import describe
from repscope.workers.datasets.labels import Labels, numbered
from repscope.workers.datasets.values import scale_of
from repscope.workers.files.arrays import MOST_BYTES, Broken, blocks, in_words

#: Side of the largest image, and the most images.
LONGEST_SIDE = 1024
MOST_IMAGES = 10_000_000
_COLORS = (1, 3, 4)
#: Share of the time that finding the range of the values takes.
_LOOKING = 0.3


@dataclass(frozen=True)
class Part:
    """Some images with what is known of them.

    Attributes:
        images: Numbers, rows first; see `as_images`.
        labels: One for each image, if they are known.
        split: Name of the split that they are.
        columns: Further values by name, one for each image.
    """

    images: NDArray[Any]
    labels: NDArray[Any] | None = None
    split: str | None = None
    columns: dict[str, NDArray[Any]] = field(default_factory=dict)


def can_be_images(shape: tuple[int, ...]) -> bool:
    """Tell whether a shape is one of those that `as_images` reads."""
    match len(shape):
        case 2:
            return _square_side(shape[1]) is not None
        case 3:
            return True
        case 4:
            return shape[3] in _COLORS or shape[1] in _COLORS
    return False


def as_images(array: NDArray[Any], name: str) -> NDArray[Any]:
    """View an array as images: (count, height, width, channels), 1, 3 or 4 channels.

    | shape | read as |
    |---|---|
    | (N, H, W) | gray |
    | (N, H, W, C) with 1, 3 or 4 channels | channels last, the fourth is transparency |
    | (N, C, H, W) with 1, 3 or 4 channels | channels first, unless the last axis can be them |
    | (N, D) | squares: gray when D is a square number, else colors one after the other |

    Raises:
        Broken: It is none of these, or its images are too large.
    """
    shape = array.shape
    if array.ndim == 2:
        array = _squares(array)
    elif array.ndim == 3:
        array = array[..., None]
    elif array.ndim == 4 and shape[3] not in _COLORS and shape[1] in _COLORS:
        array = array.transpose(0, 2, 3, 1)
    if array.ndim != 4 or array.shape[3] not in _COLORS:
        raise Broken(
            f"{name} has the shape {in_words(shape)}, which is none of images: N x height x width, "
            "with 1, 3 or 4 channels before or behind these two."
        )
    if max(array.shape[1:3]) > LONGEST_SIDE:
        raise Broken(
            f"{name} has images of {array.shape[1]:,} by {array.shape[2]:,} pixels; arrays of up "
            f"to {LONGEST_SIDE:,} a side are read."
        )
    return array


def assemble(
    context: Context,
    parts: list[Part],
    *,
    name: str,
    class_names: list[str] | None,
    title: str,
    source: str,
) -> Result:
    """Make a dataset of arrays, part after part.

    Args:
        context: Surroundings of the call.
        parts: At least one; all images of one size.
        name: What the file of images is called in a sentence.
        class_names: Names of the classes, if they were given.
        title: Name for people.
        source: Where the images come from.

    Raises:
        MethodFailed: The parts do not fit each other.
    """
    stacks = [as_images(part.images, name) for part in parts]
    _, height, width, depth = stacks[0].shape
    for stack in stacks:
        if stack.shape[1:] != stacks[0].shape[1:] or stack.dtype != stacks[0].dtype:
            raise MethodFailed(
                f"Images of {in_words(stack.shape[1:])} ({stack.dtype}) and of "
                f"{in_words(stacks[0].shape[1:])} ({stacks[0].dtype}) do not go together."
            )
    count = sum(map(len, stacks))
    channels = 3 if depth == 4 else depth
    if count > MOST_IMAGES:
        raise MethodFailed(f"{count:,} images are too many; {MOST_IMAGES:,} are taken at most.")
    if count * height * width * channels > MOST_BYTES:
        raise MethodFailed(f"{count:,} images of {height} by {width} pixels do not fit in 64 GiB.")
    labels = _labels(parts, class_names)
    scale = scale_of(
        stacks, name, lambda share: context.progress(_LOOKING * share, "finding black and white")
    )
    images = context.array("images", (count, height, width, channels), "uint8")
    done = 0
    for stack in stacks:
        for _, block in blocks(stack):
            share = _LOOKING + (1.0 - _LOOKING) * done / count
            context.progress(share, f"{done:,} of {count:,} images")
            images[done : done + len(block)] = _opaque(scale(block))
            done += len(block)
    context.progress(1.0, f"{count:,} images")
    splits = list(dict.fromkeys(part.split for part in parts if part.split))
    columns = _columns(parts, splits)
    meta = describe(
        images,
        title=title,
        source=source,
        license="not given",
        classes=labels.classes if labels else None,
        columns=columns.descriptions,
        splits=splits or None,
    )
    known = {"labels": labels.numbers} if labels else {}
    return Result({"images": images, **known, **columns.arrays}, meta)


def _squares(array: NDArray[Any]) -> NDArray[Any]:
    """View rows as squares, if they can be."""
    count, width = array.shape
    found = _square_side(width)
    if found is None:
        return array
    side, channels = found
    return array.reshape(count, channels, side, side).transpose(0, 2, 3, 1)


def _square_side(width: int) -> tuple[int, int] | None:
    """Return side and channels of a square of so many numbers."""
    for channels in (1, 3):
        side = isqrt(width // channels)
        if side > 1 and channels * side * side == width:
            return side, channels
    return None


def _opaque(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Lay images with transparency on white."""
    if images.shape[3] != 4:
        return images
    alpha = images[..., 3:].astype(np.float32) / 255.0
    flat = images[..., :3] * alpha + 255.0 * (1.0 - alpha)
    return np.round(flat).astype(np.uint8)


def _labels(parts: list[Part], class_names: list[str] | None) -> Labels | None:
    if all(part.labels is None for part in parts):
        if class_names:
            raise MethodFailed("Names of classes were given, but no labels that they name.")
        return None
    for part in parts:
        if part.labels is not None and part.labels.shape != (len(part.images),):
            raise MethodFailed(
                f"There are {len(part.images):,} images and labels of the shape "
                f"{in_words(part.labels.shape)}; each image has one label."
            )
    return numbered(
        [part.labels if part.labels is not None else len(part.images) for part in parts],
        class_names,
    )


def _columns(parts: list[Part], splits: list[str]) -> Columns:
    """Return splits and what else is known of every image."""
    columns = Columns()
    if splits:
        numbers = [splits.index(part.split) if part.split else -1 for part in parts]
        counts = [len(part.images) for part in parts]
        columns.add_split(splits, np.repeat(np.array(numbers, np.int32), counts))
    for name in parts[0].columns:
        if all(name in part.columns for part in parts):
            columns.add(name, np.concatenate([part.columns[name] for part in parts]))
    return columns
