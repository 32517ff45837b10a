"""The same seed gives the same result to the last bit at any number of threads."""

import os
import subprocess
import sys

import pytest

SCRIPT = """
import sys
from hashlib import sha256
import numpy as np
from repscope.workers.numerics.knn import knn
from repscope.workers.numerics.quality import quality
from repscope.workers.numerics.start import pca_start
from repscope.workers.numerics.tsne import affinities, tsne
from repscope.workers.numerics.umap import fuzzy_graph, spectral_start, umap
from tests.workers.numerics.mixtures import mixture

def show(name, *arrays):
    print(name, sha256(b"".join(np.ascontiguousarray(a).tobytes() for a in arrays)).hexdigest())

count = int(sys.argv[1])
features = mixture(count, 30)
graph = knn(features, 40)
show("knn", graph.indices, graph.distances)
joint = affinities(graph.indices, graph.distances, 12)
show("affinities", joint.indptr, joint.indices, joint.values)
flat, deep = pca_start(features, 2, 1e-4), pca_start(features, 3, 1e-4)
show("pca", flat, deep)
for name, start, repulsion in (
    ("exact", flat, "exact"), ("interpolation", flat, "interpolation"), ("3d", deep, "auto")
):
    made = tsne(joint, start, iterations=150, early_iterations=60, repulsion=repulsion)
    show("t-SNE " + name, made.points, np.float64(made.divergence))
fuzzy = fuzzy_graph(graph.indices, graph.distances)
show("fuzzy", fuzzy.indptr, fuzzy.indices, fuzzy.data)
start = spectral_start(fuzzy, features=features)
show("spectral", start)
show("UMAP", umap(fuzzy, start, epochs=60, seed=7))
measured = quality(features, flat, sample=100)
show("quality", measured.trustworthiness, measured.continuity, measured.recall, measured.curve)
spread = np.random.default_rng(0).standard_normal((2 * count, 40), dtype=np.float32)
found = knn(spread, 20, method="approximate", seed=3)
show("approximate", found.indices, found.distances, np.float64(found.recall))
"""


def run(threads: int, count: int = 1333) -> str:
    environment = {**os.environ, "NUMBA_NUM_THREADS": str(threads)}
    environment |= {"OPENBLAS_NUM_THREADS": str(threads), "OMP_NUM_THREADS": str(threads)}
    words = [sys.executable, "-c", SCRIPT, str(count)]
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=True)
    return done.stdout


@pytest.fixture(scope="module")
def single() -> str:
    run(1, 300)  # compiles what is not yet compiled; the process that does so rounds otherwise
    return run(1)


@pytest.mark.parametrize("threads", [2, 3])
def test_threads_change_nothing(single: str, threads: int) -> None:
    assert run(threads) == single
