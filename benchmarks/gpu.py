"""Neighbors, t-SNE and UMAP of a million points on a GPU, against the aims.

    python -m benchmarks.gpu [--device cuda] [--rows 1000000] [--quick] [--only NAME]

Each figure is taken after a small call, which loads the GPU's libraries. Maps start from the graph
of the figure before, on the host, and end on the host. Beside each time stand its aim, set for one
H200 and a million rows of 384 numbers, and its quality, on a sample of rows. Where there is no GPU
it says so and ends; with `--device cpu` it runs there, for a look at small sizes.
"""

import argparse
import json
import time
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
import torch

from benchmarks.harness import Features, mixture
from repscope.workers.numerics.gpu.affinities import affinities
from repscope.workers.numerics.gpu.fuzzy import fuzzy_graph
from repscope.workers.numerics.gpu.knn import DeviceNeighbors, knn
from repscope.workers.numerics.gpu.start import pca_start
from repscope.workers.numerics.gpu.tsne import tsne
from repscope.workers.numerics.gpu.umap import umap
from repscope.workers.numerics.knn import nearest_to
from repscope.workers.numerics.quality import quality
from repscope.workers.numerics.umap import component_start

Made = TypeVar("Made")

AIMS = {"neighbors_k15": 20.0, "umap": 10.0, "tsne": 30.0}  # seconds
PERPLEXITY = 30
SAMPLE = 100  # rows whose neighbors and ranks are compared with those of the CPU


def arguments() -> argparse.Namespace:
    """Reads the options."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--device", default="cuda", help="a device of PyTorch's")
    parser.add_argument("--rows", type=int, default=1_000_000, help="how many points")
    parser.add_argument("--quick", action="store_true", help="3,000 points")
    parser.add_argument("--only", default="", help="run only figures whose name contains this")
    return parser.parse_args()


class Bench:
    """Takes figures on one device, and prints them."""

    def __init__(self, device: str) -> None:
        """Chooses the device."""
        self.device = device
        known = torch.device(device).type == "cuda"
        self.name = torch.cuda.get_device_name(device) if known else device

    def take(
        self,
        figure: str,
        run: Callable[[], Made],
        n: int,
        judge: Callable[[Made], dict[str, float]],
    ) -> Made:
        """Runs once and prints the time, the aim and what `judge` says."""
        on_gpu = torch.device(self.device).type == "cuda"
        if on_gpu:
            torch.cuda.reset_peak_memory_stats(self.device)
        begin = time.perf_counter()
        made = run()  # ends with a copy to the host, which waits for the device
        seconds = time.perf_counter() - begin
        line: dict[str, Any] = {"figure": f"gpu_{figure}", "ours": round(seconds, 3), "unit": "s"}
        if n == 1_000_000 and figure in AIMS:
            line["aim"] = AIMS[figure]
        if on_gpu:
            line["gigabytes"] = round(torch.cuda.max_memory_allocated(self.device) / 1e9, 1)
        line["quality"] = {name: round(value, 4) for name, value in judge(made).items()}
        print(json.dumps({**line, "n": n, "device": self.name}), flush=True)
        return made


def judge_graph(features: Features, k: int) -> Callable[[DeviceNeighbors], dict[str, float]]:
    """Compares a sample of rows with the neighbors that the CPU finds in double precision."""
    rows = np.random.default_rng(0).choice(len(features), min(SAMPLE, len(features)), replace=False)

    def judge(found: DeviceNeighbors) -> dict[str, float]:
        truth = nearest_to(features, rows, k).indices
        return {
            "same": float((found.indices[rows] == truth).mean()),
            "screened_again": found.screened_again,
            "compared_with_all": found.compared_with_all,
        }

    return judge


def judge_map(features: Features, points: Features) -> dict[str, float]:
    """Trustworthiness and recall of the 15 nearest neighbors."""
    measured = quality(features, points, 15, sample=SAMPLE)
    return {name: measured.mean(name) for name in ("trustworthiness", "recall")}


def run(features: Features, bench: Bench, only: str) -> None:
    """Takes all figures of one matrix."""
    n, device = len(features), bench.device

    def graph(k: int) -> DeviceNeighbors:
        return bench.take(
            f"neighbors_k{k}",
            lambda: knn(features, k, device=device),
            n,
            judge_graph(features, k),
        )

    def umap_of(found: DeviceNeighbors) -> Features:
        fuzzy = fuzzy_graph(found.indices, found.distances, 15, device=device)
        start = component_start(pca_start(features, 2, device=device))
        return umap(fuzzy, start)

    def tsne_of(found: DeviceNeighbors) -> Features:
        joint = affinities(found.indices, found.distances, PERPLEXITY, device=device)
        start = pca_start(features, 2, device=device)
        return tsne(joint, start * np.float32(1e-4 / start[:, 0].std())).points

    umap_wanted, tsne_wanted = only in "gpu_umap", only in "gpu_tsne"
    if only in "gpu_neighbors_k15" or umap_wanted:
        near = graph(15)
        if umap_wanted:
            bench.take("umap", lambda: umap_of(near), n, lambda made: judge_map(features, made))
    if only in f"gpu_neighbors_k{3 * PERPLEXITY}" or tsne_wanted:
        far = graph(3 * PERPLEXITY)
        if tsne_wanted:
            bench.take("tsne", lambda: tsne_of(far), n, lambda made: judge_map(features, made))


def main() -> None:
    """Prints one line for each figure."""
    options = arguments()
    if torch.device(options.device).type == "cuda" and not torch.cuda.is_available():
        reason = "PyTorch finds no NVIDIA GPU"
        print(json.dumps({"skipped": "gpu", "reason": reason}), flush=True)
        return
    bench = Bench(options.device)
    few = mixture(500)
    found = knn(few, 90, device=bench.device)
    tsne(
        affinities(found.indices, found.distances, 30, device=bench.device),
        few[:, :2],
        iterations=2,
    )
    umap(fuzzy_graph(found.indices, found.distances, 15, device=bench.device), few[:, :2], epochs=2)
    run(mixture(3_000 if options.quick else options.rows), bench, options.only)


if __name__ == "__main__":
    main()
