"""What each method's output was when its version was set.

`python -m tests.workers.golden` records new methods and new versions; it refuses to record another
output under the same version, since artifacts are found again by their version.
"""

import io
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from safetensors.numpy import load_file

from repscope.workers.context import Result
from repscope.workers.registry import find
from tests.workers.making import make_recipe, upload
from tests.workers.zipping import packed, picture

FILE = Path(__file__).with_name("golden.json")
SAMPLES = 8

DIGITS = {"kind": "dataset", "method": "digits"}
PIXELS = {"kind": "encoder", "method": "pixels"}
SHAPES = {"kind": "dataset", "method": "shapes", "params": {"count": 40}, "seed": 3}
SCENES = {
    "kind": "dataset",
    "method": "shapes",
    "params": {"count": 6, "scene": "scenes", "color": "class", "max_rotation": 180},
}
#: Bitmaps, since encoders of other formats differ in their bytes.
PETS = packed(
    {
        "pets/train/cat/a.bmp": picture("BMP", (40, 30)),
        "pets/train/dog/b.bmp": picture("BMP", (20, 50), "L"),
        "pets/test/cat/c.bmp": picture("BMP", (90, 90)),
        "pets/LICENSE": b"CC0 1.0",
    }
)
ARCHIVE = {
    "kind": "dataset",
    "method": "archive",
    "params": {"upload": upload(PETS), "image_size": 24},
}
VIT = {"kind": "encoder", "method": "random", "params": {"architecture": "vit"}, "seed": 1}
CNN = {"kind": "encoder", "method": "random", "params": {"architecture": "cnn"}, "seed": 1}


def _embed(dataset: dict[str, Any], encoder: dict[str, Any]) -> dict[str, Any]:
    inputs = {"dataset": dataset, "encoder": encoder}
    return {"kind": "embedding", "method": "embed", "inputs": inputs}


def _of(
    kind: str,
    method: str,
    given: str,
    recipe: dict[str, Any],
    dataset: dict[str, Any] | None = None,
    **params: Any,
) -> dict[str, Any]:
    inputs = {given: recipe} | ({"dataset": dataset} if dataset else {})
    return {"kind": kind, "method": method, "inputs": inputs, "params": params}


DIGITS_GRAPH = _of("neighbors", "knn", "embedding", _embed(DIGITS, PIXELS), k=20)


SHAPES_GRAPH = _of("neighbors", "knn", "embedding", _embed(SHAPES, PIXELS))
SHAPES_MAP = _of("projection", "pca", "embedding", _embed(SHAPES, PIXELS))
TSNE = _of("projection", "tsne", "neighbors", SHAPES_GRAPH, iterations=30)

RANDOM_TSNE = _of(
    "projection", "tsne", "neighbors", SHAPES_GRAPH, iterations=10, initialization="random"
)
RANDOM_UMAP = _of(
    "projection", "umap", "neighbors", SHAPES_GRAPH, epochs=10, initialization="random"
)


RECIPES: dict[str, dict[str, Any]] = {
    "digits": DIGITS,
    "shapes": SHAPES,
    "scenes": SCENES,
    "photos": {"kind": "dataset", "method": "photos", "params": {"count": 6, "image_size": 24}},
    "archive": ARCHIVE,
    "pixels": PIXELS,
    "vit": VIT,
    "cnn": CNN,
    "embed pixels": _embed(SHAPES, PIXELS),
    "embed vit": _embed(SHAPES, VIT),
    "embed cnn": _embed(SCENES, CNN),
    "knn euclidean": _of("neighbors", "knn", "embedding", _embed(SHAPES, PIXELS), k=5),
    "knn cosine": _of("neighbors", "knn", "embedding", _embed(SHAPES, PIXELS), metric="cosine"),
    "pca": _of("projection", "pca", "embedding", _embed(DIGITS, PIXELS)),
    "pca wide": _of("projection", "pca", "embedding", _embed(SHAPES, PIXELS), dimensions=3),
    # Few steps: rounding grows with each, differently on each processor.
    "tsne": TSNE,
    "tsne from chance": {**RANDOM_TSNE, "seed": 5},
    "umap": _of("projection", "umap", "neighbors", SHAPES_GRAPH, epochs=10),
    "umap from chance": {**RANDOM_UMAP, "seed": 5},
    "stability": {
        "kind": "trust",
        "method": "stability",
        "inputs": {"projections": [SHAPES_MAP, TSNE]},
    },
    "neighborhood": {
        "kind": "trust",
        "method": "neighborhood",
        "inputs": {
            "projection": SHAPES_MAP,
            "neighbors": SHAPES_GRAPH,
            "embedding": _embed(SHAPES, PIXELS),
        },
    },
    "kmeans": _of("clusters", "kmeans", "embedding", _embed(DIGITS, PIXELS)),
    "hdbscan": _of("clusters", "hdbscan", "neighbors", DIGITS_GRAPH),
    "agreement": _of("scores", "agreement", "neighbors", DIGITS_GRAPH, DIGITS),
    "class distance": _of("scores", "class_distance", "embedding", _embed(DIGITS, PIXELS), DIGITS),
    "unusual": _of("findings", "unusual", "neighbors", DIGITS_GRAPH, DIGITS),
    "sprites": _of("atlas", "sprites", "dataset", SHAPES),
    "live neighbors": _of("live", "neighbors", "embedding", _embed(SHAPES, PIXELS), row=7),
}


