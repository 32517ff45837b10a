"""A part of the dissimilarity matrix of an embedding, at any zoom, at once."""

from collections import OrderedDict
from threading import Lock
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from repscope.core.catalogue import Input
from repscope.core.errors import InvalidRecipe, MethodFailed
from repscope.workers.context import Context, Readable, Result
from repscope.workers.registry import MethodParams, register
from repscope.workers.similarity.pooled import QUANTILES, Pooled
from repscope.workers.similarity.rdm import Measure

#: Rows of a matrix that can be looked at.
MOST_ROWS = 20_000
#: Embeddings that are kept ready: A and B, each as it was before a change too.
_KEPT = 4


class Params(MethodParams):
    """Which measure, and which part of the matrix."""

    measure: Measure = Field(
        "correlation",
        description="correlation and cosine: 1 minus the correlation or the cosine of two vectors; "
        "else the distance between them",
    )
    top: int = Field(0, ge=0, le=MOST_ROWS, description="first row, as a position in the order")
    left: int = Field(0, ge=0, le=MOST_ROWS, description="first column, as a position in the order")
    step: Literal[1, 2, 4, 8, 16, 32, 64, 128, 256, 512] = Field(
        1, description="images per pixel; top and left are multiples of it"
    )
    size: int = Field(512, ge=1, le=512, description="pixels along a side, at most")


class _Ready:
    """A matrix with what is told of the whole of it."""

    def __init__(self, features: NDArray[Any], measure: Measure) -> None:
        self.matrix = Pooled(features, measure)
        values, self.sampled = self.matrix.sample()
        self.pairs = len(values)
        # The ends of a sample are not those of the matrix, but close enough to color by.
        self.ends = np.array([values.min(), values.max()], np.float32)
        self.quantiles = np.quantile(values, np.linspace(0.0, 1.0, QUANTILES)).astype(np.float32)


_ready: OrderedDict[tuple[Any, ...], tuple[_Ready, list[Readable | None]]] = OrderedDict()
_lock = Lock()


@register(
    "live",
    "dissimilarities",
    version=1,
    title="Dissimilarities",
    params=Params,
    inputs=[
        Input(name="embedding", kind="embedding", description="the vectors to compare"),
        Input(
            name="order",
            kind="order",
            optional=True,
            description="the order of rows and columns, or a part of them; else that of the data",
        ),
    ],
    output="graph",
    queue="live",
    cost={"constant": 0.02},
)
def dissimilarities(
    context: Context, params: Params, embedding: Readable, order: Readable | None = None
) -> Result:
    """Show a part of the matrix of dissimilarities, however large that is.

    `tile` holds the dissimilarity of each image of a row to each of a column. With a `step` above 1
    a pixel is the mean of step x step pairs: exact for correlation, cosine and squared Euclidean
    distance, the root of the mean square for Euclidean distance, and the mean of up to four pairs
    for Manhattan. Pairs of an image with itself are left out of means. `ends` and `quantiles` are
    of all pairs of up to 2,000 images, else of 200,000 random ones.
    """
    if params.top % params.step or params.left % params.step:
        field = "params.top" if params.top % params.step else "params.left"
        raise InvalidRecipe(
            f"A tile of {params.step} images per pixel begins at a multiple of {params.step}.",
            field=field,
        )
    ready = _prepare(params.measure, embedding, order)
    count = ready.matrix.count
    for name in ("top", "left"):
        if getattr(params, name) >= count:
            raise InvalidRecipe(
                f"'{name}' must be below {count:,}, the rows of this matrix.",
                field=f"params.{name}",
            )
    height, width = (
        min(params.size, -(-(count - first) // params.step)) for first in (params.top, params.left)
    )
    return Result(
        {
            "tile": ready.matrix.tile(params.top, params.left, params.step, height, width),
            "ends": ready.ends,
            "quantiles": ready.quantiles,
        },
        {
            "count": count,
            "measure": params.measure,
            "step": params.step,
            "pairs": ready.pairs,
            "sampled": ready.sampled,
        },
    )


def _prepare(measure: Measure, embedding: Readable, order: Readable | None) -> _Ready:
    """Return the prepared matrix, which is kept: the next part of it takes milliseconds."""
    # What has no name of its own is kept, so that nothing else takes its place in memory.
    key = (measure, *(getattr(each, "id", id(each)) for each in (embedding, order)))
    with _lock:
        if key not in _ready:
            _ready[key] = (_Ready(_rows(embedding, order), measure), [embedding, order])
            while len(_ready) > _KEPT:
                _ready.popitem(last=False)
        _ready.move_to_end(key)
        return _ready[key][0]


def _rows(embedding: Readable, order: Readable | None) -> NDArray[Any]:
    features = embedding.array("features")  # (N, d)
    total = len(features)
    chosen = None if order is None else np.asarray(order.array("order"))
    count = total if chosen is None else len(chosen)
    if count < 2:
        raise MethodFailed("A dissimilarity needs at least 2 images.")
    if count > MOST_ROWS:
        raise MethodFailed(
            f"A matrix of {count:,} images is too large; the most is {MOST_ROWS:,}. Give an order "
            "of fewer, such as order/sample."
        )
    if chosen is None:
        return np.asarray(features)
    if chosen.max() >= total:
        raise MethodFailed(
            f"The order names row {int(chosen.max()):,}, but the embedding has {total:,}; it is of "
            "another dataset."
        )
    return np.asarray(features[chosen])
