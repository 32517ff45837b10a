"""Small published sets that lie as arrays in files; see `publishing`."""

import bz2
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from scipy.io import savemat

from tests.workers.datasets.published_pictures import (
    COUNT,
    color,
    idx_pair,
    shade,
    stack,
    text,
    tint,
    write_idx,
)


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


def cifar(folder: str, batches: dict[str, list[str]], key: str, meta: str, names: list[str]) -> Any:
    def write(root: Path) -> None:
        base = root / folder
        base.mkdir(parents=True)
        for part, files in batches.items():
            share = COUNT // len(files) if len(files) < COUNT else 1
            for place, file in enumerate(files):
                numbers = range(place * share, min(COUNT, (place + 1) * share))
                data = [
                    np.moveaxis(color(part, 0, (32, 32)) * 0 + tint(part, n), 2, 0).ravel()
                    for n in numbers
                ]
                rows = np.array(data, np.uint8).reshape(-1, 3072)
                entry = {"data": rows, key: list(numbers)}
                (base / file).write_bytes(pickle.dumps(entry, 2))
        label = {"labels": "label_names", "fine_labels": "fine_label_names"}[key]
        (base / meta).write_bytes(pickle.dumps({label: names}, 2))

    return write


def stl10(root: Path) -> None:
    """Column by column, one channel after another; classes from 1."""
    folder = root / "stl10_binary"
    folder.mkdir(parents=True)
    for part in ("train", "test"):
        images = np.stack(
            [np.broadcast_to(tint(part, n)[:, None, None], (3, 96, 96)) for n in range(COUNT)]
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
        images = np.stack([np.full((32, 32, 3), tint(part, n)) for n in range(COUNT)], axis=3)
        labels = np.array([[n or 10] for n in range(COUNT)], np.uint8)
        savemat(root / f"{part}_32x32.mat", {"X": images, "y": labels})
