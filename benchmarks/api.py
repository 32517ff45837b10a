"""How a map and its images travel: raw numbers against JSON, JPEG pages against PNG.

    python -m benchmarks.api [--quick]

A million points go from the real server to an array in this process. The peer is the same map as
JSON, written and read in memory, without a server or a network. The sprite pages are those of the
map, from crops of photographs; the peer compresses the same pixels as PNG.
"""

import io
import json
import tempfile
import urllib.request
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.harness import arguments, compare
from repscope.core.artifacts import ArtifactStore
from repscope.workers.context import Context, Result
from repscope.workers.registry import find
from tools.app import running_app

MAP = "0" * 31 + "1"
Pages = list[bytes]


def publish(data: Path, points: NDArray[np.float32]) -> None:
    """Puts a map into the store of a data folder."""
    staging = ArtifactStore(data / "artifacts").stage(MAP)
    staging.write("points", points)
    staging.publish({"kind": "projection", "method": "pca", "version": 1})


def tell_bytes(figure: str, peer: str, own: int, other: int, n: int) -> None:
    """Prints one line of sizes."""
    line = {"figure": figure, "peer": peer, "ours": own, "theirs": other, "unit": "bytes"}
    print(json.dumps({**line, "ratio": round(other / own, 2), "n": n, "device": "cpu"}), flush=True)


def fetched(address: str) -> NDArray[np.float32]:
    """Reads an array from the server."""
    with urllib.request.urlopen(address) as answer:
        return np.asarray(np.load(io.BytesIO(answer.read())))


def through_json(points: NDArray[np.float32]) -> NDArray[np.float32]:
    """Writes and reads an array as JSON."""
    return np.asarray(json.loads(json.dumps(points.tolist())), np.float32)


def compare_points(count: int) -> None:
    """Compares what a map costs on its way."""
    points = np.random.default_rng(0).standard_normal((count, 2), dtype=np.float32)
    with tempfile.TemporaryDirectory() as folder:
        publish(Path(folder) / "data", points)
        with running_app(Path(folder) / "data", environment={"REPSCOPE_WARM_UP": "false"}) as app:
            address = f"{app.url}/api/artifacts/{MAP}/arrays/points.npy"
            np.testing.assert_array_equal(fetched(address), points)
            compare(
                "transport_points",
                "JSON",
                partial(fetched, address),
                partial(through_json, points),
                n=count,
                repeats=5,
            )
    text = len(json.dumps(points.tolist()))
    tell_bytes("transport_points_bytes", "JSON", points.nbytes, text, count)


def as_jpeg(dataset: Result) -> Pages:
    """Makes the pages as a job does."""
    made = find("atlas", "sprites").call(Context.local(), {}, {"dataset": dataset})
    pages, offsets = made.array("pages"), made.array("offsets")
    ends = zip(offsets[:-1], offsets[1:], strict=True)
    return [pages[start:end].tobytes() for start, end in ends]


def as_png(pixels: list[Image.Image]) -> Pages:
    """Compresses pages without loss."""
    outputs = [io.BytesIO() for _ in pixels]
    for page, output in zip(pixels, outputs, strict=True):
        page.save(output, "PNG")
    return [output.getvalue() for output in outputs]


def compare_sprites(count: int) -> None:
    """Compares the making and the size of sprite pages."""
    params = {"count": count, "image_size": 64}
    photos = find("dataset", "photos").call(Context.local(), params, {})
    jpeg = as_jpeg(photos)
    pixels = [Image.open(io.BytesIO(page)).convert("RGB") for page in jpeg]
    compare("sprites", "PNG", partial(as_jpeg, photos), partial(as_png, pixels), n=count)
    sizes = (sum(map(len, pages)) for pages in (jpeg, as_png(pixels)))
    tell_bytes("sprites_bytes", "PNG", *sizes, n=count)


def main() -> None:
    """Runs the benchmark."""
    options = arguments(__doc__)
    compare_points(100_000 if options.quick else 1_000_000)
    compare_sprites(1_000 if options.quick else 10_000)


if __name__ == "__main__":
    main()
