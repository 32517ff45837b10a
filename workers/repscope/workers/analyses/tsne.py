"""t-SNE, seen while it forms."""

from functools import partial
from typing import Any, Literal

import numpy as np
from pydantic import Field

from repscope.core.errors import MethodFailed
from repscope.workers.analyses.engines import MOST_NEIGHBORS, engines_of
from repscope.workers.analyses.living import MAP_INPUTS, Points, StopAt, Watch, given_start
from repscope.workers.context import Context, Readable, Result
from repscope.workers.numerics.start import normal_start
from repscope.workers.numerics.tsne import affinities
from repscope.workers.registry import MethodParams, register

#: The start is this small so that the first steps decide where everything goes, not the start.
START_SPREAD = 1e-4
#: Steps between two looks: often at first, when most happens.
EVERY = 10


class Params(MethodParams):
    """How the map forms."""

    perplexity: float = Field(
        30.0,
        ge=2.0,
        le=MOST_NEIGHBORS // 3,
        description="about how many neighbors count for each image",
    )
    dimensions: Literal[2, 3] = Field(2, description="number of axes of the map")
    initialization: Literal["pca", "random"] = Field(
        "pca",
        description="where images start: principal components, the same each time, or places "
        "drawn by the seed; of no account where a map to flow on from is given",
    )
    iterations: int = Field(750, ge=10, le=10_000, description="steps of the descent")
    early_iterations: int = Field(
        250, ge=0, le=5000, description="first steps, in which groups are drawn together"
    )
    early_exaggeration: float = Field(
        12.0, ge=1.0, le=100.0, description="how strongly groups are drawn together at first"
    )
    exaggeration: float = Field(
        1.0, ge=1.0, le=30.0, description="the same afterwards; more gives tighter groups"
    )
    learning_rate: float | None = Field(
        None, gt=0.0, le=1e7, description="length of a step; empty for images / exaggeration"
    )
    engine: Literal["repscope", "openTSNE", "scikit-learn"] = Field(
        "repscope", description="whose program; the others are slower and serve to compare"
    )
    stop_at: StopAt = None


@register(
    "projection",
    "tsne",
    version=2,
    title="t-SNE",
    params=Params,
    inputs=MAP_INPUTS,
    output="points",
    seeded=True,
    cost={"constant": 1.0, "rows*params.iterations": 1e-6},
)
def tsne(
    context: Context, params: Params, neighbors: Readable, start: Readable | None = None
) -> Result:
    """Draw neighbors together and all others apart, step by step.

    Every image has a probability to pick another as its neighbor, in space and on the map; the
    descent makes the two alike (van der Maaten and Hinton, 2008). Who is near whom is kept well.
    The sizes of groups, the gaps between them and far distances mean nothing. Perplexity sets how
    many neighbors count: try several before you believe a shape.

    It starts from the principal components, with the learning rate of Belkina et al. (2019), so
    the same graph always gives the same map. From random starts, each seed gives another map: what
    they all show is in the data, what differs was luck.
    """
    count, k = neighbors.array("indices").shape
    if 3.0 * params.perplexity > k and k < count - 1:
        raise MethodFailed(
            f"Perplexity {params.perplexity:g} needs {int(3 * params.perplexity)} neighbors of "
            f"each image, the graph has {k}; take less, or a graph with a larger k."
        )
    if count < 3:
        raise MethodFailed("t-SNE needs at least 3 images.")
    context.progress(0.0, "affinities")
    # Small datasets have fewer neighbors than perplexity asks for.
    perplexity = min(params.perplexity, max(1.0, k / 3.0))
    begin = given_start(start, count, params.dimensions)
    flowing = begin is not None
    if begin is None and params.initialization == "random":
        begin = normal_start(count, params.dimensions, START_SPREAD, context.seed)
    elif begin is None:
        begin = np.array(neighbors.array("components")[:, : params.dimensions], np.float32)
        begin *= START_SPREAD / max(float(begin[:, 0].std()), 1e-30)
    run = {"repscope": _repscope, "openTSNE": _opentsne, "scikit-learn": _scikit_learn}
    return run[params.engine](context, params, neighbors, perplexity, begin, flowing=flowing)


