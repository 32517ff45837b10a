"""Vectors without images: each is drawn as a strip."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from repscope.workers.context import Context, Result
from repscope.workers.datasets.columns import Columns
from repscope.workers.datasets.description import describe
from repscope.workers.datasets.labels import Labels, class_labels
from repscope.workers.files.arrays import Broken, blocks
from repscope.workers.files.matrix import Matrix, label_name
from repscope.workers.files.params import Title, Upload
from repscope.workers.files.vectors import read_vectors
from repscope.workers.registry import MethodParams, register

_NAME = "The file of vectors"
#: Numbers of a vector that are drawn; of wider ones, neighbors are averaged.
MOST_CELLS = 1024
#: Deviations from the mean at which a color is full.
_FULL = 2.5
#: Below, at and above the mean of a column: blue, nearly white, red (ColorBrewer's RdBu).
_COLORS = np.array([[33, 102, 172], [247, 247, 247], [178, 24, 43]], np.float32)


class Params(MethodParams):
    """Which upload."""

    upload: Upload = Field(description="SHA-256 of a .npy, .npz, .csv or .parquet file of vectors")
    title: Title | None = Field(None, description="name for people")


@register(
    "dataset",
    "vectors",
    version=2,
    title="Vectors alone",
    params=Params,
    output="images",
    cost={"constant": 3.0},
)
def vectors(context: Context, params: Params) -> Result:
    """Vectors without images: each is drawn as a small strip of colors, one cell a number.

    Cells run from left to right and from top to bottom. White is the mean of that number over all
    vectors, red is more and blue is less, full at 2.5 deviations; of vectors of more than 1,024
    numbers, neighbors are averaged. The class is a column called label, class, target or the like;
    ids, texts and other such columns are kept. With the encoder Your vectors and the same file,
    the map shows the numbers themselves.
    """
    matrix = read_vectors(
        context.upload(params.upload),
        context.work,
        _NAME,
        lambda share: context.progress(0.5 * share, "reading vectors"),
    )
    layer = list(matrix.layers.values())[-1]
    count = len(layer)
    mean, scale = _spread(context, layer)
    shape = _shape(layer.shape[1])
    images = context.array("images", (count, *shape, 3), "uint8")
    for rows, block in blocks(layer):
        context.progress(0.75 + 0.25 * rows.start / count, f"{rows.start:,} of {count:,} drawn")
        images[rows] = strips((block - mean) / scale, shape)
    context.progress(1.0, f"{count:,} vectors")
    labels, columns = _known(matrix)
    meta = describe(
        images,
        title=params.title or "Vectors",
        source=f"a file with the SHA-256 {params.upload}",
        license="not given",
        classes=labels.classes if labels else None,
        columns=columns.descriptions,
    )
    meta["vectors"] = {"width": layer.shape[1]}
    known = {"labels": labels.numbers} if labels else {}
    return Result({"images": images, **known, **columns.arrays}, meta)


def strips(values: NDArray[Any], shape: tuple[int, int]) -> NDArray[np.uint8]:
    """Draw vectors.

    Args:
        values: (n, width) deviations from the mean.
        shape: Rows and columns of cells, as `_shape` chose them.

    Returns:
        (n, rows, columns, 3); cells that no number fills are white.
    """
    cells = shape[0] * shape[1]
    width = values.shape[1]
    if width > cells:
        edges = np.linspace(0, width, cells + 1).astype(int)
        values = np.add.reduceat(values, edges[:-1], axis=1) / np.diff(edges)
    padded = np.zeros((len(values), cells), np.float32)
    padded[:, : values.shape[1]] = values
    share = np.clip(padded / _FULL, -1.0, 1.0)[..., None]
    ends = np.where(share < 0, _COLORS[0], _COLORS[2])
    colors = _COLORS[1] + np.abs(share) * (ends - _COLORS[1])
    return np.round(colors).astype(np.uint8).reshape(-1, *shape, 3)


def _shape(width: int) -> tuple[int, int]:
    """Choose rows and columns of cells: nearly a square, at least 8 by 8."""
    cells = min(width, MOST_CELLS)
    columns = max(8, math.ceil(math.sqrt(cells)))
    return max(8, math.ceil(cells / columns)), columns


def _spread(context: Context, layer: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return mean and deviation of each number, in one pass (Chan, Golub and LeVeque, 1983)."""
    count, width = layer.shape
    mean, squares, done = np.zeros(width), np.zeros(width), 0
    for rows, block in blocks(layer):
        context.progress(0.5 + 0.25 * rows.start / count, "finding the mean")
        values = block.astype(np.float64)
        with np.errstate(over="ignore", invalid="ignore"):
            center = values.mean(axis=0)
            shift = center - mean
            total = done + len(values)
            squares += np.square(values - center).sum(axis=0)
            squares += np.square(shift) * (done * len(values) / total)
            mean += shift * (len(values) / total)
        if not np.isfinite(mean).all() or not np.isfinite(squares).all():
            raise Broken(
                f"{_NAME} holds numbers that are not finite (NaN or infinite) or far too large, "
                f"the first after row {rows.start:,}; replace them and send it again."
            )
        done = total
    deviation = np.sqrt(squares / count)
    return mean, np.where(deviation > 0, deviation, 1.0)


def _known(matrix: Matrix) -> tuple[Labels | None, Columns]:
    """Return the labels, if a column holds them, and what else is known."""
    columns, labels = Columns(), None
    chosen = label_name(list(matrix.columns))
    for name, values in matrix.columns.items():
        if name == chosen:
            labels = class_labels(values, matrix.classes.get(name))
            if labels is not None:
                continue
        columns.add(name, values)
    return labels, columns
