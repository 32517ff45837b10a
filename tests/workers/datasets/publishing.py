"""Small datasets on disk, laid out and encoded as their publishers and torchvision have them.

Each function writes one set into a folder as a finished download leaves it. Picture number n of a
part is of one color, `shade(part, n)`, and its class is n modulo the number of classes that are
written, so that what is read can be told apart from what was not.
"""

import bz2
import csv
import io
import json
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from PIL import Image
from scipy.io import savemat

from tests.workers.filing import idx

#: Pictures of each part that is written.
COUNT = 4
PARTS = ("train", "validation", "test")


def shade(part: str, number: int) -> int:
    """Brightness of a picture: tens tell the part, ones the picture, times 5."""
    return 5 * (10 * (PARTS.index(part) + 1) + number)


def gray(part: str, number: int, size: tuple[int, int] = (28, 28)) -> np.ndarray:
    return np.full(size, shade(part, number), np.uint8)


def color(part: str, number: int, size: tuple[int, int] = (20, 24)) -> np.ndarray:
    """(height, width, 3), the larger the later."""
    height, width = size
    pixels = np.full((height, width + number, 3), shade(part, number), np.uint8)
    pixels[..., 2] = 200
    return pixels


def save(path: Path, pixels: np.ndarray, **options: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path, **options)


def photo(path: Path, part: str, number: int) -> None:
    if path.suffix in (".jpg", ".jpeg"):
        save(path, color(part, number), quality=95, subsampling=0)
    else:
        save(path, color(part, number))


def text(path: Path, lines: list[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines))


def write_idx(path: Path, array: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(idx(array))


def stack(part: str) -> np.ndarray:
    return np.stack([gray(part, number) for number in range(COUNT)])


def idx_pair(images: Path, labels: Path, part: str, first: int = 0) -> None:
    write_idx(images, stack(part))
    write_idx(labels, (np.arange(COUNT) + first).astype(np.uint8))


def mnist(name: str) -> Callable[[Path], None]:
    def write(root: Path) -> None:
        raw = root / name / "raw"
        for part, word in (("train", "train"), ("test", "t10k")):
            idx_pair(raw / f"{word}-images-idx3-ubyte", raw / f"{word}-labels-idx1-ubyte", part)

    return write


def emnist(variant: str, first: int = 0) -> Callable[[Path], None]:
    def write(root: Path) -> None:
        raw = root / "EMNIST" / "raw"
        for part in ("train", "test"):
            word = f"emnist-{variant}-{part}"
            images, labels = (
                raw / f"{word}-images-idx3-ubyte",
                raw / f"{word}-labels-idx1-ubyte",
            )
            idx_pair(images, labels, part, first)

    return write


def qmnist(root: Path) -> None:
    raw = root / "QMNIST" / "raw"
    for part in ("train", "test"):
        write_idx(raw / f"qmnist-{part}-images-idx3-ubyte", stack(part))
        columns = np.zeros((COUNT, 8), np.int32)
        columns[:, 0] = np.arange(COUNT)
        write_idx(raw / f"qmnist-{part}-labels-idx2-int", columns)


def usps(root: Path) -> None:
    """LIBSVM's sparse text: `class index:value ...`, classes from 1, values from -1 to 1."""
    for part, name in (("train", "usps.bz2"), ("test", "usps.t.bz2")):
        lines = []
        for number in range(COUNT):
            value = shade(part, number) / 255 * 2 - 1 + 1e-4
            pixels = " ".join(f"{i + 1}:{value:.6f}" for i in range(256))
            lines.append(f"{number + 1} {pixels}\n")
        root.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(bz2.compress("".join(lines).encode()))


def semeion(root: Path) -> None:
    """256 bits of ink and 10 of the class; the pictures are black or white."""
    lines = []
    for number in range(COUNT):
        bits = [f"{number % 2:.4f}"] * 256 + [str(int(number == digit)) for digit in range(10)]
        lines.append(" ".join(bits) + " \n")
    root.mkdir(parents=True, exist_ok=True)
    (root / "semeion.data").write_text("".join(lines))


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


def cifar(folder: str, batches: dict[str, list[str]], key: str, meta: str, names: list[str]) -> Any:
    def write(root: Path) -> None:
        base = root / folder
        base.mkdir(parents=True)
        for part, files in batches.items():
            share = COUNT // len(files) if len(files) < COUNT else 1
            for place, file in enumerate(files):
                numbers = range(place * share, min(COUNT, (place + 1) * share))
                data = [
                    np.moveaxis(color(part, 0, (32, 32)) * 0 + _cifar(part, n), 2, 0).ravel()
                    for n in numbers
                ]
                rows = np.array(data, np.uint8).reshape(-1, 3072)
                entry = {"data": rows, key: list(numbers)}
                (base / file).write_bytes(pickle.dumps(entry, 2))
        label = {"labels": "label_names", "fine_labels": "fine_label_names"}[key]
        (base / meta).write_bytes(pickle.dumps({label: names}, 2))

    return write


def _cifar(part: str, number: int) -> np.ndarray:
    return np.array([shade(part, number), shade(part, number), 200], np.uint8)


def stl10(root: Path) -> None:
    """Column by column, one channel after another; classes from 1."""
    folder = root / "stl10_binary"
    folder.mkdir(parents=True)
    for part in ("train", "test"):
        images = np.stack(
            [np.broadcast_to(_cifar(part, n)[:, None, None], (3, 96, 96)) for n in range(COUNT)]
        ).copy()
        images[:, 0, 5, 0] = 255  # column 5 of row 0, since columns come first
        images.tofile(folder / f"{part}_X.bin")
        (np.arange(COUNT) + 1).astype(np.uint8).tofile(folder / f"{part}_y.bin")
    (folder / "unlabeled_X.bin").write_bytes(b"")
    text(folder / "class_names.txt", ["airplane", "bird", "car", "cat", "deer"])


def svhn(root: Path) -> None:
    """(32, 32, 3, N), and 10 stands for the digit 0."""
    root.mkdir(parents=True, exist_ok=True)
    for part in ("train", "test"):
        images = np.stack([np.full((32, 32, 3), _cifar(part, n)) for n in range(COUNT)], axis=3)
        labels = np.array([[n or 10] for n in range(COUNT)], np.uint8)
        savemat(root / f"{part}_32x32.mat", {"X": images, "y": labels})


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
        save(path, color("train", 0, (64, 64)) * 0 + _cifar("train", number), quality=95)


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
            save(path, color(part, 0, (448, 448)) * 0 + _cifar(part, number))


def pcam(root: Path) -> None:
    folder = root / "pcam"
    folder.mkdir(parents=True)
    for part, word in (("train", "train"), ("validation", "valid"), ("test", "test")):
        images = np.stack([np.full((96, 96, 3), _cifar(part, n)) for n in range(COUNT)])
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
