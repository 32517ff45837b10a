"""t-SNE: affinities from a neighbor graph, and a fast descent."""

from repscope.workers.numerics.tsne.affinities import Affinities, affinities
from repscope.workers.numerics.tsne.divergence import kl_divergence
from repscope.workers.numerics.tsne.optimize import Callback, Layout, tsne

__all__ = ["Affinities", "Callback", "Layout", "affinities", "kl_divergence", "tsne"]
