"""Images for the pictures of `make shots` that no built-in data set is like."""

from __future__ import annotations

import io
import json
import urllib.request
import zipfile

import numpy as np
from PIL import Image

from tools.app import App

CLASSES = 300
SIDE = 32


def few() -> bytes:
    """Three images without classes."""
    return _packed({f"{number}.png": _image(number) for number in range(3)})


def unlabeled() -> bytes:
    """Sixty images without classes."""
    return _packed({f"{number}.png": _image(number % 6, number) for number in range(60)})


def many_classes() -> bytes:
    """Three images of each of 300 classes."""
    return _packed(
        {
            f"species {number:03}/{take}.png": _image(number, take)
            for number in range(CLASSES)
            for take in range(3)
        }
    )


def send(app: App, data: bytes) -> str:
    """Upload a file; returns the checksum that recipes name it by."""
    request = urllib.request.Request(f"{app.url}/api/uploads", data=data, method="PUT")
    with urllib.request.urlopen(request, timeout=60) as answer:
        return str(json.load(answer)["sha256"])


def _image(kind: int, take: int = 0) -> bytes:
    """A grating; its kind gives its color, slant and width, its take where it begins."""
    chance = np.random.default_rng(kind)
    color, slant = chance.integers(60, 255, 3), chance.uniform(0, np.pi)
    y, x = np.mgrid[:SIDE, :SIDE] / SIDE
    phase = 2 * np.pi * chance.uniform(1, 5) * (np.cos(slant) * x + np.sin(slant) * y)
    wave = 0.5 + 0.5 * np.sin(phase + np.random.default_rng(take).uniform(0, 6))
    file = io.BytesIO()
    Image.fromarray((wave[..., None] * color).astype(np.uint8)).save(file, "PNG")
    return file.getvalue()


def _packed(files: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in files.items():
            # A fixed date: the same images are the same upload.
            archive.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), data)
    return file.getvalue()
