"""Bringing many images: how long it takes, and how much memory the processes take at most.

    python -m benchmarks.imports [--quick] [--images 100000] [--rows 1000000]

A zip of JPEG files of mixed sizes goes over HTTP to a real server and becomes a dataset. Then a
dataset of small gray images is made, embedded as pixels, mapped by PCA, and the first part of its
atlas drawn. Memory is that of each sort of process, without the pages of mapped files.
"""

import argparse
import io
import json
import tempfile
import time
import zipfile
from pathlib import Path
from shutil import copyfile
from typing import Any

import numpy as np
from PIL import Image

from benchmarks import many_images
from benchmarks.memory import watched
from repscope.client import Client
from tools.app import App, running_app

#: Different pictures; every file is one of them with a comment of its own.
PICTURES = 200
CLASSES = 10
SMALL_SIDE = 28
_HOUR = 3600.0


def arguments() -> argparse.Namespace:
    """Reads the options."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="1,000 images and 20,000 rows")
    parser.add_argument("--images", type=int, default=100_000, help="files in the zip")
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of small images")
    options = parser.parse_args()
    if options.quick:
        options.images, options.rows = 1_000, 20_000
    return options


def pictures() -> list[bytes]:
    """Makes JPEG files with sides of 120 to 260 pixels, as smooth and as noisy as photos are."""
    rng = np.random.default_rng(0)
    made = []
    for _ in range(PICTURES):
        width, height = (int(side) for side in rng.integers(120, 261, 2))
        coarse = Image.fromarray(rng.integers(0, 256, (9, 9, 3), dtype=np.uint8))
        smooth = np.asarray(coarse.resize((width, height), Image.Resampling.BICUBIC), np.int16)
        noisy = smooth + rng.integers(-12, 13, smooth.shape, dtype=np.int16)
        file = io.BytesIO()
        Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8)).save(file, "JPEG", quality=85)
        made.append(file.getvalue())
    return made


def write_zip(path: Path, count: int) -> None:
    """Packs a folder of classes."""
    files = pictures()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for number in range(count):
            comment = f"number {number}".encode()
            data = files[number % PICTURES]
            # A comment segment after the start of the image.
            marked = data[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment
            archive.writestr(f"many/class {number % CLASSES}/{number}.jpg", marked + data[2:])


def tell(figure: str, seconds: float, n: int, **more: Any) -> None:
    """Prints one line."""
    line = {"figure": figure, "seconds": round(seconds, 1), "per_second": round(n / seconds)}
    print(json.dumps({**line, "n": n, "device": "cpu", **more}), flush=True)


def import_archive(app: App, count: int, folder: Path) -> None:
    """Sends a zip and has a dataset made of it."""
    path = folder / "many.zip"
    write_zip(path, count)
    size = path.stat().st_size
    client = Client(app.url)
    with watched(app.process.pid) as peaks:
        begin = time.perf_counter()
        sha256 = client.upload(path, progress=False)
        seconds = time.perf_counter() - begin
    tell("upload_zip", seconds, count, megabytes=size // 10**6, peak_mb=peaks.as_json())
    path.unlink()
    recipe = {"kind": "dataset", "method": "archive", "params": {"upload": sha256}}
    timed(app, "import_zip", recipe, count)


def timed(app: App, figure: str, recipe: dict[str, Any], n: int) -> str:
    """Makes one recipe and says how long that took; returns its id."""
    with watched(app.process.pid) as peaks:
        begin = time.perf_counter()
        job = app.finish(recipe, seconds=_HOUR)
        seconds = time.perf_counter() - begin
    if job["state"] != "done":
        raise RuntimeError(f"{figure} did not come about: {job['error']}")
    tell(figure, seconds, n, peak_mb=peaks.as_json())
    made: str = job["id"]
    return made


def map_rows(app: App, count: int) -> None:
    """Makes, embeds and maps small images, and draws the first part of their atlas."""
    app.wait_for_method("many_images")
    params = {"count": count, "side": SMALL_SIDE}
    dataset = timed(
        app, "make_rows", {"kind": "dataset", "method": "many_images", "params": params}, count
    )
    inputs = {"dataset": dataset, "encoder": {"kind": "encoder", "method": "pixels"}}
    embedding = timed(
        app, "embed_rows", {"kind": "embedding", "method": "embed", "inputs": inputs}, count
    )
    pca = {"kind": "projection", "method": "pca", "inputs": {"embedding": embedding}}
    timed(app, "pca_rows", pca, count)
    sprites = {"kind": "atlas", "method": "sprites", "inputs": {"dataset": dataset}}
    timed(app, "atlas_part", sprites, count)


def main() -> None:
    """Runs the benchmark."""
    options = arguments()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plugins = folder / "data" / "plugins"
        plugins.mkdir(parents=True)
        copyfile(many_images.__file__, plugins / "many_images.py")
        with running_app(folder / "data") as app:
            import_archive(app, options.images, folder)
            map_rows(app, options.rows)


if __name__ == "__main__":
    main()
