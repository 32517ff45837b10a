"""Every objective at one budget on Fashion-MNIST, beside raw pixels and random weights.

    python -m benchmarks.pretrain FOLDER [--images 60000] [--epochs 4] [--seeds 3] [--out PAGE]

Trains on images of the part train and probes on the 10,000 of test, by which nothing is chosen;
every objective sees the same number of images. Needs the IDX files in the folder `fashion-mnist` of
REPSCOPE_TEST_DATA. FOLDER is the data folder of a Repscope that is started for it: what was made
there before is found by its recipe, so a second call goes on where the first was stopped, and one
with more seeds adds to them. The section of the page is written anew after each seed. The defaults
are about ten minutes of one core an objective; `--quick` takes a minute or two.
"""

import argparse
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from benchmarks.harness import FOLDERS, data_folder
from benchmarks.pretrain_report import section, write
from repscope.client import Artifact, Client, Recipe
from tools.app import running_app

FILES = {
    "images": "train-images-idx3-ubyte.gz",
    "labels": "train-labels-idx1-ubyte.gz",
    "test_images": "t10k-images-idx3-ubyte.gz",
    "test_labels": "t10k-labels-idx1-ubyte.gz",
}
CLASSES = (
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
    "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
)  # fmt: skip
#: What each is given besides the budget: views are altered mildly, as fits small gray pictures.
#: At the rate of the others DINO collapses.
OBJECTIVES: dict[str, dict[str, Any]] = {
    "supervised": {"backbone": "cnn_micro", "crop": 1.0},
    "autoencoder": {"backbone": "cnn_micro"},
    "vae": {"backbone": "cnn_micro"},
    "mae": {"backbone": "vit_micro"},
    "simclr": {"backbone": "cnn_micro", "batch_size": 128, "crop": 0.4, "color": 0.3},
    "dino": {
        "backbone": "cnn_micro",
        "color": 0.3,
        "local_crops": 2,
        "momentum": 0.98,
        "freeze_last_layer": 0.1,
        "learning_rate": 5e-4,
    },
}
#: Batches are small, and the rate rises within an epoch: a short training has few updates.
COMMON = {"batch_size": 64, "learning_rate": 2e-3, "warmup_epochs": 0.2, "snapshots": 1}
SETTINGS = {name: COMMON | params for name, params in OBJECTIVES.items()}
QUICK = 1_000  # images
WHOLE, TEST = 60_000, 10_000


def arguments() -> argparse.Namespace:
    """Reads the options."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument(
        "folder", type=Path, nargs="?", help="data folder to work in, and to go on from"
    )
    parser.add_argument("--images", type=int, default=WHOLE, help="training images")
    parser.add_argument("--epochs", type=int, default=4, help="times that each of them is seen")
    parser.add_argument("--seeds", type=int, default=3, help="runs of each")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK:,} images once, one seed")
    parser.add_argument(
        "--out", type=Path, default=Path("docs/results.md"), help="page that has the section"
    )
    return parser.parse_args()


def main() -> None:
    """Trains, probes, and writes the page; prints one line for each run."""
    options = arguments()
    source = data_folder() / FOLDERS["fashion-mnist"]
    if options.folder is None or not source.is_dir():
        missing = "no folder fashion-mnist in REPSCOPE_TEST_DATA"
        reason = missing if options.folder else "hours of work, and no folder to keep them in"
        print(json.dumps({"skipped": "pretrain", "reason": reason}), flush=True)
        return
    if options.quick:
        options.images, options.epochs, options.seeds = QUICK, 1, 1
    options.folder.mkdir(parents=True, exist_ok=True)
    with running_app(options.folder / "data") as app:
        client = Client(app.url)
        images = dataset(client, source, options.images)
        tables: list[Artifact] = []
        runs: dict[str, list[Artifact]] = {name: [] for name in OBJECTIVES}
        for seed in range(options.seeds):
            measure(client, images, options.epochs, seed, tables, runs)
            write(options.out, section(tables, runs, SETTINGS))


def dataset(client: Client, source: Path, count: int) -> Recipe:
    """Brings Fashion-MNIST, and takes the first images of each class of its part train.

    Args:
        client: Of the Repscope that is worked with.
        source: Folder of the IDX files.
        count: Images to train on, of every class as many; all of the part test are added.
    """
    uploads = {name: client.upload(source / file) for name, file in FILES.items()}
    whole = Recipe("dataset", "idx", **uploads, class_names=CLASSES, title="Fashion-MNIST")
    if count >= WHOLE:
        return whole
    labels = client.get(whole, progress=False).array("labels")[:WHOLE]
    some = count // len(CLASSES)
    each = [np.flatnonzero(labels == label)[:some] for label in range(len(CLASSES))]
    rows = np.sort(np.concatenate([*each, np.arange(WHOLE, WHOLE + TEST)]))
    with TemporaryDirectory() as folder:
        np.save(Path(folder) / "rows.npy", rows.astype(np.int64))
        upload = client.upload(Path(folder) / "rows.npy")
    chosen = Recipe("selection", "rows", dataset=whole, upload=upload)
    return Recipe("dataset", "subset", dataset=whole, selection=chosen, take="selection")


def measure(
    client: Client,
    images: Recipe,
    epochs: int,
    seed: int,
    tables: list[Artifact],
    runs: dict[str, list[Artifact]],
) -> None:
    """Makes the runs of one seed and probes them, and adds them to the others.

    Args:
        client: Of the Repscope that makes them.
        images: With a column `split`.
        epochs: Times that each is seen.
        seed: Of the runs.
        tables: Probes so far, one a seed.
        runs: Runs so far of each objective.
    """
    recipes = []
    for name, params in SETTINGS.items():
        recipe = Recipe("encoder", name, seed=seed, dataset=images, epochs=epochs, **params)
        run = client.get(recipe, progress=False)
        line = {"run": name, "seed": seed, "seconds": run.meta["run"]["seconds"]}
        print(json.dumps(line | run.metrics), flush=True)
        recipes.append(recipe)
        runs[name].append(run)
    table = Recipe("probe", "table", seed=seed, dataset=images, encoders=recipes, repetitions=1)
    tables.append(client.get(table, progress=False))
    for row in tables[-1].meta["rows"]:
        scores = {probe: round(row[probe]["mean"], 4) for probe in ("knn", "linear")}
        print(json.dumps({"probe": row["name"], "seed": seed, **scores}), flush=True)


if __name__ == "__main__":
    main()
