"""Methods on a device of PyTorch; any will do, so the CPU under another name stands for a GPU."""

from pathlib import Path

import numpy as np
import pytest
import torch

from repscope.core.errors import MethodFailed
from repscope.workers.analyses import engines
from repscope.workers.analyses.knn import Params as KnnParams
from repscope.workers.analyses.knn import knn
from repscope.workers.analyses.tsne import Params as TsneParams
from repscope.workers.analyses.tsne import tsne
from repscope.workers.analyses.umap import Params as UmapParams
from repscope.workers.analyses.umap import umap
from repscope.workers.context import Context, Result
from repscope.workers.numerics.gpu.memory import DeviceMemoryError
from tests.workers.numerics.mixtures import mixture

DEVICE = "cpu:0"


def on(device: str, folder: Path) -> Context:
    return Context.local(device=device, folder=folder / device.replace(":", ""))


@pytest.fixture(scope="module")
def embedding() -> Result:
    features = mixture(300, 12)
    features.setflags(write=False)  # as an artifact's arrays are
    return Result({"features": features})


@pytest.fixture(scope="module")
def neighbors(embedding: Result, tmp_path_factory: pytest.TempPathFactory) -> Result:
    context = on(DEVICE, tmp_path_factory.mktemp("neighbors"))
    made = knn(context, KnnParams(k=60), embedding=embedding)
    for array in made.arrays.values():
        array.setflags(write=False)
    return made


def test_neighbors_are_the_same_and_say_where_they_were_made(
    embedding: Result, neighbors: Result, tmp_path: Path
) -> None:
    plain = knn(on("cpu", tmp_path), KnnParams(k=60), embedding=embedding)
    np.testing.assert_array_equal(neighbors.array("indices"), plain.array("indices"))
    assert "device" not in plain.meta
    assert neighbors.meta == plain.meta | {
        "device": DEVICE,
        "screened_again": 0,
        "compared_with_all": 0,
    }


def test_maps_say_where_they_were_made(neighbors: Result, tmp_path: Path) -> None:
    context = on(DEVICE, tmp_path)
    flat = tsne(context, TsneParams(perplexity=10, iterations=20), neighbors=neighbors)
    assert flat.array("points").shape == (300, 2)
    assert flat.meta["device"] == DEVICE
    assert flat.metrics["iterations"] == 20
    deep = umap(context, UmapParams(dimensions=3, epochs=10), neighbors=neighbors)
    assert deep.array("points").shape == (300, 3)
    assert deep.meta["device"] == DEVICE
    assert "start" not in deep.meta


def test_many_rows_start_from_components_and_say_so(
    neighbors: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "SPECTRAL_ROWS_ON_GPU", 100)
    made = umap(on(DEVICE, tmp_path), UmapParams(epochs=2), neighbors=neighbors)
    assert made.meta["start"] == "principal components"


def test_lack_of_memory_is_told_in_one_sentence(
    neighbors: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: object, work: object) -> None:
        raise DeviceMemoryError("too little")

    monkeypatch.setattr("repscope.workers.numerics.gpu.memory.Tiles.run", refuse)
    with pytest.raises(MethodFailed, match="too little"):
        tsne(on(DEVICE, tmp_path), TsneParams(perplexity=10), neighbors=neighbors)


@pytest.mark.parametrize("device", [DEVICE, *["cuda"] * torch.cuda.is_available()])
def test_every_device_gives_the_graph_of_the_cpu_and_one_map_a_seed(
    embedding: Result, neighbors: Result, tmp_path: Path, device: str
) -> None:
    context = on(device, tmp_path)
    made = knn(context, KnnParams(k=60), embedding=embedding)
    np.testing.assert_array_equal(made.array("indices"), neighbors.array("indices"))
    short = TsneParams(perplexity=10, iterations=20), UmapParams(epochs=10)
    for method, params in zip((tsne, umap), short, strict=True):
        first, second = (method(context, params, neighbors=neighbors) for _ in range(2))
        np.testing.assert_array_equal(first.array("points"), second.array("points"))
        assert first.meta["device"] != "cpu"
