"""What all benchmarks share: data, timing in turn with the peer, and one JSON line a figure."""

import argparse
import gzip
import json
import os
import statistics
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

Features = NDArray[np.float32]
LONG = 20.0  # seconds; what takes longer is run once


def arguments(description: str | None) -> argparse.Namespace:
    """Reads `--quick`, `--data`, which data to run on, and `--only`, a part of figures' names.

    `data` comes back as a list of names: those asked for, else all, or with `--quick` small ones.
    """
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--quick", action="store_true", help="small data, a minute or two")
    parser.add_argument("--data", help=f"of {','.join(DATA)}; several are set off by commas")
    parser.add_argument("--only", default="", help="run only figures whose name contains this")
    options = parser.parse_args()
    left_out = [*QUICK[1:], *ON_REQUEST]
    standard = QUICK if options.quick else [name for name in DATA if name not in left_out]
    options.data = options.data.split(",") if options.data else standard
    unknown = [name for name in options.data if name not in DATA]
    if unknown:
        parser.error(f"There is no data named {', '.join(unknown)}; choose of {', '.join(DATA)}.")
    return options


def datasets(names: list[str]) -> Iterator[tuple[str, Callable[[], Features]]]:
    """Yields the name of each dataset and how to load it; says on a line which are not there."""
    for name in names:
        folder = data_folder() / FOLDERS[name] if name in FOLDERS else None
        if folder is not None and not folder.is_dir():
            reason = f"no folder {FOLDERS[name]} in REPSCOPE_TEST_DATA"
            print(json.dumps({"skipped": name, "reason": reason}), flush=True)
            continue
        yield name, DATA[name]


def data_folder() -> Path:
    """Where data lie that are not part of Repscope."""
    return Path(os.environ.get("REPSCOPE_TEST_DATA", "nowhere"))


def digits() -> Features:
    """The 1,797 handwritten digits of scikit-learn, 64 dimensions."""
    from sklearn.datasets import load_digits

    return np.asarray(load_digits().data, np.float32)


def mixture(n: int, dimensions: int = 384, clusters: int = 50, latent: int = 20) -> Features:
    """Clusters in a latent space, turned into many dimensions with a little noise."""
    rng = np.random.default_rng(0)
    centers = 1.5 * rng.standard_normal((clusters, latent))
    points = centers[rng.integers(clusters, size=n)] + rng.standard_normal((n, latent))
    axes = rng.standard_normal((latent, dimensions)) / np.sqrt(latent)
    noise = 0.1 * rng.standard_normal((n, dimensions))
    return np.asarray(points @ axes + noise, np.float32)


def isotropic(n: int, dimensions: int = 384) -> Features:
    """Normal numbers without any structure, the hardest for approximate search."""
    return np.random.default_rng(0).standard_normal((n, dimensions), dtype=np.float32)


def fashion_mnist() -> Features:
    """The 70,000 images of Fashion-MNIST as rows of 784 pixels, from its IDX files."""
    parts = []
    for part in ("train", "t10k"):
        path = data_folder() / FOLDERS["fashion-mnist"] / f"{part}-images-idx3-ubyte.gz"
        with gzip.open(path) as file:
            parts.append(np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 784))
    return np.concatenate(parts).astype(np.float32)


#: All data by name, and the folders of those that come as files.
DATA: dict[str, Callable[[], Features]] = {
    "digits": digits,
    "mixture-3k": lambda: mixture(3_000),
    "mixture-10k": lambda: mixture(10_000),
    "mixture-50k": lambda: mixture(50_000),
    "isotropic-50k": lambda: isotropic(50_000),
    "fashion-mnist": fashion_mnist,
}
FOLDERS = {"fashion-mnist": "fashion-mnist"}
QUICK = ["digits", "mixture-3k"]
ON_REQUEST = ["isotropic-50k"]  # by `--data` only


def compare(
    figure: str,
    peer: str,
    ours: Callable[[], Any],
    theirs: Callable[[], Any],
    *,
    n: int,
    judge: Callable[[Any], dict[str, float]] | None = None,
    repeats: int = 3,
    device: str = "cpu",
) -> None:
    """Runs both in turn, and prints the median times and what `judge` says of the last results.

    Args:
        figure: name of the figure.
        peer: what it is compared to; where that is a package, its version is added.
        ours: runs Repscope; may return seconds of its own as a float.
        theirs: runs the peer.
        n: number of rows.
        judge: measures the quality of a result.
        repeats: runs of each, where they are short.
        device: where both run, for the line.
    """
    times: dict[str, list[float]] = {"ours": [], "theirs": []}
    results: dict[str, Any] = {}
    for _ in range(repeats):
        for side, run in (("ours", ours), ("theirs", theirs)):
            start = time.perf_counter()
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                results[side] = run()
            elapsed = time.perf_counter() - start
            times[side].append(results[side] if isinstance(results[side], float) else elapsed)
        if max(times["ours"][0], times["theirs"][0]) > LONG:
            break
    own, other = (statistics.median(times[side]) for side in ("ours", "theirs"))
    line: dict[str, Any] = {
        "figure": figure,
        "peer": named(peer),
        "ours": round(own, 3),
        "theirs": round(other, 3),
        "unit": "s",
        "ratio": round(other / own, 2),
    }
    if judge is not None:
        line["quality"] = {
            side: {name: round(value, 4) for name, value in judge(result).items()}
            for side, result in results.items()
        }
    print(json.dumps({**line, "n": n, "device": device}), flush=True)


def named(peer: str) -> str:
    """A package's name with its version; any other name as it is."""
    try:
        return f"{peer} {version(peer)}"
    except PackageNotFoundError:
        return peer


def seconds_in_new_process(code: str, *, fresh: bool = False) -> float:
    """Runs Python code in a process of its own, as a first call is.

    Args:
        code: what to run.
        fresh: whether numba finds none of its machine code of earlier runs.

    Returns:
        Wall time in seconds.
    """
    with TemporaryDirectory() as empty:
        environment = {**os.environ, "NUMBA_CACHE_DIR": empty} if fresh else dict(os.environ)
        command = [sys.executable, "-W", "ignore", "-c", code]
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True, env=environment)
        return time.perf_counter() - start
