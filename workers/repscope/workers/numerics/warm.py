"""Compiles every kernel once, by tiny calls, so that no user waits for it."""

import numpy as np

from repscope.workers.numerics.knn import knn, nearest_to
from repscope.workers.numerics.quality import quality
from repscope.workers.numerics.start import pca_start
from repscope.workers.numerics.tsne import affinities, kl_divergence, tsne
from repscope.workers.numerics.umap import fuzzy_graph, spectral_start, umap


def warm() -> None:
    """Calls each engine on a few random points; numba keeps the machine code in `NUMBA_CACHE_DIR`.

    Takes about a minute on a machine that has never run them, then a second or two.
    """
    features = np.random.default_rng(0).standard_normal((600, 8), dtype=np.float32)
    graph = knn(features, 15)
    nearest_to(features, [0], 5)
    joint = affinities(graph.indices, graph.distances, 5)
    fuzzy = fuzzy_graph(graph.indices, graph.distances, 15)
    for dimensions in (2, 3):
        start = pca_start(features, dimensions, 1e-4)
        layout = tsne(joint, start, iterations=2, repulsion="exact").points
        kl_divergence(joint, layout)
        umap(fuzzy, spectral_start(fuzzy, dimensions, features=features), epochs=2)
        quality(features, layout, sample=2)
    tsne(joint, pca_start(features, 2, 1e-4), iterations=2, repulsion="interpolation")


if __name__ == "__main__":
    warm()