def fingerprint(recipe: dict[str, Any]) -> dict[str, Any]:
    """Make a recipe and describe what came out, in a few numbers that survive rounding."""
    result = make_recipe(recipe)
    method = find(recipe["kind"], recipe["method"]).method
    arrays = {name: _describe(array) for name, array in sorted(_arrays(result).items())}
    return {"method": method.key, "meta": _plain(result.meta), "arrays": arrays}


def differences(expected: dict[str, Any], given: dict[str, Any]) -> list[str]:
    """Compare two fingerprints; floats to 1 part in 1,000, pixels to 2 levels of 255."""
    found = [] if expected["meta"] == given["meta"] else ["meta"]
    for name in sorted(expected["arrays"] | given["arrays"]):
        before, after = expected["arrays"].get(name), given["arrays"].get(name)
        if before is None or after is None or before["kind"] != after["kind"]:
            found.append(name)
            continue
        tolerance = (
            2.0 if before["kind"].startswith("uint8") else 1e-3 * before["numbers"][1] + 1e-6
        )
        if not np.allclose(before["numbers"], after["numbers"], rtol=0.0, atol=tolerance):
            found.append(name)
    return found


def _arrays(result: Result) -> dict[str, NDArray[Any]]:
    """Return arrays and weights; pages as pixels, since JPEG encoders differ in their bytes."""
    arrays = dict(result.arrays)
    if "pages" in arrays:
        pages, offsets = arrays.pop("pages"), arrays.pop("offsets")
        first = Image.open(io.BytesIO(pages[offsets[0] : offsets[1]].tobytes()))
        arrays["first page"] = np.asarray(first)
    for path in result.files.values():
        arrays |= load_file(path)
    return arrays


def _describe(array: NDArray[Any]) -> dict[str, Any]:
    flat = np.asarray(array, np.float64).ravel()
    numbers = [0.0, 0.0]
    if len(flat):
        samples = flat[np.linspace(0, len(flat) - 1, SAMPLES).astype(int)]
        numbers = [flat.mean(), flat.std(), *samples]
    return {
        "kind": f"{array.dtype} {'x'.join(map(str, array.shape))}",
        "numbers": [float(f"{number:.6g}") for number in numbers],
    }


def _plain(meta: dict[str, Any]) -> Any:
    """Return `meta` as JSON gives it back, without numbers that carry rounding."""
    return json.loads(json.dumps({k: v for k, v in meta.items() if k != "explained_variance"}))


def read() -> dict[str, Any]:
    """Return the fingerprints on record."""
    recorded: dict[str, Any] = json.loads(FILE.read_text("utf-8")) if FILE.exists() else {}
    return recorded


def _record() -> int:
    recorded, now = read(), {name: fingerprint(recipe) for name, recipe in RECIPES.items()}
    for name, given in now.items():
        known = recorded.get(name)
        if known and known["method"] == given["method"] and differences(known, given):
            sys.stderr.write(
                f"{name}: the output changed; raise the version of its method first.\n"
            )
            return 1
    lines = [f"{json.dumps(name)}: {json.dumps(entry)}" for name, entry in now.items()]
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(_record())
