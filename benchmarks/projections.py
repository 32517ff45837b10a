"""t-SNE against openTSNE and scikit-learn, and UMAP against umap-learn, from features to map.

    python -m benchmarks.projections [--quick] [--data NAMES] [--only NAME]

Beside each time stand trustworthiness and recall of the 15 nearest neighbors, on 1,000 points of
larger data, and for t-SNE the divergence from the same affinities. Each run makes all that it
needs, its neighbors included. The figures of a first map start a new process: in
umap_new_process both find the machine code of earlier runs on disk; in umap_first_call umap-learn
finds none, as after its installation, where Repscope has what `warm` made.
"""

from collections.abc import Callable
from functools import partial
from tempfile import TemporaryDirectory

import numba
import numpy as np
from numpy.typing import NDArray

from benchmarks.harness import (
    Features,
    arguments,
    compare,
    datasets,
    digits,
    seconds_in_new_process,
)
from repscope.workers.numerics.knn import APPROXIMATE_ROWS, knn
from repscope.workers.numerics.quality import quality
from repscope.workers.numerics.start import pca_start
from repscope.workers.numerics.tsne import affinities, kl_divergence, tsne
from repscope.workers.numerics.umap import fuzzy_graph, spectral_start, umap
from repscope.workers.numerics.warm import warm

PERPLEXITY = 30
Points = NDArray[np.floating]

FIRST_CALL_OURS = """
import numpy as np
from repscope.workers.numerics.knn import knn
from repscope.workers.numerics.umap import fuzzy_graph, spectral_start, umap
features = np.load({path!r})
graph = knn(features, 14)
fuzzy = fuzzy_graph(graph.indices, graph.distances)
umap(fuzzy, spectral_start(fuzzy, features=features))
"""
FIRST_CALL_THEIRS = """
import numpy as np
from umap import UMAP
UMAP().fit_transform(np.load({path!r}))
"""


def our_tsne(features: Features) -> Points:
    """From features to map with Repscope, exact neighbors."""
    graph = knn(features, 3 * PERPLEXITY)
    joint = affinities(graph.indices, graph.distances, PERPLEXITY)
    return tsne(joint, pca_start(features, 2, 1e-4)).points


def with_opentsne(features: Features) -> Points:
    """The same with openTSNE, as it comes but for the number of threads."""
    from openTSNE import TSNE

    threads = numba.get_num_threads()
    made = TSNE(perplexity=PERPLEXITY, n_jobs=threads, random_state=0).fit(features)
    return np.asarray(made)


def with_scikit_learn(features: Features) -> Points:
    """The same with scikit-learn, with as many iterations."""
    from sklearn.manifold import TSNE

    made = TSNE(perplexity=PERPLEXITY, max_iter=750, n_jobs=-1, random_state=0)
    return np.asarray(made.fit_transform(features))


def our_umap(features: Features) -> Points:
    """From features to map with Repscope; approximate neighbors where the method's are too."""
    method = "approximate" if len(features) > APPROXIMATE_ROWS else "exact"
    graph = knn(features, 14, method=method)  # type: ignore[arg-type]
    fuzzy = fuzzy_graph(graph.indices, graph.distances)
    return umap(fuzzy, spectral_start(fuzzy, features=features))


def with_umap_learn(features: Features, seed: int | None) -> Points:
    """The same with umap-learn, which has several threads only without a seed."""
    from umap import UMAP

    return np.asarray(UMAP(random_state=seed).fit_transform(features))


def judge_map(features: Features) -> Callable[[Points], dict[str, float]]:
    """How trustworthiness and recall of maps of these features are measured."""

    def judge(points: Points) -> dict[str, float]:
        measured = quality(features, points, 15, sample=1000 if len(features) > 5000 else None)
        return {
            "trustworthiness": measured.mean("trustworthiness"),
            "recall": measured.mean("recall"),
        }

    return judge


def judge_tsne(features: Features) -> Callable[[Points], dict[str, float]]:
    """The same and the divergence, from the affinities of the exact neighbors."""
    graph = knn(features, 3 * PERPLEXITY)
    joint = affinities(graph.indices, graph.distances, PERPLEXITY)
    judge = judge_map(features)
    return lambda points: {"divergence": kl_divergence(joint, points), **judge(points)}


def compare_first_maps(only: str) -> None:
    """Compares the first map of digits in a new process, that of a fresh installation included."""
    with TemporaryDirectory() as folder:
        path = f"{folder}/digits.npy"
        np.save(path, digits())
        for figure, fresh in (("umap_first_call", True), ("umap_new_process", False)):
            if only in figure:
                theirs = FIRST_CALL_THEIRS.format(path=path)
                compare(
                    figure,
                    "umap-learn",
                    partial(seconds_in_new_process, FIRST_CALL_OURS.format(path=path)),
                    partial(seconds_in_new_process, theirs, fresh=fresh),
                    n=1797,
                )


def main() -> None:
    """Prints one line for each dataset, method and peer."""
    options = arguments(__doc__)
    warm()
    compare_first_maps(options.only)
    for name, load in datasets(options.data):
        if not any(
            options.only in f"{figure}_{name}" for figure in ("tsne", "umap", "umap_seeded")
        ):
            continue
        features = load()
        n = len(features)
        if options.only in f"tsne_{name}":
            judge = judge_tsne(features)
            peers = [("openTSNE", with_opentsne)]
            if n <= 10_000:
                peers.append(("scikit-learn", with_scikit_learn))
            for peer, run in peers:
                compare(
                    f"tsne_{name}",
                    peer,
                    partial(our_tsne, features),
                    partial(run, features),
                    n=n,
                    judge=judge,
                )
        for figure, seed in (("umap", None), ("umap_seeded", 0)):
            if options.only not in f"{figure}_{name}":
                continue
            with_umap_learn(features[:1000], seed)  # compiles
            compare(
                f"{figure}_{name}",
                "umap-learn",
                partial(our_umap, features),
                partial(with_umap_learn, features, seed),
                n=n,
                judge=judge_map(features),
            )


if __name__ == "__main__":
    main()
