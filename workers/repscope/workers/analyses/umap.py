"""UMAP, seen while it forms."""

from functools import partial
from typing import Any, Literal

import numpy as np
from pydantic import Field

from repscope.core.errors import MethodFailed
from repscope.workers.analyses.engines import engines_of
from repscope.workers.analyses.living import MAP_INPUTS, Points, StopAt, Watch, given_start
from repscope.workers.context import Context, Readable, Result
from repscope.workers.numerics.start import uniform_start
from repscope.workers.registry import MethodParams, register

#: Epochs between two looks.
EVERY = 5
#: As umap-learn: a small dataset needs more epochs.
FEW_ROWS, EPOCHS_FEW, EPOCHS_MANY = 10_000, 500, 200


class Params(MethodParams):
    """How the map forms."""

    n_neighbors: int = Field(
        15, ge=2, le=500, description="size of a neighborhood, the image itself counted"
    )
    min_dist: float = Field(
        0.1, ge=0.0, le=3.0, description="how close together images may lie on the map"
    )
    spread: float = Field(1.0, ge=0.1, le=10.0, description="scale of the map")
    dimensions: Literal[2, 3] = Field(2, description="number of axes of the map")
    initialization: Literal["spectral", "random"] = Field(
        "spectral",
        description="where images start: the slowest modes of the graph, or places drawn by the "
        "seed; of no account where a map to flow on from is given",
    )
    epochs: int | None = Field(
        None, ge=1, le=10_000, description="rounds; empty for 500, above 10,000 images 200"
    )
    negatives: int = Field(
        5, ge=1, le=50, description="random images that push back each time a neighbor pulls"
    )
    engine: Literal["repscope", "umap-learn"] = Field(
        "repscope", description="whose program; the other is slower and serves to compare"
    )
    stop_at: StopAt = None


@register(
    "projection",
    "umap",
    version=3,
    title="UMAP",
    params=Params,
    inputs=MAP_INPUTS,
    output="points",
    seeded=True,
    cost={"constant": 1.0, "rows": 4e-5},
)
def umap(
    context: Context, params: Params, neighbors: Readable, start: Readable | None = None
) -> Result:
    """Lay out the graph of nearest neighbors: edges pull, everything else pushes.

    Each image is tied to its nearest neighbors, the nearest one most, whatever its distance; on
    the map ties pull and random images push (McInnes, Healy and Melville, 2018). Neighbors are
    kept well. Sizes of groups and far distances mean little, and min_dist alone decides how dense
    groups look. The start decides where groups lie: the slowest modes of the graph, or places drawn
    by the seed, which show what of the map was luck.
    """
    count, k = neighbors.array("indices").shape
    if params.n_neighbors > k + 1 and k < count - 1:
        raise MethodFailed(
            f"{params.n_neighbors} neighbors are more than the {k} of the graph; take fewer, or a "
            "graph with a larger k."
        )
    n_neighbors = min(params.n_neighbors, k + 1)
    epochs = params.epochs or (EPOCHS_FEW if count <= FEW_ROWS else EPOCHS_MANY)
    begin = given_start(start, count, params.dimensions)
    if begin is None and params.initialization == "random":
        begin = uniform_start(count, params.dimensions, context.seed)
    run = {"repscope": _repscope, "umap-learn": _umap_learn}[params.engine]
    return run(context, params, neighbors, n_neighbors, epochs, begin)


def _result(
    points: Points,
    epochs: int,
    _divergence: float | None = None,
    made: dict[str, Any] | None = None,
) -> Result:
    axes = [f"UMAP {axis + 1}" for axis in range(points.shape[1])]
    return Result({"points": points}, {"axes": axes} | (made or {}), {"iterations": float(epochs)})


def _repscope(
    context: Context,
    params: Params,
    neighbors: Readable,
    n_neighbors: int,
    epochs: int,
    begin: Points | None,
) -> Result:
    context.progress(0.0, "graph")
    indices, distances = neighbors.array("indices"), neighbors.array("distances")
    engines = engines_of(context.device)
    graph = engines.fuzzy_graph(indices, distances, n_neighbors)
    if begin is None:
        context.progress(0.0, "start")
        components = np.asarray(neighbors.array("components"))
        begin = engines.umap_start(graph, params.dimensions, components, context.seed)
    context.intermediate(begin, step=0, steps=epochs)
    result = partial(_result, made=engines.meta)
    watch = Watch(context, epochs, params.stop_at, result)
    last = 0

    def look(epoch: int, points: Points) -> bool:
        nonlocal last
        last = epoch
        return watch.step(epoch, points)

    points = engines.umap(
        graph,
        begin,
        min_dist=params.min_dist,
        spread=params.spread,
        epochs=epochs,
        negatives=params.negatives,
        seed=context.seed,
        callback=look,
        every=EVERY if params.stop_at is None else 1,
    )
    return result(points, last)


def _umap_learn(
    context: Context,
    params: Params,
    neighbors: Readable,
    n_neighbors: int,
    epochs: int,
    begin: Points | None,
) -> Result:
    """The authors' own program, on the same graph; it cannot be watched or stopped."""
    from umap.umap_ import find_ab_params, fuzzy_simplicial_set, simplicial_set_embedding

    if params.stop_at is not None:
        raise MethodFailed("umap-learn goes to its end; choose the other engine to stop before.")
    indices, distances = neighbors.array("indices"), neighbors.array("distances")
    components = np.array(neighbors.array("components"))
    count, used = len(indices), n_neighbors - 1
    # umap-learn counts each point as its own first neighbor.
    own = np.arange(count, dtype=indices.dtype)[:, None]
    with_self = np.hstack([own, indices[:, :used]])
    lengths = np.hstack([np.zeros((count, 1), np.float32), distances[:, :used]])
    state = np.random.RandomState(context.seed)
    context.progress(None, "umap-learn computes; its first call compiles for most of a minute")
    graph, _, _ = fuzzy_simplicial_set(
        components, n_neighbors, state, "euclidean", knn_indices=with_self, knn_dists=lengths
    )
    a, b = find_ab_params(params.spread, params.min_dist)
    points, _ = simplicial_set_embedding(
        components,
        graph,
        params.dimensions,
        1.0,
        a,
        b,
        1.0,
        params.negatives,
        epochs,
        "spectral" if begin is None else begin,
        state,
        "euclidean",
        {},
        densmap=False,
        densmap_kwds={},
        output_dens=False,
        parallel=False,
    )
    return _result(points.astype(np.float32), epochs)
