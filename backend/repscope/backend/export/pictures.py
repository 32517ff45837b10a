"""A dataset, or some rows of it, as a zip of images that can be brought in again.

    flowers/                          the title
        LICENSE.txt                   under which terms
        metadata.csv                  a line an image: `file_name`, and everything that is known
        train/rose/000012.png         split, where every image has one; class; row

Images are the files that the dataset keeps, or PNG where it keeps pixels: nothing is lost.
"""

import io
import re
import zipfile
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from repscope.backend.errors import InvalidRequest
from repscope.backend.export.npz import NO_TIME
from repscope.backend.export.sink import Sink
from repscope.backend.export.table import Column, Table
from repscope.backend.export.text import csv_lines, texts_of
from repscope.core.artifacts import Artifact
from repscope.core.images import Images, images_of

#: As many files as can be brought in again; a zip's directory is held in memory.
MOST_IMAGES = 250_000
#: Name of the column that says which line belongs to which image.
FILE_NAME = "file_name"
#: Bytes that are gathered before they are sent.
_PIECE = 2**18
#: Lines of the table that are in memory at a time.
_LINES = 4096
#: Signs that a folder may not have everywhere, and names that importing passes over.
_UNSAFE = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]|^[.\s]|[.\s]$')
_PASSED_OVER = {"__macosx", "thumbs.db", "desktop.ini"}


def write_images(dataset: Artifact, table: Table) -> Iterator[bytes]:
    """Write the images of a table's rows, a few at a time."""
    images = images_of(dataset)
    sink = Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
        license_text = str(dataset.meta.get("license_text") or dataset.meta.get("license") or "")
        top = _folder(table.title)
        if license_text:
            archive.writestr(_entry(f"{top}/LICENSE.txt"), license_text.encode())
        names = _Names(images, table)
        with archive.open(_entry(f"{top}/metadata.csv"), "w", force_zip64=True) as file:
            file.write(csv_lines([[FILE_NAME, *_heads(table)]]))
            for first in range(0, table.count, _LINES):
                rows = table.rows(first, min(first + _LINES, table.count))
                fields = [texts_of(column, rows) for column in table.columns]
                file.write(csv_lines(zip(names.of(rows), *fields, strict=True)))
                yield sink.take()
        for first in range(0, table.count, _LINES):
            rows = table.rows(first, min(first + _LINES, table.count))
            for row, name in zip(rows.tolist(), names.of(rows), strict=True):
                archive.writestr(_entry(f"{top}/{name}"), _file(images, row))
                if sink.waiting >= _PIECE:
                    yield sink.take()
    yield sink.take()


def require_few(table: Table) -> None:
    """See that there are not too many files for a zip.

    Raises:
        InvalidRequest: There are.
    """
    if table.count > MOST_IMAGES:
        raise InvalidRequest(
            f"A zip takes {MOST_IMAGES:,} images and these are {table.count:,}; export a "
            "selection, or arrays.npz."
        )


class _Names:
    """Where images lie in the zip."""

    def __init__(self, images: Images, table: Table) -> None:
        self._images = images
        self._digits = len(str(max(0, len(images) - 1)))
        folders = {column.name: column for column in table.columns if _is_folder(column)}
        self._label = folders.get("label")
        self._folders = _folders(self._label)
        split = folders.get("split")
        # Importing takes folders for splits when all of them are.
        self._split = split if split is not None and _covers(split, table) else None

    def of(self, rows: NDArray[np.int64]) -> list[str]:
        """Name the files of some rows."""
        parts = []
        if self._split is not None:
            parts.append(texts_of(self._split, rows))
        if self._label is not None:
            labels = self._label.codes(rows).tolist()
            parts.append([self._folders.get(label, "") for label in labels])
        parts.append([f"{row:0{self._digits}}.{_ending(self._images, row)}" for row in rows])
        return ["/".join(filter(None, each)) for each in zip(*parts, strict=True)]


def _is_folder(column: Column) -> bool:
    return column.classes and column.categories is not None


def _folder(name: str) -> str:
    return _UNSAFE.sub("_", name[:100]) or "_"


def _folders(label: Column | None) -> dict[int, str]:
    """Give each class a folder of its own."""
    found: dict[int, str] = {}
    taken: set[str] = set()
    for number, name in enumerate((label.categories or []) if label is not None else []):
        folder = _folder(name)
        if folder.lower() in taken | _PASSED_OVER:
            folder = f"{folder}_{number}"
        taken.add(folder.lower())
        found[number] = folder
    return found


def _covers(split: Column, table: Table) -> bool:
    names = split.categories or []
    if not {*names} <= {"train", "validation", "test"}:
        return False
    return all(
        bool((split.codes(table.rows(first, end)) >= 0).all()) for first, end in table.blocks()
    )


def _heads(table: Table) -> list[str]:
    """Name the columns; one that is called as the first is, gets another name."""
    return [f"{each.name}_" if each.name == FILE_NAME else each.name for each in table.columns]


def _entry(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, NO_TIME)
    info.external_attr = 0o644 << 16
    return info


def _ending(images: Images, row: int) -> str:
    kept = images.encoded(row)
    return "jpg" if kept is not None and kept.startswith(b"\xff\xd8") else "png"


def _file(images: Images, row: int) -> bytes:
    kept = images.encoded(row)
    if kept is not None:
        return kept
    out = io.BytesIO()
    images.picture(row).save(out, "PNG", compress_level=1)
    return out.getvalue()
