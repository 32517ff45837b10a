from pathlib import Path

import numpy as np
import pytest

from repscope.core.errors import Cancelled, InvalidRecipe, MethodFailed
from repscope.core.images import reader
from repscope.workers.context import Context, Result
from repscope.workers.registry import find
from tests.workers.making import make


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
    whole = make("embedding", "embed", dataset=images, encoder=encoder)
    monkeypatch.setattr(reader, "BATCH_VALUES", 3 * 8 * 8 * 3)
    pieces = make("embedding", "embed", dataset=images, encoder=encoder)
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


def test_no_images_are_refused() -> None:
    with pytest.raises(MethodFailed, match="no images"):
        make("embedding", "embed", dataset=dataset(0), encoder=make("encoder", "pixels"))
