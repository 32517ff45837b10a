"""Nearest neighbors: exact ones against faiss's flat index and scikit-learn, others pynndescent's.

    python -m benchmarks.neighbors [--quick] [--data NAMES] [--only NAME]

Each figure is named neighbors_DATA_kK_Tthreads, with all threads and with one. Of more than 20,000
rows there are approximate_DATA_kK, with all threads, and approximate_new_process_DATA_k15, a first
call with loading and compiling.
"""

from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from benchmarks.harness import (
    Features,
    arguments,
    compare,
    datasets,
    seconds_in_new_process,
)
from repscope.workers.numerics.knn import knn
from repscope.workers.numerics.warm import warm

Indices = NDArray[np.integer]

MANY = 20_000  # from more rows on, approximate search is looked at
NEW_PROCESS_OURS = """
import numpy as np
from repscope.workers.numerics.knn import knn
knn(np.load({path!r}), 15, method="approximate")
"""
NEW_PROCESS_THEIRS = """
import numpy as np
from pynndescent import NNDescent
NNDescent(np.load({path!r}), n_neighbors=16, random_state=0, low_memory=True).neighbor_graph
"""


def with_faiss(features: Features, k: int) -> Indices:
    """Searches with faiss, one neighbor more, for it finds each row itself."""
    import faiss

    faiss.omp_set_num_threads(numba.get_num_threads())
    index = faiss.IndexFlatL2(features.shape[1])
    index.add(features)
    found: Indices = index.search(features, k + 1)[1][:, 1:]
    return found


def with_scikit_learn(features: Features, k: int) -> Indices:
    """Searches with scikit-learn's brute force."""
    from sklearn.neighbors import NearestNeighbors

    search = NearestNeighbors(n_neighbors=k, algorithm="brute").fit(features)
    found: Indices = search.kneighbors(return_distance=False)
    return found


def with_pynndescent(features: Features, k: int) -> Indices:
    """Searches by nearest-neighbor descent, one neighbor more, for it finds each row itself."""
    from pynndescent import NNDescent

    index = NNDescent(features, n_neighbors=k + 1, random_state=0, low_memory=True)
    found: Indices = index.neighbor_graph[0]
    return found


def compare_approximate(name: str, features: Features, only: str) -> None:
    """Compares approximate search with exact search and pynndescent, with the recall of each."""
    for k in (15, 90):
        figure = f"approximate_{name}_k{k}"
        if only not in figure:
            continue
        with_pynndescent(features[:5000], k)  # compiles
        truth = knn(features, k).indices[::25]

        def judge(found: Any, k: int = k, truth: Indices = truth) -> dict[str, float]:
            rows = getattr(found, "indices", found)[::25]
            same = [len(np.intersect1d(a, b)) for a, b in zip(rows, truth, strict=True)]
            return {"recall": float(np.mean(same)) / k}

        ours = partial(knn, features, k, method="approximate")
        for peer, theirs in (
            ("exact search", partial(knn, features, k)),
            ("pynndescent", partial(with_pynndescent, features, k)),
        ):
            compare(figure, peer, ours, theirs, n=len(features), judge=judge)
    figure = f"approximate_new_process_{name}_k15"
    if only in figure:
        with TemporaryDirectory() as folder:
            path = str(Path(folder) / "features.npy")
            np.save(path, features)
            ours, theirs = (
                partial(seconds_in_new_process, code.format(path=path))
                for code in (NEW_PROCESS_OURS, NEW_PROCESS_THEIRS)
            )
            compare(figure, "pynndescent", ours, theirs, n=len(features))


def main() -> None:
    """Prints one line for each dataset, search, k, number of threads and peer."""
    options = arguments(__doc__)
    warm()
    most = numba.get_num_threads()
    for name, load in datasets(options.data):
        features = load()
        n = len(features)
        if n > MANY:
            compare_approximate(name, features, options.only)
        for k in (15, 90):
            for threads in sorted({1, most}):
                figure = f"neighbors_{name}_k{k}_{threads}threads"
                if options.only not in figure or (n > MANY and k == 90 and threads == 1):
                    continue
                numba.set_num_threads(threads)
                truth = knn(features, k).indices if n <= MANY else None

                def judge(found: Any, truth: Indices | None = truth) -> dict[str, float]:
                    if truth is None:
                        return {}
                    indices = getattr(found, "indices", found)
                    return {"same": float((indices == truth).mean())}

                for peer, search in (
                    ("faiss-cpu", with_faiss),
                    ("scikit-learn", with_scikit_learn),
                ):
                    with threadpool_limits(threads):
                        compare(
                            figure,
                            peer,
                            partial(knn, features, k),
                            partial(search, features, k),
                            n=n,
                            judge=judge,
                        )


if __name__ == "__main__":
    main()
