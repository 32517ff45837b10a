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
from safetensors.numpy import load_file, save

from repscope.workers.context import Result
from repscope.workers.registry import find
from tests.workers.datasets.publishing import mnist
from tests.workers.encoders.checkpoints.official import dinov2
from tests.workers.filing import csv, idx, npy, npz, parquet
from tests.workers.making import downloads, make_recipe, upload
from tests.workers.zipping import packed, picture

FILE = Path(__file__).with_name("golden.json")
SAMPLES = 8
#: Parts of `meta` that carry rounding, or times.
ROUNDED = (
    "explained_variance",
    "run",
    "samples",
    "top1",
    "top5",
    "chosen",
    "chance",
    "rows",
    "errors",
)

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
PIXEL_ARRAY = (np.arange(240, dtype=np.uint8).reshape(5, 6, 8) * 7) % 251
IDX = {
    "kind": "dataset",
    "method": "idx",
    "params": {
        "images": upload(idx(PIXEL_ARRAY, packed=True)),
        "labels": upload(idx(np.arange(5, dtype=np.uint8) % 3)),
        "test_images": upload(idx(PIXEL_ARRAY[:2])),
        "class_names": ["a", "b", "c"],
    },
}
ARRAYS = {
    "kind": "dataset",
    "method": "arrays",
    "params": {"upload": upload(npz(images=PIXEL_ARRAY / 300.0, y=np.arange(5), z=np.ones(5)))},
}
mnist("MNIST")(downloads() / "torchvision" / "MNIST")
CHOSEN = io.BytesIO()
np.save(CHOSEN, np.array([3, 8, 30], np.int64))
SELECTION = {
    "kind": "selection",
    "method": "rows",
    "inputs": {"dataset": SHAPES},
    "params": {"upload": upload(CHOSEN.getvalue())},
}
NUMBERS = np.sin(np.arange(40 * 6)).reshape(40, 6)
TABLE = csv(
    [*"abcdef", "label"],
    [[*map(float, row), "xy"[i % 2]] for i, row in enumerate(NUMBERS.round(3))],
)
STRIPS = {"kind": "dataset", "method": "vectors", "params": {"upload": upload(TABLE)}}
PARQUET = {
    "kind": "dataset",
    "method": "parquet",
    "params": {
        "image_size": 10,
        "upload": upload(
            parquet(
                {
                    "image": [picture("BMP", (12, 9)), picture("BMP", (9, 12), "L")],
                    "label": [1, 0],
                    "n": [0.5, 2.0],
                },
                {"label": ["a", "b"]},
            )
        ),
    },
}
VECTORS = {"kind": "encoder", "method": "vectors", "params": {"upload": upload(npy(NUMBERS))}}
#: Numbers that no processor draws differently.
CHECKPOINT = {
    name: (np.arange(each.numel(), dtype=np.float32) % 17 - 8).reshape(each.shape) / 32
    for name, each in dinov2(2).items()
}
UNTRAINED = {"pretrained": False, "image_size": 64}
VIT = {"kind": "encoder", "method": "random", "params": {"architecture": "vit"}, "seed": 1}
CNN = {"kind": "encoder", "method": "random", "params": {"architecture": "cnn"}, "seed": 1}


def _zoo(name: str) -> dict[str, Any]:
    return {"kind": "encoder", "method": "zoo", "params": {"name": name}}


def _embed(dataset: dict[str, Any], encoder: dict[str, Any], **params: Any) -> dict[str, Any]:
    inputs = {"dataset": dataset, "encoder": encoder}
    return {"kind": "embedding", "method": "embed", "inputs": inputs, "params": params}


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


def _probe(
    method: str, dataset: dict[str, Any], repetitions: int = 3, **given: Any
) -> dict[str, Any]:
    encoders = {name: given.pop(name) for name in ("encoder", "encoders") if name in given}
    params = {"repetitions": repetitions, **given}
    inputs = {"dataset": dataset, **encoders}
    return {"kind": "probe", "method": method, "inputs": inputs, "params": params}


#: Two classes that are easily told apart, so that no rounding decides.
DIGITS_PART = _of("dataset", "subset", "dataset", DIGITS, take="classes", classes=["0", "1"])
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


def _trained(objective: str, **params: Any) -> dict[str, Any]:
    """Three updates, so small that weights stay as they were drawn: rounding grows with each."""
    tiny = {"epochs": 1, "stop_at": 3, "batch_size": 8, "learning_rate": 1e-6, "image_size": 16}
    recipe = {"kind": "encoder", "method": objective, "inputs": {"dataset": SHAPES}}
    return {**recipe, "params": {**tiny, **params}, "seed": 1}


def _fitted(method: str, **params: Any) -> dict[str, Any]:
    recipe = {"kind": "encoder", "method": method, "inputs": {"dataset": SHAPES}}
    return {**recipe, "params": {"image_size": 16, **params}}


