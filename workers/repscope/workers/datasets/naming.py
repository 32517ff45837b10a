"""Which array of a `.npz` is what, by shape and by name."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from repscope.core.errors import MethodFailed
from repscope.workers.datasets.columns import MOST_COLUMNS
from repscope.workers.datasets.folders import SPLIT_ORDER, split_named
from repscope.workers.datasets.stacks import can_be_images
from repscope.workers.files.arrays import Layout, in_words

_LABELS = ("label", "labels", "y", "target", "targets", "class", "classes", "category")
_NAMES = {"names", "classes", "categories", "classnames", "labelnames"}
_MOST_NAMES = 1000
#: Bytes of the values of one column.
_MOST_BYTES = 256 * 2**20


@dataclass
class ChosenPart:
    """The arrays that describe some images, by their names in the archive."""

    images: str
    labels: str | None = None
    split: str | None = None
    columns: dict[str, str] = field(default_factory=dict)


@dataclass
class Chosen:
    """What was found in an archive.

    Attributes:
        parts: Images with what belongs to them.
        class_names: The array that names the classes.
    """

    parts: list[ChosenPart]
    class_names: str | None


def choose(layouts: Mapping[str, Layout], images: str | None, labels: str | None) -> Chosen:
    """Find images, labels, splits, columns and names of classes.

    Images are those named, or else the largest array that can be images; when several such arrays
    are called alike but for train, val or test, they are splits. Labels are those named, or else
    the array of N values whose name says so, or the only one of N whole numbers or texts. Other
    arrays of N values are columns. A list of texts that is called names or classes names them.

    Raises:
        MethodFailed: What was named is not there, or there are no images.
    """
    for name in (images, labels):
        if name is not None and name not in layouts:
            raise MethodFailed(f"The file has no array {name!r}; it has {_listed(layouts)}.")
    parts = [ChosenPart(images)] if images else _find_images(layouts)
    for part in parts:
        _find_beside(part, layouts, labels)
    used = {name for part in parts for name in (part.labels, *part.columns.values())}
    return Chosen(parts, _find_names(layouts, used))


def _find_images(layouts: Mapping[str, Layout]) -> list[ChosenPart]:
    stacks = {key: layout for key, layout in layouts.items() if can_be_images(layout.shape)}
    stacks = {key: layout for key, layout in stacks.items() if layout.dtype.kind in "biuf"}
    deep = {key: layout for key, layout in stacks.items() if len(layout.shape) > 2}
    stacks = deep or stacks
    if not stacks:
        raise MethodFailed(f"The file has no array of images; it has {_listed(layouts)}.")
    largest = max(stacks, key=lambda key: (math.prod(stacks[key].shape), key))
    split, base = _split_off(largest)
    if split is None:
        return [ChosenPart(largest)]
    alike = {}
    for key, layout in stacks.items():
        other, others_base = _split_off(key)
        if other and others_base == base and layout.shape[1:] == stacks[largest].shape[1:]:
            alike[other] = key
    return [ChosenPart(alike[each], split=each) for each in SPLIT_ORDER if each in alike]


def _find_beside(part: ChosenPart, layouts: Mapping[str, Layout], labels: str | None) -> None:
    """Find the labels and columns of a part."""
    count = layouts[part.images].shape[0]
    beside = {}
    for key, layout in layouts.items():
        split, base = _split_off(key)
        flat = layout.shape in {(count,), (count, 1)}
        flat = flat and layout.nbytes <= _MOST_BYTES
        if flat and key != part.images and (part.split is None or split == part.split):
            beside[key] = " ".join(base)
    part.labels = labels or _likely_labels(beside, layouts)
    others = {base: key for key, base in beside.items() if key != part.labels}
    part.columns = dict(list(others.items())[:MOST_COLUMNS])


def _likely_labels(beside: Mapping[str, str], layouts: Mapping[str, Layout]) -> str | None:
    words = {key: base.split() for key, base in beside.items()}
    for word in _LABELS:
        for key in beside:
            if word in words[key]:
                return key
    whole = [key for key in beside if layouts[key].dtype.kind in "iuSU"]
    return whole[0] if len(whole) == 1 else None


def _find_names(layouts: Mapping[str, Layout], used: set[str | None]) -> str | None:
    for key, layout in layouts.items():
        words = set(_split_off(key)[1])
        is_list = layout.dtype.kind in "SU" and len(layout.shape) == 1
        if is_list and layout.shape[0] <= _MOST_NAMES and words & _NAMES and key not in used:
            return key
    return None


def _split_off(name: str) -> tuple[str | None, tuple[str, ...]]:
    """Return the split that a name tells of, and its other words."""
    words = [word for word in re.split(r"[^a-z0-9]+", name.lower()) if word]
    split = next((found for word in words if (found := split_named(word))), None)
    return split, tuple(word for word in words if split_named(word) is None)


def _listed(layouts: Mapping[str, Layout]) -> str:
    shown = [f"{key[:60]} ({in_words(layout.shape)})" for key, layout in layouts.items()]
    return ", ".join(shown[:8]) + (", ..." if len(shown) > 8 else "")
