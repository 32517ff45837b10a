"""UMAP: a fuzzy graph from a neighbor graph, a spectral start, and a fast descent."""

from repscope.workers.numerics.umap.curve import fit_curve
from repscope.workers.numerics.umap.fuzzy import fuzzy_graph
from repscope.workers.numerics.umap.optimize import Callback, umap
from repscope.workers.numerics.umap.spectral import component_start, spectral_start

__all__ = ["Callback", "component_start", "fit_curve", "fuzzy_graph", "spectral_start", "umap"]
