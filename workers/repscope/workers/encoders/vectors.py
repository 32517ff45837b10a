"""Vectors that somebody brought, in the place of an encoder."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from repscope.core.errors import MethodFailed, NotFound
from repscope.workers.context import Context, Readable, Result
from repscope.workers.encoders.base import Layer
from repscope.workers.files.params import Title, Upload
from repscope.workers.files.vectors import copied, read_vectors
from repscope.workers.registry import MethodParams, register


class Params(MethodParams):
    """Which upload."""

    upload: Upload = Field(description="SHA-256 of a .npy, .npz, .csv or .parquet file of vectors")
    title: Title | None = Field(None, description="name for people")


class Vectors:
    """Rows of a matrix as the features of images; nothing is computed."""

    def __init__(self, artifact: Readable) -> None:
        """Wrap an artifact of this method."""
        self._artifact = artifact
        self.layers = [Layer(each["name"], each["width"]) for each in artifact.meta["layers"]]

    def rows(self, dataset: Readable, count: int, layer: str) -> NDArray[Any]:
        """Return the vectors of the images of a dataset; see `Stored.rows`."""
        number = [each.name for each in self.layers].index(layer)
        vectors = self._artifact.array(f"layer_{number}")
        if count == len(vectors):
            return vectors
        rows = _rows_in_parent(dataset)
        if rows is None or dataset.meta.get("parent_count", len(vectors)) != len(vectors):
            raise MethodFailed(
                f"The file has {len(vectors):,} vectors and the dataset {count:,} images; there "
                "has to be one vector for each image, in the same order."
            )
        if len(rows) and rows.max() >= len(vectors):
            raise MethodFailed(
                f"The file has {len(vectors):,} vectors, and these images are part of a dataset "
                f"of more: one is its image {rows.max():,}, counted from 0."
            )
        return vectors[rows]


def load(artifact: Readable) -> Vectors:
    """Open the vectors of an artifact."""
    return Vectors(artifact)


def _rows_in_parent(dataset: Readable) -> NDArray[np.int64] | None:
    """Return which rows of a larger dataset these are, if they are part of one."""
    if "parent" not in dataset.meta:
        return None
    try:
        return np.asarray(dataset.array("rows"))
    except NotFound:
        return None


@register(
    "encoder",
    "vectors",
    version=1,
    title="Your vectors",
    params=Params,
    output="encoder",
    cost={"constant": 3.0},
)
def vectors(context: Context, params: Params) -> Result:
    """Vectors that another model made, one for each image of a dataset, in the same order.

    They take the place of an encoder: its embedding of a dataset is the rows of the file, so they
    can be mapped, compared and probed like any other. A .npy file holds N x width numbers; of a
    .npz each such array is a layer; of a table (.csv, .tsv, .parquet) the columns of numbers, or
    the columns of lists of numbers, each a layer. A part of a dataset takes the rows that are its
    own. Numbers that are not finite are refused.
    """
    matrix = read_vectors(
        context.upload(params.upload),
        context.work,
        "The file of vectors",
        lambda share: context.progress(0.5 * share, "reading vectors"),
    )
    arrays, layers = {}, []
    for number, (name, values) in enumerate(matrix.layers.items()):
        key = f"layer_{number}"
        arrays[key] = context.array(key, values.shape, "float32")
        copied(
            values,
            arrays[key],
            "The file of vectors",
            lambda share: context.progress(0.5 + 0.5 * share, "copying vectors"),
        )
        layers.append({"name": name[:200], "width": values.shape[1]})
    meta = {
        "architecture": "vectors",
        "config": {"count": matrix.count},
        "layers": layers,
        "title": params.title or "Your vectors",
        "source": f"a file with the SHA-256 {params.upload}",
    }
    return Result(arrays, meta)
