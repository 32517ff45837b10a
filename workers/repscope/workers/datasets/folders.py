"""What the folders of a collection say: classes and splits."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

#: Folders that are parts of a collection rather than classes, and how they are called here.
_SPLITS = {
    "train": "train",
    "training": "train",
    "val": "validation",
    "valid": "validation",
    "validation": "validation",
    "dev": "validation",
    "test": "test",
    "testing": "test",
}
SPLIT_ORDER = ("train", "validation", "test")


@dataclass(frozen=True)
class Places:
    """Where images lie.

    Attributes:
        top: The outermost folder, if all of them lie in it.
        classes: Names of the classes, in natural order.
        labels: Class of each image, -1 for none.
        splits: Names of the splits, if there are any.
        split: Split of each image, -1 for none.
    """

    top: str | None
    classes: list[str]
    labels: list[int]
    splits: list[str]
    split: list[int]


def places(names: list[str]) -> Places:
    """Read classes and splits from the paths of images.

    Folders that hold all of them are left out. If the folders below it are splits, and nothing
    else, the classes are the folders in those. Deeper folders say nothing.

    Args:
        names: Paths with slashes.
    """
    paths = [name.split("/") for name in names]
    top = _common_top(paths)
    while _common_top(paths) is not None:
        paths = [path[1:] for path in paths]
    splits: list[str] = []
    split = [-1] * len(paths)
    folders = {path[0] if len(path) > 1 else None for path in paths}
    if folders and all(each is not None and each.lower() in _SPLITS for each in folders):
        given = [_SPLITS[path[0].lower()] for path in paths]
        splits = [each for each in SPLIT_ORDER if each in given]
        split = [splits.index(each) for each in given]
        paths = [path[1:] for path in paths]
    classes = natural({path[0] for path in paths if len(path) > 1})
    number = {name: index for index, name in enumerate(classes)}
    labels = [number[path[0]] if len(path) > 1 else -1 for path in paths]
    return Places(top, classes, labels, splits, split)


def split_named(text: str) -> str | None:
    """Return the split that a word stands for: `dev` is `validation`."""
    return _SPLITS.get(text.strip().lower())


def natural(names: Iterable[str]) -> list[str]:
    """Sort names as people do: 2 comes before 10."""
    return sorted(names, key=_natural_key)


def _common_top(paths: list[list[str]]) -> str | None:
    tops = {path[0] if len(path) > 1 else None for path in paths}
    return tops.pop() if len(tops) == 1 else None


def _natural_key(name: str) -> tuple[list[tuple[int, str, str]], str]:
    parts = re.split(r"([0-9]+)", name.lower())
    # Digits compare by their number: first how many there are, without zeros in front.
    keys = [
        (len(part.lstrip("0")), part.lstrip("0"), "") if index % 2 else (-1, "", part)
        for index, part in enumerate(parts)
    ]
    return keys, name
