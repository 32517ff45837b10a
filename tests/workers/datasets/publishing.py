"""Small datasets on disk, laid out and encoded as their publishers and torchvision have them.

Each function writes one set into a folder as a finished download leaves it. Picture number n of a
part is of one color, `shade(part, n)`, and its class is n modulo the number of classes that are
written, so that what is read can be told apart from what was not.
"""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
from PIL import Image
from scipy.io import savemat

from tests.workers.datasets.published_pictures import (
    COUNT,
    PARTS,
    color,
    photo,
    save,
    text,
    tint,
)
from tests.workers.datasets.publishing_arrays import (
    cifar,
    emnist,
    mnist,
    qmnist,
    semeion,
    stl10,
    svhn,
    usps,
)


def omniglot(root: Path) -> None:
    folder = root / "omniglot-py"
    for part, name in (("train", "images_background"), ("test", "images_evaluation")):
        for number in range(COUNT):
            alphabet = "Greek" if part == "train" else "Tengwar"
            path = folder / name / alphabet / f"character{number + 1:02d}" / f"{number:04d}_01.png"
            # Strokes are black on white, one bit a pixel.
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.new("1", (105, 105), number % 2).save(path)
        (folder / f"{name}.zip").write_bytes(b"")


def flowers102(root: Path) -> None:
    folder = root / "flowers-102"
    ids: dict[str, list[int]] = {}
    for place, part in enumerate(PARTS):
        ids[part] = [place * COUNT + n + 1 for n in range(COUNT)]
        for number, image in enumerate(ids[part]):
            photo(folder / "jpg" / f"image_{image:05d}.jpg", part, number)
    labels = np.array([[n % COUNT + 1 for n in range(3 * COUNT)]], np.uint8)
    savemat(folder / "imagelabels.mat", {"labels": labels})
    words = {"trnid": "train", "valid": "validation", "tstid": "test"}
    sets = {word: np.array([ids[part]], np.uint16) for word, part in words.items()}
    savemat(folder / "setid.mat", sets)


def pets(root: Path) -> None:
    folder = root / "oxford-iiit-pet"
    breeds = ["Abyssinian", "american_bulldog", "Birman", "boxer"]
    for part, word in (("train", "trainval"), ("test", "test")):
        lines = []
        for number in range(COUNT):
            name = f"{breeds[number]}_{number + 10 * (part == 'test')}"
            photo(folder / "images" / f"{name}.jpg", part, number)
            lines.append(f"{name} {number + 1} {number % 2 + 1} {number // 2 + 1}")
        text(folder / "annotations" / f"{word}.txt", lines)


def food101(root: Path) -> None:
    folder = root / "food-101"
    for part in ("train", "test"):
        listed: dict[str, list[str]] = {}
        for number in range(COUNT):
            name = f"{['apple_pie', 'sushi'][number % 2]}/{part}{number}"
            photo(folder / "images" / f"{name}.jpg", part, number)
            listed.setdefault(name.partition("/")[0], []).append(name)
        path = folder / "meta" / f"{part}.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(listed))


def imagenette(root: Path) -> None:
    folder = root / "imagenette2-320"
    for part, word in (("train", "train"), ("validation", "val")):
        for number in range(COUNT):
            wnid = ["n01440764", "n02102040"][number % 2]
            photo(folder / word / wnid / f"{wnid}_{number}.JPEG".lower(), part, number)
    for path in folder.rglob("*.jpeg"):
        path.rename(path.with_suffix(".JPEG"))


def dtd(root: Path) -> None:
    folder = root / "dtd" / "dtd"
    for part, word in (("train", "train"), ("validation", "val"), ("test", "test")):
        lines = []
        for number in range(COUNT):
            kind = ["banded", "dotted"][number % 2]
            photo(folder / "images" / kind / f"{kind}_{word}{number}.jpg", part, number)
            lines.append(f"{kind}/{kind}_{word}{number}.jpg")
        text(folder / "labels" / f"{word}1.txt", lines)


def eurosat(root: Path) -> None:
    for number in range(COUNT):
        name = ["Forest", "River"][number % 2]
        path = root / "eurosat" / "2750" / name / f"{name}_{number}.jpg"
        save(path, color("train", 0, (64, 64)) * 0 + tint("train", number), quality=95)


def gtsrb(root: Path) -> None:
    folder = root / "gtsrb"
    rows = []
    for number in range(COUNT):
        photo(
            folder / "GTSRB" / "Training" / f"{number % 2:05d}" / f"00000_{number:05d}.ppm",
            "train",
            number,
        )
        photo(folder / "GTSRB" / "Final_Test" / "Images" / f"{number:05d}.ppm", "test", number)
        rows.append({"Filename": f"{number:05d}.ppm", "ClassId": number % 2})
    file = io.StringIO()
    table = csv.DictWriter(file, ["Filename", "ClassId"], delimiter=";")
    table.writeheader()
    table.writerows(rows)
    (folder / "GT-final_test.csv").write_text(file.getvalue())


