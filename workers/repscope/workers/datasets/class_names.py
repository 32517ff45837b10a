"""Names of the classes of published sets, where torchvision has them otherwise or not at all."""

from collections.abc import Callable
from typing import Any

#: Names of the classes from an instance of a set; None for a number that no image has.
Naming = Callable[[Any], list[str | None]]

DIGITS = [str(digit) for digit in range(10)]
#: Road signs by the numbers of the benchmark.
SIGNS = [
    "limit 20",
    "limit 30",
    "limit 50",
    "limit 60",
    "limit 70",
    "limit 80",
    "end of limit 80",
    "limit 100",
    "limit 120",
    "no overtaking",
    "no overtaking by trucks",
    "priority at next crossing",
    "priority road",
    "give way",
    "stop",
    "no vehicles",
    "no trucks",
    "no entry",
    "danger",
    "bend left",
    "bend right",
    "double bend",
    "uneven road",
    "slippery road",
    "road narrows",
    "road works",
    "traffic lights",
    "pedestrians",
    "children",
    "bicycles",
    "snow",
    "wild animals",
    "end of limits",
    "turn right",
    "turn left",
    "straight on",
    "straight or right",
    "straight or left",
    "keep right",
    "keep left",
    "roundabout",
    "end of no overtaking",
    "end of no overtaking by trucks",
]


def own(dataset: Any) -> list[str | None]:
    """Return them as the set gives them."""
    return [str(name) for name in dataset.classes]


def named(names: list[str]) -> Naming:
    """Give names to a set that has numbers alone."""
    return lambda _: list(names)


def first_word(dataset: Any) -> list[str | None]:
    """Return what stands in front: `3 - three` is 3."""
    return [name.split(" - ")[0] for name in dataset.classes]


def letters(dataset: Any) -> list[str | None]:
    """Return them without `N/A`, which stands for a number that no image has."""
    return [None if name == "N/A" else name for name in dataset.classes]


def after_number(dataset: Any) -> list[str | None]:
    """Return categories without their numbers: `001.ak47` is ak47."""
    return [name.partition(".")[2] or name for name in dataset.categories]
