"""What embedding many images takes of the memory."""

from pathlib import Path

import numpy as np
import pytest

from repscope.core.images import reader
from repscope.workers.context import Context, Result
from repscope.workers.registry import find
from repscope.workers.reporting import Silent
from tests.workers.making import make

STATUS = Path("/proc/self/status")
#: A flattened layer of 65 tokens of 96 numbers, which are hashed to so many.
WIDTH = 4096


class Watch(Silent):
    """Notes the most memory that is no page of a file, in bytes, whenever a batch is done."""

    def __init__(self) -> None:
        self.most = 0

    def cancelled(self) -> bool:
        lines = dict(line.split(":", 1) for line in STATUS.read_text().splitlines())
        self.most = max(self.most, 1024 * int(lines["RssAnon"].split()[0]))
        return False


@pytest.mark.slow
@pytest.mark.skipif(not STATUS.exists(), reason="memory is told in /proc, on Linux")
def test_memory_does_not_grow_with_the_number_of_images(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What is allocated and freed for each batch comes and goes; it is to be small beside the rest.
    monkeypatch.setattr(reader, "BATCH_VALUES", 16 * 32 * 32 * 3)
    encoder = make("encoder", "random")
    image = np.random.default_rng(0).integers(0, 256, (1, 32, 32, 3), dtype=np.uint8)

    def peak(count: int) -> int:
        watch, plain = Watch(), Context.local(folder=tmp_path)
        context = Context(plain._area, watch, work=tmp_path, publish=lambda *_: "")
        inputs = {"dataset": Result({"images": np.broadcast_to(image, (count, 32, 32, 3))})}
        params = {"layer": "blocks.0:flat"}
        made = find("embedding", "embed").call(context, params, inputs | {"encoder": encoder})
        assert made.array("features").shape == (count, WIDTH)
        return watch.most

    few, many = 1024, 4096
    peak(few)  # takes what comes once
    held = 4 * WIDTH * (many - few)  # were features kept until the end
    assert peak(many) - peak(few) < held / 2
