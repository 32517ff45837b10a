"""Exact nearest neighbors against faiss's flat index, scikit-learn and, for many rows, pynndescent.

    python -m benchmarks.neighbors [--quick] [--data NAMES] [--only NAME]

Each figure is named neighbors_DATA_kK_Tthreads, with all threads and with one.
"""

from functools import partial
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from benchmarks.harness import Features, arguments, compare, datasets
from repscope.workers.numerics.knn import knn
from repscope.workers.numerics.warm import warm

Indices = NDArray[np.integer]


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
    """Searches approximately, as the method does for very many rows."""
    return knn(features, k, method="approximate").indices


def main() -> None:
    """Prints one line for each dataset, k, number of threads and peer."""
    options = arguments(__doc__)
    warm()
    most = numba.get_num_threads()
    for name, load in datasets(options.data):
        features = load()
        n = len(features)
        for k in (15, 90):
            for threads in sorted({1, most}):
                figure = f"neighbors_{name}_k{k}_{threads}threads"
                if options.only not in figure or (n > 20_000 and k == 90 and threads == 1):
                    continue
                numba.set_num_threads(threads)
                truth = knn(features, k).indices if n <= 20_000 else None

                def judge(found: Any, truth: Indices | None = truth) -> dict[str, float]:
                    if truth is None:
                        return {}
                    indices = getattr(found, "indices", found)
                    return {"same": float((indices == truth).mean())}

                for peer, search in (
                    ("faiss-cpu", with_faiss),
                    ("scikit-learn", with_scikit_learn),
                    ("pynndescent", with_pynndescent),
                ):
                    if peer == "pynndescent" and n <= 20_000:
                        continue
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
