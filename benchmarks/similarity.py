"""Dissimilarity matrices, RSA, CKA and inference against SciPy, rsatoolbox and the usual form.

    python -m benchmarks.similarity [--quick] [--only NAME]

Peak memory is what a process of its own takes beyond the vectors.
"""

import io
import json
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stderr
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.harness import Features, arguments, compare, mixture, named
from repscope.workers.analyses.fit import Params as FitParams
from repscope.workers.analyses.fit import fit
from repscope.workers.context import Context, Result
from repscope.workers.similarity.cka import cka, linear
from repscope.workers.similarity.compare import comparables
from repscope.workers.similarity.rdm import dissimilarities

_PEAK = """
import threading
import psutil
from benchmarks import similarity

x, y = similarity.two({n})
similarity.{run}(*similarity.two(50))
process, ended = psutil.Process(), threading.Event()
before = most = process.memory_info().rss

def watch():
    global most
    while not ended.wait(0.002):
        most = max(most, process.memory_info().rss)

thread = threading.Thread(target=watch)
thread.start()
similarity.{run}(x, y)
ended.set()
thread.join()
print((most - before) // 1024)
"""


def two(n: int) -> tuple[Features, Features]:
    """Vectors of n images, and others that have half of their axes in common."""
    x = mixture(n)
    noise = np.random.default_rng(1).standard_normal(x.shape, np.float32)
    return x, np.hstack([x[:, :192], noise[:, :192]])


def scipy_rdm(x: Features) -> NDArray[Any]:
    """SciPy's correlation distances."""
    from scipy.spatial.distance import pdist

    found: NDArray[Any] = pdist(x, "correlation")
    return found


def rsatoolbox_rdm(x: Features) -> NDArray[Any]:
    """Correlation distances of rsatoolbox."""
    from rsatoolbox.data import Dataset
    from rsatoolbox.rdm import calc_rdm

    found: NDArray[Any] = calc_rdm(Dataset(x), "correlation").dissimilarities
    return found


def our_rdm(x: Features) -> NDArray[Any]:
    """Repscope's correlation distances."""
    return dissimilarities(x, "correlation")


def our_rsa(x: Features, y: Features) -> Any:
    """Both matrices, ranks and Spearman's correlation."""
    one, other = comparables([dissimilarities(each, "correlation") for each in (x, y)], "spearman")
    return np.array(one.to(other))


def scipy_rsa(x: Features, y: Features) -> Any:
    """The same with SciPy."""
    from scipy.stats import spearmanr

    return np.array(spearmanr(scipy_rdm(x), scipy_rdm(y)).statistic)


def our_cka(x: Features, y: Features) -> Any:
    """Linear CKA without a kernel of all images."""
    return np.array(cka(linear(x), linear(y), debiased=False))


def usual_cka(x: Features, y: Features) -> Any:
    """Linear CKA as it is written: centering matrices and kernels of all images."""
    n = len(x)
    h = np.eye(n) - np.ones((n, n)) / n
    k, m = (h @ (each.astype(np.float64) @ each.T) @ h for each in (x, y))
    return np.array(np.trace(k @ m) / np.sqrt(np.trace(k @ k) * np.trace(m @ m)))


def our_fit(rows: NDArray[Any], draws: int) -> Result:
    """Scores of models and a bootstrap over images."""
    results = [Result({"rdm": row}) for row in rows]
    params = FitParams(bootstrap=draws, permutations=100)
    return fit(Context.local(), params, results[0], results[1:])


def rsatoolbox_fit(rows: NDArray[Any], draws: int) -> Any:
    """The same with rsatoolbox, without permutations."""
    from rsatoolbox.inference import eval_bootstrap_pattern
    from rsatoolbox.model import ModelFixed
    from rsatoolbox.rdm import RDMs

    models = [ModelFixed(str(i), row) for i, row in enumerate(rows[1:])]
    with redirect_stderr(io.StringIO()):  # its progress
        return eval_bootstrap_pattern(models, RDMs(rows[:1]), method="spearman", N=draws)


def error(truth: NDArray[Any]) -> Callable[[Any], dict[str, float]]:
    """Tell how far a matrix is from SciPy's, in millionths of the largest value."""
    return lambda found: {
        "error_millionths": 1e6 * float(np.abs(found - truth).max() / truth.max())
    }


def peaks(figure: str, peer: str, ours: str, theirs: str, n: int) -> None:
    """Print how much memory both take, each in a process of its own."""
    kb = []
    for run in (ours, theirs):
        command = [sys.executable, "-W", "ignore", "-c", _PEAK.format(n=n, run=run)]
        ended = subprocess.run(command, check=True, capture_output=True, text=True)
        kb.append(int(ended.stdout.split()[-1]))
    own, other = (round(each / 1e3, 1) for each in kb)
    line = {"figure": figure, "peer": named(peer), "ours": own, "theirs": other, "unit": "MB"}
    print(json.dumps({**line, "ratio": round(other / max(own, 0.1), 1), "n": n}), flush=True)


def main() -> None:
    """Prints one line a figure and peer."""
    options = arguments(__doc__)
    rdm_rows, rsa_rows, cka_rows = (
        (2_000, 1_500, 1_500) if options.quick else (10_000, 5_000, 5_000)
    )

    def wanted(figure: str) -> bool:
        return options.only in figure

    our_rsa(*two(60))  # compiled before it is timed
    if wanted("similarity_rdm"):
        x = mixture(rdm_rows)
        judge = error(scipy_rdm(x))
        for peer, theirs in (("scipy", scipy_rdm), ("rsatoolbox", rsatoolbox_rdm)):
            ours = partial(our_rdm, x)
            compare("similarity_rdm", peer, ours, partial(theirs, x), n=rdm_rows, judge=judge)
    if wanted("similarity_rsa"):
        x, y = two(rsa_rows)
        compare(
            "similarity_rsa",
            "scipy",
            partial(our_rsa, x, y),
            partial(scipy_rsa, x, y),
            n=rsa_rows,
            judge=lambda found: {"similarity": float(found)},
        )
        peaks("similarity_rsa_memory", "scipy", "our_rsa", "scipy_rsa", rsa_rows)
    if wanted("similarity_cka"):
        x, y = two(cka_rows)
        compare(
            "similarity_cka",
            "HKH",
            partial(our_cka, x, y),
            partial(usual_cka, x, y),
            n=cka_rows,
            judge=lambda found: {"similarity": float(found)},
        )
        peaks("similarity_cka_memory", "HKH", "our_cka", "usual_cka", cka_rows)
    if wanted("similarity_fit"):
        rng = np.random.default_rng(0)
        rows = np.array([our_rdm(mixture(92) + rng.normal(size=(92, 384))) for _ in range(6)])
        draws = 100 if options.quick else 1000
        our_fit(rows, 100)
        compare(
            "similarity_fit",
            "rsatoolbox",
            partial(our_fit, rows, draws),
            partial(rsatoolbox_fit, rows, draws),
            n=92,
        )


if __name__ == "__main__":
    main()