def _rdm(embedding: dict[str, Any], **params: Any) -> dict[str, Any]:
    return _of("rdm", "pairwise", "embedding", embedding, **params)


OBJECTIVES = ("autoencoder", "dino", "mae", "simclr", "supervised", "vae")


RECIPES: dict[str, dict[str, Any]] = {
    "digits": DIGITS,
    "shapes": SHAPES,
    "scenes": SCENES,
    "photos": {"kind": "dataset", "method": "photos", "params": {"count": 6, "image_size": 24}},
    "archive": ARCHIVE,
    "idx": IDX,
    "arrays": ARRAYS,
    "torchvision": {"kind": "dataset", "method": "torchvision", "params": {"name": "MNIST"}},
    "subset": {
        **_of("dataset", "subset", "dataset", DIGITS, take="stratified", count=50),
        "seed": 2,
    },
    "subset of a selection": {
        "kind": "dataset",
        "method": "subset",
        "inputs": {"dataset": SHAPES, "selection": SELECTION},
        "params": {"take": "selection"},
    },
    "selection": SELECTION,
    "split at random": _of("split", "stratified", "dataset", DIGITS, validation=0.1),
    "split as given": _of("split", "given", "dataset", ARCHIVE),
    "vectors alone": STRIPS,
    "parquet": PARQUET,
    "vectors": VECTORS,
    "pixels": PIXELS,
    "vit": VIT,
    "cnn": CNN,
    "timm": {"kind": "encoder", "method": "timm", "params": UNTRAINED | {"name": "test_vit2"}},
    "checkpoint": {
        "kind": "encoder",
        "method": "checkpoint",
        "params": {"upload": upload(save(CHECKPOINT)), "heads": 2},
    },
    "torchvision model": {
        "kind": "encoder",
        "method": "torchvision",
        "params": UNTRAINED | {"name": "squeezenet1_1"},
    },
    "zoo": {"kind": "encoder", "method": "zoo", "params": {"name": "supervised_digits"}},
    "PCA of images": _fitted("pca", components=4),
    "ICA of images": _fitted("ica", components=2),
    "k-means of images": _fitted("kmeans", k=3),
    "dictionary of images": _fitted("dictionary", atoms=4, used=2, passes=1),
    "random projection of images": _fitted("random_projection", components=5),
    "color histogram": _fitted("color_histogram", bins=4),
    "HOG": _fitted("hog"),
    "k-means of patches": _fitted("patch_kmeans", k=4, patch_size=5, patches=200),
    "embed vectors": _embed(SHAPES, VECTORS),
    **{name: _trained(name) for name in OBJECTIVES},
    "embed pixels": _embed(SHAPES, PIXELS),
    "embed vit": _embed(SHAPES, VIT, precision="float32"),  # not what the processor likes best
    "embed cnn": _embed(SCENES, CNN, precision="float32"),
    "every layer": {
        "kind": "layers",
        "method": "every_layer",
        "inputs": {"dataset": SHAPES, "encoder": CNN},
        "params": {"precision": "float32"},
    },
    "knn euclidean": _of("neighbors", "knn", "embedding", _embed(SHAPES, PIXELS), k=5),
    "knn cosine": _of("neighbors", "knn", "embedding", _embed(SHAPES, PIXELS), metric="cosine"),
    "pca": _of("projection", "pca", "embedding", _embed(DIGITS, PIXELS)),
    "pca wide": _of("projection", "pca", "embedding", _embed(SHAPES, PIXELS), dimensions=3),
    "pca by other axes": {
        "kind": "projection",
        "method": "pca",
        "inputs": {
            "embedding": _embed(SHAPES, PIXELS),
            "axes": _embed({**SHAPES, "seed": 4}, PIXELS),
        },
    },
    "aligned": {
        "kind": "projection",
        "method": "aligned",
        "inputs": {"projection": TSNE, "onto": SHAPES_MAP},
    },
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
    # Not of digits, many of which are equally far apart: which come first, and so who joins
    # which cluster, is up to the processor's way to sort.
    "hdbscan": _of(
        "clusters", "hdbscan", "neighbors", SHAPES_GRAPH, min_cluster_size=3, min_samples=3
    ),
    "agreement": _of("scores", "agreement", "neighbors", DIGITS_GRAPH, DIGITS),
    "class distance": _of("scores", "class_distance", "embedding", _embed(DIGITS, PIXELS), DIGITS),
    "unusual": _of("findings", "unusual", "neighbors", DIGITS_GRAPH, DIGITS),
    "dissimilarities": _rdm(_embed(SHAPES, PIXELS)),
    "dissimilarities from a file": {
        "kind": "rdm",
        "method": "file",
        "params": {"file": upload(npy(np.sin(np.arange(30)).reshape(2, 15) + 2.0))},
    },
    "model matrix": _of("rdm", "model", "dataset", SHAPES),
    "class means": _of("rdm", "class_means", "embedding", _embed(SHAPES, PIXELS), SHAPES),
    "crossnobis": {
        "kind": "rdm",
        "method": "crossnobis",
        "inputs": {"embedding": _embed(STRIPS, VECTORS), "dataset": STRIPS},
    },
    "RSA": {
        "kind": "similarity",
        "method": "rsa",
        "inputs": {
            "rdms": [_rdm(_embed(SHAPES, each), measure="euclidean") for each in (PIXELS, VECTORS)]
        },
    },
    "RSA with inference": {
        "kind": "similarity",
        "method": "fit",
        "inputs": {
            "reference": _rdm(_embed(SHAPES, PIXELS)),
            "models": [
                _rdm(_embed(SHAPES, each), measure="euclidean") for each in (PIXELS, VECTORS)
            ],
        },
        "params": {"bootstrap": 100, "permutations": 100},
        "seed": 1,
    },
    "CKA": {
        "kind": "similarity",
        "method": "cka",
        "inputs": {"embeddings": [_embed(SHAPES, each) for each in (PIXELS, VECTORS)]},
    },
    **{
        name: {
            "kind": "similarity",
            "method": method,
            "inputs": {"embeddings": [_embed(SHAPES, each) for each in (PIXELS, VECTORS)]},
            "params": params,
        }
        for name, method, params in (
            ("CCA", "cca", {"kept": 0.5}),
            ("Procrustes", "procrustes", {}),
            ("mutual neighbors", "mutual_knn", {"k": 5}),
        )
    },
    "map of representations": {
        "kind": "similarity",
        "method": "mds",
        "inputs": {
            "rdms": [
                _rdm(_embed(SHAPES, PIXELS)),
                _rdm(_embed(SHAPES, VECTORS)),
                _rdm(_embed(SHAPES, VECTORS), measure="euclidean"),
            ]
        },
    },
    "order by label": _of("order", "column", "dataset", SHAPES),
    "order by clustering": _of("order", "clustering", "embedding", _embed(SHAPES, PIXELS)),
    "order along a map": _of(
        "order", "map", "projection", _of("projection", "pca", "embedding", _embed(SHAPES, PIXELS))
    ),
    "order of a sample": _of("order", "sample", "dataset", SHAPES, count=20),
    "order of a selection": _of("order", "selection", "selection", SELECTION),
    "sprites": _of("atlas", "sprites", "dataset", SHAPES),
    "k-NN probe": _probe("knn", DIGITS_PART, encoder=PIXELS),
    "linear probe": _probe("linear", DIGITS_PART, encoder=PIXELS, shots=2, repetitions=2),
    "probed layers": _probe("layers", DIGITS_PART, encoder=CNN, repetitions=1),
    "probed with few labels": _probe("labels", DIGITS_PART, encoder=PIXELS, repetitions=1),
    "probed encoders": _probe("table", DIGITS_PART, encoders=[VIT], repetitions=1),
    "masking ratios": _probe(
        "masking",
        SHAPES,
        1,
        encoders=[_trained("mae", patch_size=8, mask_ratio=ratio) for ratio in (0.3, 0.8)],
    ),
    "untrained embedding": _of("embedding", "untrained", "encoder", _zoo("mae_shapes"), SHAPES),
    "live neighbors": _of("live", "neighbors", "embedding", _embed(SHAPES, PIXELS), row=7),
    "live dissimilarities": _of(
        "live", "dissimilarities", "embedding", _embed(SHAPES, PIXELS), step=4, size=8
    ),
    "reconstruction": _of(
        "live", "reconstruct", "encoder", _zoo("mae_digits"), DIGITS, rows=[1, 7]
    ),
    "attention": _of(
        "live", "attend", "encoder", _zoo("mae_shapes"), SHAPES, rows=[1, 7], colors="split"
    ),
    "objects found": _of(
        "attention",
        "objects",
        "encoder",
        _zoo("mae_shapes"),
        SHAPES,
        choosing=10,
        scored=20,
        draws=1,
    ),
    "traversal": _of(
        "live",
        "traverse",
        "encoder",
        _zoo("vae_digits"),
        DIGITS,
        row=7,
        components=[0],
        moves=[[-1.0], [1.0]],
        measure=True,
    ),
    "interpolation": _of("live", "interpolate", "encoder", _zoo("vae_digits"), DIGITS, rows=[1, 7]),
}

#: What is fetched from a network and from nowhere else has no record.
FETCHED = {("dataset", "huggingface")}


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
        # Where some values are missing, so are mean and deviation; the samples still compare.
        spread = np.nan_to_num(before["numbers"][1])
        tolerance = 2.0 if before["kind"].startswith("uint8") else 1e-3 * spread + 1e-6
        if not np.allclose(
            before["numbers"], after["numbers"], rtol=0.0, atol=tolerance, equal_nan=True
        ):
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
    return json.loads(json.dumps({k: v for k, v in meta.items() if k not in ROUNDED}))


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
