"""The recipes whose output is on record: every method, with what may change its numbers."""

from typing import Any

import numpy as np

from tests.workers.filing import npy
from tests.workers.golden_inputs import (
    ARCHIVE,
    ARRAYS,
    CHECKPOINT,
    CNN,
    DIGITS,
    IDX,
    PARQUET,
    PIXELS,
    SCENES,
    SELECTION,
    SHAPES,
    STRIPS,
    UNTRAINED,
    VECTORS,
    VIT,
)
from tests.workers.making import upload


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
    "subset of a selection": _of(
        "dataset", "subset", "selection", SELECTION, SHAPES, take="selection"
    ),
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
    "checkpoint": CHECKPOINT,
    "torchvision model": {
        "kind": "encoder",
        "method": "torchvision",
        "params": UNTRAINED | {"name": "squeezenet1_1"},
    },
    "zoo": _zoo("supervised_digits"),
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
    "every layer": _of("layers", "every_layer", "encoder", CNN, SHAPES, precision="float32"),
    "knn euclidean": _of("neighbors", "knn", "embedding", _embed(SHAPES, PIXELS), k=5),
    "knn cosine": _of("neighbors", "knn", "embedding", _embed(SHAPES, PIXELS), metric="cosine"),
    "knn approximate": _of(
        "neighbors", "knn", "embedding", _embed(SHAPES, PIXELS), k=5, search="approximate"
    ),
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
    "crossnobis": _of("rdm", "crossnobis", "embedding", _embed(STRIPS, VECTORS), STRIPS),
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
