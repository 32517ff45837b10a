"""Dissimilarity matrices in files that somebody brought."""

import math
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from repscope.core.errors import InvalidRecipe, MethodFailed
from repscope.workers.files.arrays import Broken, Tell, in_words
from repscope.workers.files.csvs import read_csv
from repscope.workers.files.mat import MAGIC as MAT
from repscope.workers.files.mat import Entry, Mat
from repscope.workers.files.npy import MAGIC as NPY
from repscope.workers.files.npy import read_npy
from repscope.workers.similarity.square import several

_FILE = "The file"
#: Names that an error lists.
_LISTED = 20


@dataclass(frozen=True)
class Brought:
    """Matrices of the same images, before they are checked.

    Attributes:
        values: Of each subject the matrices of its sessions, (n, n) or (pairs,).
        names: Of each subject the names of its sessions; empty where the file has none.
    """

    values: list[list[NDArray[Any]]]
    names: list[list[str]]


def read(path: Path, place: Path, name: str, tell: Tell) -> Brought:
    """Read a .npy, .mat or .csv file.

    Args:
        path: The file.
        place: Where a scratch file may lie.
        name: Which variable of a .mat file, or which of its structures by their names; empty for
            the only one.
        tell: Told of progress.

    Raises:
        Broken: The file is not what it says, or holds no dissimilarities.
        InvalidRecipe: The name is none of the file's, or does not say which.
    """
    with path.open("rb") as file:
        start = file.read(max(len(NPY), len(MAT)))
    if start.startswith(MAT):
        with Mat.open(path, _FILE) as mat:
            return _matlab(mat, name)
    if name:
        raise InvalidRecipe(
            "Only arrays of a .mat file have names; leave 'name' empty.", field="params.name"
        )
    if start.startswith(NPY):
        return _plain(read_npy(path, _FILE))
    return _plain(_headed(np.asarray(read_csv(path, place, _FILE, tell).layers["vectors"])))


def _plain(array: NDArray[Any]) -> Brought:
    """Arrange one array."""
    found = several(array) if array.dtype.kind in "biuf" else None
    if found is None:
        raise Broken(
            f"{_FILE} has the shape {in_words(array.shape)} ({array.dtype}); dissimilarities of n "
            "images are n x n numbers, or the n (n - 1) / 2 of one half, for one subject or more."
        )
    sessions = found.ndim - len(_own(found)) > 1
    values = [list(each) if sessions else [each] for each in found]
    return Brought(values, [["" for _ in each] for each in values])


def _own(found: NDArray[Any]) -> tuple[int, ...]:
    """Return the shape of one of several matrices."""
    square = found.ndim > 2 and found.shape[-1] == found.shape[-2]
    return found.shape[-2:] if square else found.shape[-1:]


def _headed(table: NDArray[Any]) -> NDArray[Any]:
    """Put back a first row of 0, 1, 2, ..., which a table takes for the numbers of its columns."""
    if table.shape[0] + 1 == table.shape[1]:
        return np.vstack([np.arange(table.shape[1]), table])
    return table


def _matlab(mat: Mat, name: str) -> Brought:
    """Find the matrices of a MATLAB file."""
    groups: dict[str, list[Entry]] = defaultdict(list)
    for entry in mat.entries:
        alone = math.prod(entry.shape) == 1  # a number beside, not a matrix of two images
        fits = not alone and several(np.empty(entry.shape, np.bool_)) is not None
        if fits and entry.field.upper() in ("", "RDM"):
            groups[entry.variable].append(entry)
    if not groups:
        raise Broken(
            f"{_FILE} holds no dissimilarities: neither a variable of n x n numbers, or of the "
            "n (n - 1) / 2 of one half, nor structures with such a field 'RDM'."
        )
    chosen = _chosen(groups, name)
    if len(chosen) == 1:
        brought = _plain(mat.read(chosen[0]))
        return Brought(brought.values, [[chosen[0].name for _ in each] for each in brought.names])
    # Structures in two dimensions are subjects by sessions; in one, subjects.
    rows: dict[tuple[int, ...], list[Entry]] = defaultdict(list)
    axes = [
        axis for axis in range(len(chosen[0].place)) if len({e.place[axis] for e in chosen}) > 1
    ]
    for entry in chosen:
        rows[tuple(entry.place[axis] for axis in axes[:-1] or axes)].append(entry)
    values = [[_single(mat, entry) for entry in each] for each in rows.values()]
    return Brought(values, [[entry.name for entry in each] for each in rows.values()])


def _single(mat: Mat, entry: Entry) -> NDArray[Any]:
    found = several(mat.read(entry))
    if found is None or len(found) != 1 or found.ndim - len(_own(found)) != 1:
        raise MethodFailed(
            f"{_FILE} holds several matrices in one structure of {entry.variable!r}; give each "
            "a structure of its own."
        )
    return found[0]


def _chosen(groups: dict[str, list[Entry]], name: str) -> list[Entry]:
    if not name and len(groups) == 1:
        return next(iter(groups.values()))
    if name in groups:
        return groups[name]
    called = [each for entries in groups.values() for each in entries if name and each.name == name]
    if called:
        return called
    inner = [each.name for entries in groups.values() for each in entries if each.name]
    there = [*groups, *dict.fromkeys(inner)]
    more = f" and {len(there) - _LISTED:,} more" if len(there) > _LISTED else ""
    listed = ", ".join(repr(each) for each in there[:_LISTED]) + more
    problem = f"has no {name!r}" if name else "holds several variables of dissimilarities"
    raise InvalidRecipe(f"{_FILE} {problem}; choose of {listed}.", field="params.name")
