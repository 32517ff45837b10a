"""Zips and pictures of every sort, made in memory."""

import io
import zipfile
from collections.abc import Mapping
from typing import Any

import numpy as np
from PIL import Image

DATE = (2020, 1, 1, 0, 0, 0)


def picture(
    format: str = "PNG", size: tuple[int, int] = (16, 12), mode: str = "RGB", **options: Any
) -> bytes:
    """An image file: a ramp from the upper left to the lower right."""
    width, height = size
    ramp = np.add.outer(np.arange(height), np.arange(width)) * (255.0 / (width + height - 2))
    image = Image.fromarray(ramp.astype(np.uint8)).convert(mode)
    file = io.BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


def packed(files: Mapping[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    """A zip; the same files give the same bytes."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(entry(name, method), data)
    return file.getvalue()


def entry(name: str, method: int = zipfile.ZIP_STORED, mode: int = 0o100644) -> zipfile.ZipInfo:
    """An entry of a zip with a fixed date."""
    info = zipfile.ZipInfo(name, DATE)
    info.compress_type = method
    info.external_attr = mode << 16
    return info
