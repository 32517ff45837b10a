from pathlib import Path
from typing import Any

import numpy as np
import pytest

from repscope.core.errors import Cancelled, InvalidRecipe, MethodFailed
from repscope.core.images import reader
from repscope.workers.context import Context, Result
from repscope.workers.encoders import precision
from repscope.workers.encoders.base import load
from repscope.workers.registry import find
from tests.workers.filing import npy
from tests.workers.making import make, upload


class Impatient:
    """Cancels after some reports."""

    def __init__(self, after: int) -> None:
        self.left = after

    def progress(self, *_: object) -> None:
        pass

    def event(self, *_: object) -> None:
        pass

    def cancelled(self) -> bool:
        self.left -= 1
        return self.left < 0


def dataset(count: int = 10, side: int = 8, channels: int = 3) -> Result:
    rng = np.random.default_rng(0)
    return Result({"images": rng.integers(0, 256, (count, side, side, channels), dtype=np.uint8)})


def test_row_i_belongs_to_image_i_whatever_the_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    images, encoder = dataset(), make("encoder", "random", {"architecture": "cnn"})
    exact = {"precision": "float32"}
    whole = make("embedding", "embed", exact, dataset=images, encoder=encoder)
    monkeypatch.setattr(reader, "BATCH_VALUES", 3 * 8 * 8 * 3)
    pieces = make("embedding", "embed", exact, dataset=images, encoder=encoder)
    assert whole.array("features").shape == (10, 128)
    np.testing.assert_allclose(whole.array("features"), pieces.array("features"), atol=1e-5)


def test_a_layer_by_name_and_the_last_by_default() -> None:
    images, encoder = dataset(), make("encoder", "random")
    last = make("embedding", "embed", dataset=images, encoder=encoder)
    first = make("embedding", "embed", {"layer": "blocks.0"}, dataset=images, encoder=encoder)
    assert last.meta["layer"] == "norm"
    assert first.meta["layer"] == "blocks.0"
    assert first.meta["layers"] == encoder.meta["layers"]
    assert (first.array("features") != last.array("features")).any()
    with pytest.raises(InvalidRecipe, match="no layer 'blocks.9'"):
        make("embedding", "embed", {"layer": "blocks.9"}, dataset=images, encoder=encoder)


def test_it_stops_between_batches(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(reader, "BATCH_VALUES", 1)
    plain = Context.local(folder=tmp_path)
    context = Context(plain._area, Impatient(4), work=tmp_path, publish=lambda *_: "")
    inputs = {"dataset": dataset(), "encoder": make("encoder", "pixels")}
    with pytest.raises(Cancelled):
        find("embedding", "embed").call(context, {}, inputs)
    written = np.load(tmp_path / "features.npy", mmap_mode="r")
    assert written[3].any()
    assert not written[4:].any()


def test_bfloat16_is_close_to_float32_and_says_how_close() -> None:
    images, encoder = dataset(20, 32), make("encoder", "random")
    exact = make("embedding", "embed", {"precision": "float32"}, dataset=images, encoder=encoder)
    rough = make("embedding", "embed", {"precision": "bfloat16"}, dataset=images, encoder=encoder)
    true, given = (np.float64(result.array("features")) for result in (exact, rough))
    assert rough.array("features").dtype == np.float32
    assert 1e-5 < np.abs(true - given).max() < 0.1
    lengths = np.linalg.norm(true, axis=1) * np.linalg.norm(given, axis=1)
    lowest = ((true * given).sum(axis=1) / lengths)[:16].min()
    assert exact.meta["precision"] == "float32"
    assert "cosine_to_float32" not in exact.meta
    assert rough.meta["precision"] == "bfloat16"
    # bfloat16 keeps 8 bits; the sample is a batch of its own, which may round otherwise.
    assert rough.meta["cosine_to_float32"] == pytest.approx(lowest, abs=1e-4)
    assert rough.meta["cosine_to_float32"] > 0.999


@pytest.mark.parametrize(("native", "resolved"), [(True, "bfloat16"), (False, "float32")])
def test_auto_is_what_the_processor_has_built_in_where_there_is_much_to_multiply(
    native: bool, resolved: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    able = {"amx_bf16": False, "avx512_bf16": native, "avx2": True}
    monkeypatch.setattr("torch.cpu.get_capabilities", lambda: able)
    images, encoder = dataset(3, 32), make("encoder", "random")
    small = make("embedding", "embed", dataset=images, encoder=encoder)
    assert small.meta["precision"] == "float32"
    monkeypatch.setattr(precision, "PAYS", 1000)
    auto = make("embedding", "embed", dataset=images, encoder=encoder)
    asked = make("embedding", "embed", {"precision": resolved}, dataset=images, encoder=encoder)
    assert auto.meta["precision"] == resolved
    assert auto.meta == asked.meta
    np.testing.assert_array_equal(auto.array("features"), asked.array("features"))


def test_work_is_counted_at_the_size_of_the_input() -> None:
    def work(**params: Any) -> int:
        return precision.multiply_adds(load(make("encoder", "random", params)))

    # Weights of each convolution times the places of its output.
    stages = [(3, 16, 16), (16, 32, 8), (32, 64, 4), (64, 128, 2)]
    cnn = sum(9 * out * (given + out) * side**2 for given, out, side in stages)
    counted = work(architecture="cnn", image_size=32)
    assert counted == pytest.approx(cnn, rel=0.05)
    assert work(architecture="cnn", image_size=64) == pytest.approx(4 * counted, rel=0.01)
    resnet = {"name": "resnet10t", "pretrained": False, "image_size": 64}
    large = precision.multiply_adds(load(make("encoder", "timm", resnet)))
    assert counted < work(image_size=32) < precision.PAYS < large  # though of 5 million parameters


def test_what_is_no_network_has_no_bfloat16() -> None:
    inputs = {"dataset": dataset(), "encoder": make("encoder", "pixels")}
    assert "precision" not in make("embedding", "embed", **inputs).meta
    with pytest.raises(InvalidRecipe, match="Only networks"):
        make("embedding", "embed", {"precision": "bfloat16"}, **inputs)


def test_no_images_are_refused() -> None:
    with pytest.raises(MethodFailed, match="no images"):
        make("embedding", "embed", dataset=dataset(0), encoder=make("encoder", "pixels"))


def test_vectors_have_no_bfloat16_either() -> None:
    vectors = upload(npy(np.eye(10, 4)))
    inputs = {"dataset": dataset(), "encoder": make("encoder", "vectors", {"upload": vectors})}
    with pytest.raises(InvalidRecipe, match="Only networks"):
        make("embedding", "embed", {"precision": "bfloat16"}, **inputs)