def country211(root: Path) -> None:
    for part, word in (("train", "train"), ("validation", "valid"), ("test", "test")):
        for number in range(COUNT):
            country = ["AD", "ZW"][number % 2]
            photo(root / "country211" / word / country / f"{number}.jpg", part, number)


def aircraft(root: Path) -> None:
    data = root / "fgvc-aircraft-2013b" / "data"
    variants = ["707-320", "A300B4", "DH-82", "Yak-42"]
    text(data / "variants.txt", variants)
    for place, (part, word) in enumerate(
        (("train", "train"), ("validation", "val"), ("test", "test"))
    ):
        lines = []
        for number in range(COUNT):
            name = f"{place:03d}{number:04d}"
            photo(data / "images" / f"{name}.jpg", part, number)
            lines.append(f"{name} {variants[number]}")
        text(data / f"images_variant_{word}.txt", lines)


def caltech101(root: Path) -> None:
    folder = root / "caltech101" / "101_ObjectCategories"
    for number in range(COUNT):
        name = ["accordion", "yin_yang"][number % 2]
        photo(folder / name / f"image_{number // 2 + 1:04d}.jpg", "train", number)
    photo(folder / "BACKGROUND_Google" / "image_0001.jpg", "test", 0)


def caltech256(root: Path) -> None:
    folder = root / "caltech256" / "256_ObjectCategories"
    for number in range(COUNT):
        name = ["001.ak47", "002.american-flag"][number % 2]
        photo(folder / name / f"{name[:3]}_{number // 2 + 1:04d}.jpg", "train", number)


def rendered_sst2(root: Path) -> None:
    for part, word in (("train", "train"), ("validation", "valid"), ("test", "test")):
        for number in range(COUNT):
            name = ["negative", "positive"][number % 2]
            path = root / "rendered-sst2" / word / name / f"{number}.png"
            save(path, color(part, 0, (448, 448)) * 0 + tint(part, number))


def pcam(root: Path) -> None:
    folder = root / "pcam"
    folder.mkdir(parents=True)
    for part, word in (("train", "train"), ("validation", "valid"), ("test", "test")):
        images = np.stack([np.full((96, 96, 3), tint(part, n)) for n in range(COUNT)])
        labels = (np.arange(COUNT) % 2).astype(np.uint8).reshape(-1, 1, 1, 1)
        for letter, array in (("x", images), ("y", labels)):
            name = f"camelyonpatch_level_2_split_{word}_{letter}.h5"
            with h5py.File(folder / name, "w") as file:
                file[letter] = array


def clevr(root: Path) -> None:
    folder = root / "clevr" / "CLEVR_v1.0"
    for part, word in (("train", "train"), ("validation", "val")):
        scenes = []
        for number in range(COUNT):
            name = f"CLEVR_{word}_{number:06d}.png"
            photo(folder / "images" / word / name, part, number)
            scenes.append({"image_filename": name, "objects": [{}] * (3 + number)})
        path = folder / "scenes" / f"CLEVR_{word}_scenes.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps({"scenes": scenes}))


def sun397(root: Path) -> None:
    folder = root / "SUN397"
    names = ["/a/abbey", "/c/church/outdoor"]
    text(folder / "ClassName.txt", names)
    for number in reversed(range(COUNT)):
        name = names[number % 2]
        photo(folder.joinpath(*name.split("/")) / f"sun_a{number}.jpg", "train", number)


_CIFAR10 = ["airplane", "automobile", "bird", "cat"]
_BATCHES = [f"data_batch_{number}" for number in range(1, 6)]

#: How each set is written.
WRITERS: dict[str, Callable[[Path], None]] = {
    "MNIST": mnist("MNIST"),
    "FashionMNIST": mnist("FashionMNIST"),
    "KMNIST": mnist("KMNIST"),
    "EMNIST": emnist("balanced"),
    "EMNIST/letters": emnist("letters", first=1),
    "EMNIST/digits": emnist("digits"),
    "EMNIST/byclass": emnist("byclass"),
    "EMNIST/bymerge": emnist("bymerge"),
    "EMNIST/mnist": emnist("mnist"),
    "QMNIST": qmnist,
    "USPS": usps,
    "SEMEION": semeion,
    "Omniglot": omniglot,
    "CIFAR10": cifar(
        "cifar-10-batches-py",
        {"train": _BATCHES, "test": ["test_batch"]},
        "labels",
        "batches.meta",
        _CIFAR10,
    ),
    "CIFAR100": cifar(
        "cifar-100-python",
        {"train": ["train"], "test": ["test"]},
        "fine_labels",
        "meta",
        ["apple", "aquarium_fish", "baby", "bear"],
    ),
    "STL10": stl10,
    "SVHN": svhn,
    "Flowers102": flowers102,
    "OxfordIIITPet": pets,
    "Food101": food101,
    "Imagenette": imagenette,
    "DTD": dtd,
    "EuroSAT": eurosat,
    "GTSRB": gtsrb,
    "Country211": country211,
    "FGVCAircraft": aircraft,
    "Caltech101": caltech101,
    "Caltech256": caltech256,
    "RenderedSST2": rendered_sst2,
    "PCAM": pcam,
    "CLEVRClassification": clevr,
    "SUN397": sun397,
}
