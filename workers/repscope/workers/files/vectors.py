"""From a file of vectors to a matrix: the format is told by the first bytes."""

from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from repscope.workers.files.arrays import Broken, Tell, blocks, in_words, scratch
from repscope.workers.files.csvs import read_csv
from repscope.workers.files.matrix import Matrix, is_feature
from repscope.workers.files.npy import MAGIC as NPY
from repscope.workers.files.npy import read_npy
from repscope.workers.files.npz import Npz
from repscope.workers.files.parquet import MAGIC as PARQUET
from repscope.workers.files.parquet import Field, Parquet

WIDEST = 100_000
_ZIP = b"PK"
#: Numbers of one batch of rows of a Parquet file, and bytes of all texts of a file.
_BATCH = 2**20
_MOST_TEXT = 2**28


def read_vectors(path: Path, folder: Path, name: str, tell: Tell) -> Matrix:
    """Read a .npy, .npz, .csv, .tsv or .parquet file of vectors.

    Args:
        path: The file.
        folder: Where scratch files may lie.
        name: What it is called in a sentence.
        tell: Told of progress.

    Raises:
        Broken: It holds no vectors, or is not what it says.
    """
    with path.open("rb") as file:
        start = file.read(len(NPY))
    if start == NPY:
        matrix = Matrix({"vectors": read_npy(path, name)}, {})
    elif start.startswith(_ZIP):
        matrix = _npz(path, folder, name, tell)
    elif start.startswith(PARQUET):
        matrix = _parquet(path, folder, name, tell)
    else:
        matrix = read_csv(path, folder / "vectors", name, tell)
    for layer in matrix.layers.values():
        if layer.ndim != 2 or layer.dtype.kind not in "biuf" or layer.shape[1] > WIDEST:
            raise Broken(
                f"{name} has the shape {in_words(layer.shape)} ({layer.dtype}); vectors are N x "
                f"width numbers, up to {WIDEST:,} wide."
            )
    return matrix


def copied(source: NDArray[Any], target: NDArray[np.float32], name: str, tell: Tell) -> None:
    """Copy vectors in single precision, some rows at a time.

    Raises:
        Broken: A number is not finite, or too large for single precision.
    """
    for rows, block in blocks(source):
        with np.errstate(over="ignore"):
            target[rows] = block
        good = np.isfinite(target[rows]).all(axis=1)
        if not good.all():
            raise Broken(
                f"{name} holds a number that is not finite (NaN, infinite or beyond single "
                f"precision) in row {rows.start + int(np.argmin(good)):,}, counted from 0."
            )
        tell(rows.stop / len(source))


def _npz(path: Path, folder: Path, name: str, tell: Tell) -> Matrix:
    with Npz.open(path, name) as npz:
        layouts = npz.layouts
        wide = [k for k, v in layouts.items() if len(v.shape) == 2 and v.dtype.kind in "biuf"]
        if not wide:
            raise Broken(f"{name} holds no array of N x width numbers.")
        rows = max(layouts[key].shape[0] for key in wide)
        number = count()
        layers = {
            key: npz.read(key, folder / f"layer{next(number)}", tell)
            for key in wide
            if layouts[key].shape[0] == rows
        }
        columns: dict[str, NDArray[Any] | list[str]] = {
            key: npz.read(key, folder / "column", tell)
            for key, layout in layouts.items()
            if layout.shape == (rows,) and layout.nbytes <= _MOST_TEXT
        }
    return Matrix(layers, columns)


def _parquet(path: Path, folder: Path, name: str, tell: Tell) -> Matrix:
    with Parquet.open(path, name) as file:
        if file.rows == 0:
            raise Broken(f"{name} has no rows.")
        vectors = [each for each in file.fields if each.kind == "vector"]
        numbers = [each for each in file.fields if each.kind == "number"]
        texts = [each for each in file.fields if each.kind == "text"]
        beside = numbers if vectors else [each for each in numbers if not is_feature(each.name)]
        features = [] if vectors else [each for each in numbers if is_feature(each.name)]
        if not vectors and not features:
            raise Broken(f"{name} has neither a column of lists of numbers nor columns of numbers.")
        return _Filling(file, folder, name, vectors, features, [*beside, *texts]).matrix(tell)


class _Filling:
    """Collects the columns of a Parquet file, vectors on the disk."""

    def __init__(
        self,
        file: Parquet,
        folder: Path,
        name: str,
        vectors: list[Field],
        features: list[Field],
        beside: list[Field],
    ) -> None:
        self._file = file
        self._folder = folder
        self._name = name
        self._vectors = vectors
        self._features = features
        self._beside = beside
        self._layers: dict[str, NDArray[Any]] = {}

    def matrix(self, tell: Tell) -> Matrix:
        """Read all rows."""
        wanted = [*self._vectors, *self._features, *self._beside]
        step = max(1, _BATCH // max(len(wanted), 1000 if self._vectors else 1))
        columns: dict[str, list[Any]] = {each.name: [] for each in self._beside}
        done = length = 0
        for batch in self._file.read(wanted, step):
            rows = len(batch[wanted[0].name])
            self._add(batch, slice(done, done + rows))
            for each in self._beside:
                columns[each.name].extend(batch[each.name])
                if each.kind == "text":
                    length += sum(map(len, batch[each.name]))
            if length > _MOST_TEXT:
                raise Broken(f"{self._name} has more text beside its vectors than is read.")
            done += rows
            tell(done / self._file.rows)
        kept: dict[str, NDArray[Any] | list[str]] = {
            each.name: columns[each.name] if each.kind == "text" else np.array(columns[each.name])
            for each in self._beside
        }
        return Matrix(self._layers, kept, self._file.classes)

    def _add(self, batch: dict[str, Any], rows: slice) -> None:
        if self._features:
            stacked = np.stack([batch[each.name] for each in self._features], axis=1)
            self._layer("vectors", stacked.shape[1])[rows] = stacked
        for each in self._vectors:
            vectors = batch[each.name]
            widths = {len(vector) for vector in vectors}
            layer = self._layer(each.name, len(vectors[0]))
            if widths != {layer.shape[1]}:
                raise Broken(
                    f"{self._name} has lists of {min(widths):,} and of {layer.shape[1]:,} numbers "
                    f"in the column {each.name[:60]!r}; vectors are of one length."
                    if min(widths) != layer.shape[1]
                    else f"{self._name} has lists of several lengths in {each.name[:60]!r}."
                )
            layer[rows] = np.stack(vectors)

    def _layer(self, key: str, width: int) -> NDArray[Any]:
        if key not in self._layers:
            if not 1 <= width <= WIDEST:
                raise Broken(f"{self._name} has vectors of {width:,} numbers in {key[:60]!r}.")
            place = self._folder / f"layer{len(self._layers)}"
            self._layers[key] = scratch(place, (self._file.rows, width), np.float64)
        return self._layers[key]