def _result(
    points: Points,
    iterations: int,
    divergence: float | None,
    made: dict[str, Any] | None = None,
) -> Result:
    axes = [f"t-SNE {axis + 1}" for axis in range(points.shape[1])]
    metrics = {"iterations": float(iterations)}
    if divergence is not None:
        metrics["kl"] = divergence
    return Result({"points": points}, {"axes": axes} | (made or {}), metrics)


def _repscope(
    context: Context,
    params: Params,
    neighbors: Readable,
    perplexity: float,
    begin: Points,
    *,
    flowing: bool,
) -> Result:
    early = 0 if flowing else params.early_iterations
    engines = engines_of(context.device)
    result = partial(_result, made=engines.meta)
    watch = Watch(context, params.iterations, params.stop_at, result)
    context.intermediate(begin, step=0, steps=params.iterations)
    layout = engines.tsne(
        neighbors.array("indices"),
        neighbors.array("distances"),
        perplexity,
        begin,
        iterations=params.stop_at or params.iterations,
        early_iterations=min(early, params.iterations),
        early_exaggeration=params.early_exaggeration,
        exaggeration=params.exaggeration,
        learning_rate=params.learning_rate,
        callback=lambda step, kl, points: watch.step(step, points, kl),
        every=EVERY,
    )
    return result(layout.points, layout.iterations, layout.divergence)


def _opentsne(
    context: Context,
    params: Params,
    neighbors: Readable,
    perplexity: float,
    begin: Points,
    *,
    flowing: bool,
) -> Result:
    """Poličar, Stražar and Zupan (2024), "openTSNE: a modular Python library for t-SNE"."""
    from openTSNE import TSNEEmbedding
    from openTSNE.affinity import PrecomputedAffinities

    watch = Watch(context, params.iterations, params.stop_at, _result)
    p = affinities(neighbors.array("indices"), neighbors.array("distances"), perplexity)
    given = PrecomputedAffinities(p.matrix().astype(np.float64), normalize=True)
    rate = params.learning_rate or "auto"
    layout = TSNEEmbedding(begin.astype(np.float64), given, random_state=0, learning_rate=rate)
    steps = params.stop_at or params.iterations
    early = 0 if flowing else min(params.early_iterations, steps)
    done = 0
    for count, factor, momentum in (
        (early, params.early_exaggeration, 0.5),
        (steps - early, params.exaggeration, 0.8),
    ):

        def look(step: int, error: float, points: Points, before: int = done) -> bool:
            return watch.step(before + step, np.asarray(points, np.float32), error)

        layout.optimize(
            count,
            inplace=True,
            exaggeration=factor,
            momentum=momentum,
            callbacks=look,
            callbacks_every_iters=EVERY,
        )
        done += count
    return _result(np.asarray(layout, np.float32), done, float(layout.kl_divergence))


def _scikit_learn(
    context: Context,
    params: Params,
    neighbors: Readable,
    perplexity: float,
    begin: Points,
    *,
    flowing: bool,
) -> Result:
    """Barnes-Hut t-SNE (van der Maaten, 2014); it cannot be watched, stopped or flow on."""
    from scipy.sparse import csr_matrix
    from sklearn.manifold import TSNE

    if params.stop_at is not None or flowing:
        raise MethodFailed(
            "scikit-learn's t-SNE goes from its start to its end; choose another engine."
        )
    count, k = neighbors.array("indices").shape
    # scikit-learn expects each point as its own first neighbor, and rows sorted by distance.
    indices = np.hstack([np.arange(count)[:, None], neighbors.array("indices")])
    distances = np.hstack([np.zeros((count, 1), np.float32), neighbors.array("distances")])
    ends = np.arange(0, indices.size + 1, k + 1)
    graph = csr_matrix((distances.ravel(), indices.ravel(), ends), (count, count))
    context.progress(None, "scikit-learn computes; it says nothing until it is done")
    model = TSNE(
        params.dimensions,
        perplexity=min(params.perplexity, (k - 1) / 3.0),
        early_exaggeration=params.early_exaggeration,
        learning_rate=params.learning_rate or "auto",
        max_iter=max(params.iterations, 250),
        metric="precomputed",
        init=begin,
        random_state=0,
    )
    points = model.fit_transform(graph).astype(np.float32)
    return _result(points, model.n_iter_, float(model.kl_divergence_))
