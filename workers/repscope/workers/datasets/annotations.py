"""What is known of imported images: from their folders and from tables beside them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from repscope.core.texts import text_arrays
from repscope.workers.datasets.description import column
from repscope.workers.datasets.folders import SPLIT_ORDER, Places, places, split_named
from repscope.workers.datasets.inference import categories_of, infer
from repscope.workers.datasets.tables import Tables


@dataclass(frozen=True)
class Annotations:
    """Classes, splits and columns of images.

    Attributes:
        title: The outermost folder, if all images lie in it.
        classes: Names of the classes; the array `labels` is then there.
        splits: Names of the splits; the column `split` is then there.
        columns: All columns but the label's.
        arrays: Of the labels and of all columns.
    """

    title: str | None
    classes: list[str]
    splits: list[str]
    columns: list[dict[str, Any]]
    arrays: dict[str, NDArray[Any]]


def annotate(names: list[str], tables: Tables) -> Annotations:
    """Bring together what folders and tables say; a table's class and split are heard first.

    Args:
        names: Paths of the images, in the order of the rows.
        tables: What tables say of them.
    """
    where = places(names)
    columns: list[dict[str, Any]] = []
    arrays: dict[str, NDArray[Any]] = {}
    classes, labels = where.classes, np.array(where.labels, np.int32)
    if tables.label is not None:
        classes, labels = categories_of(tables.column(tables.label, names))
        if where.classes and not _agree(where, classes, labels):
            columns.append(column("folder", "Folder", "category", "column_folder", where.classes))
            arrays["column_folder"] = np.array(where.labels, np.int32)
    if classes:
        arrays["labels"] = labels
    splits, split = _splits(names, where, tables)
    if splits:
        columns.append(column("split", "Split", "category", "column_split", splits))
        arrays["column_split"] = split
    taken = {"row", "label", "file", *(each["name"] for each in columns)}
    for title in tables.titles:
        inferred = None
        if title not in (tables.label, tables.split):
            inferred = infer(title, tables.column(title, names), taken)
        if inferred is not None:
            columns.append(inferred.description)
            arrays |= inferred.arrays
    columns.append(column("file", "File", "text", "column_file"))
    arrays |= text_arrays("column_file", names)
    return Annotations(where.top, classes, splits, columns, arrays)


def _agree(where: Places, classes: list[str], labels: NDArray[np.int32]) -> bool:
    """Tell whether the folders say what the table says: then once is enough."""
    known = [classes[label] if label >= 0 else None for label in labels]
    return known == [where.classes[label] if label >= 0 else None for label in where.labels]


def _splits(names: list[str], where: Places, tables: Tables) -> tuple[list[str], NDArray[np.int32]]:
    """Return the names of the splits, in the usual order, and the one of each image."""
    if tables.split is None:
        return where.splits, np.array(where.split, np.int32)
    given = [split_named(field) for field in tables.column(tables.split, names)]
    splits = [name for name in SPLIT_ORDER if name in given]
    return splits, np.array([splits.index(each) if each else -1 for each in given], np.int32)
