"""Which numerical engines a method uses: those for the CPU, or those for the GPU of its worker."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from repscope.core.errors import MethodFailed
from repscope.workers.analyses.distances import Metric
from repscope.workers.numerics import knn as cpu_knn
from repscope.workers.numerics import tsne as cpu_tsne
from repscope.workers.numerics import umap as cpu_umap
from repscope.workers.numerics.blocks import Progress
from repscope.workers.numerics.start import pca_start

Points = NDArray[np.float32]

#: Longest lists that a graph of neighbors keeps; a third of it is t-SNE's largest perplexity.
MOST_NEIGHBORS = 1000
#: On a GPU, up to this many rows exact search is what "auto" means.
EXACT_ROWS_ON_GPU = 2_000_000
#: The slowest modes of a graph are found on the CPU; beyond this many rows that would take longer
#: than all the rest, and a map on the GPU starts from principal components instead.
SPECTRAL_ROWS_ON_GPU = 50_000


class Engines(Protocol):
    """What both offer; the arguments are those of `repscope.workers.numerics`."""

    #: Goes into the manifest: the device, where it was a GPU, and what it did otherwise.
    meta: dict[str, Any]
    #: Up to how many rows "auto" means exact search.
    exact_rows: int

    def knn(
        self, features: Points, k: int, metric: Metric, progress: Progress
    ) -> cpu_knn.Neighbors:
        """Find exact neighbors."""

    def components(self, features: Points, dimensions: int) -> Points:
        """Project on the first principal components."""

    def tsne(
        self,
        indices: NDArray[Any],
        distances: NDArray[Any],
        perplexity: float,
        start: Points,
        **options: Any,
    ) -> cpu_tsne.Layout:
        """Make a t-SNE map of a neighbor graph."""

    def fuzzy_graph(self, indices: NDArray[Any], distances: NDArray[Any], n_neighbors: int) -> Any:
        """Make the graph that `umap_start` and `umap` take."""

    def umap_start(self, graph: Any, dimensions: int, components: Points, seed: int) -> Points:
        """Lay out where a UMAP starts."""

    def umap(self, graph: Any, start: Points, **options: Any) -> Points:
        """Make a UMAP."""


def engines_of(device: str) -> Engines:
    """Return the engines for a device: `cpu`, or any name of PyTorch's, such as `cuda`."""
    return _Cpu() if device == "cpu" else _Gpu(device)


class _Cpu:
    exact_rows = cpu_knn.APPROXIMATE_ROWS

    def __init__(self) -> None:
        self.meta: dict[str, Any] = {}

    def knn(
        self, features: Points, k: int, metric: Metric, progress: Progress
    ) -> cpu_knn.Neighbors:
        return cpu_knn.knn(features, k, metric=metric, progress=progress)

    def components(self, features: Points, dimensions: int) -> Points:
        return pca_start(features, dimensions)

    def tsne(
        self,
        indices: NDArray[Any],
        distances: NDArray[Any],
        perplexity: float,
        start: Points,
        **options: Any,
    ) -> cpu_tsne.Layout:
        return cpu_tsne.tsne(cpu_tsne.affinities(indices, distances, perplexity), start, **options)

    def fuzzy_graph(self, indices: NDArray[Any], distances: NDArray[Any], n_neighbors: int) -> Any:
        return cpu_umap.fuzzy_graph(indices, distances, n_neighbors)

    def umap_start(self, graph: Any, dimensions: int, components: Points, seed: int) -> Points:
        # A graph in pieces has no modes that tell them apart; then components stand in.
        return cpu_umap.spectral_start(graph, dimensions, features=components, seed=seed)

    def umap(self, graph: Any, start: Points, **options: Any) -> Points:
        return cpu_umap.umap(graph, start, **options)


class _Gpu:
    exact_rows = EXACT_ROWS_ON_GPU

    def __init__(self, device: str) -> None:
        import torch

        self._device = device
        known = torch.device(device).type == "cuda"
        name = torch.cuda.get_device_name(device) if known else device
        self.meta: dict[str, Any] = {"device": name}

    def knn(
        self, features: Points, k: int, metric: Metric, progress: Progress
    ) -> cpu_knn.Neighbors:
        from repscope.workers.numerics.gpu.knn import knn

        with _on_gpu():
            found = knn(features, k, metric=metric, device=self._device, progress=progress)
        self.meta |= {
            "screened_again": found.screened_again,
            "compared_with_all": found.compared_with_all,
        }
        return found

    def components(self, features: Points, dimensions: int) -> Points:
        from repscope.workers.numerics.gpu.start import pca_start

        with _on_gpu():
            return pca_start(features, dimensions, device=self._device)

    def tsne(
        self,
        indices: NDArray[Any],
        distances: NDArray[Any],
        perplexity: float,
        start: Points,
        **options: Any,
    ) -> cpu_tsne.Layout:
        from repscope.workers.numerics.gpu.affinities import affinities
        from repscope.workers.numerics.gpu.tsne import tsne

        with _on_gpu():
            joint = affinities(indices, distances, perplexity, device=self._device)
            return tsne(joint, start, **options)

    def fuzzy_graph(self, indices: NDArray[Any], distances: NDArray[Any], n_neighbors: int) -> Any:
        from repscope.workers.numerics.gpu.fuzzy import fuzzy_graph

        with _on_gpu():
            return fuzzy_graph(indices, distances, n_neighbors, device=self._device)

    def umap_start(self, graph: Any, dimensions: int, components: Points, seed: int) -> Points:
        if graph.count <= SPECTRAL_ROWS_ON_GPU:
            matrix = graph.matrix()
            return cpu_umap.spectral_start(matrix, dimensions, features=components, seed=seed)
        self.meta["start"] = "principal components"
        return cpu_umap.component_start(components, dimensions, seed=seed)

    def umap(self, graph: Any, start: Points, **options: Any) -> Points:
        from repscope.workers.numerics.gpu.umap import umap

        with _on_gpu():
            return umap(graph, start, **options)


@contextmanager
def _on_gpu() -> Iterator[None]:
    """Tell a lack of memory as the user's problem, and give back what PyTorch holds on to."""
    import torch

    from repscope.workers.numerics.gpu.memory import DeviceMemoryError

    try:
        yield
    except DeviceMemoryError as error:
        raise MethodFailed(str(error)) from error
    finally:
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
