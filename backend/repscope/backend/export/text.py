"""Tables as CSV: RFC 4180, UTF-8, CRLF, a header line.

Numbers are the shortest text that reads back as the same float32 or float64. Classes stand by name;
an image without one has an empty field. Names are data of whoever made the dataset and are never
altered: one that begins with `=`, `+`, `-` or `@` is quoted where RFC 4180 asks for it and nowhere
else, so a spreadsheet may take it for a formula.
"""

import csv
import io
from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from repscope.backend.export.table import ROW, Column, Table
from repscope.core.texts import Texts


def write_csv(table: Table) -> Iterator[bytes]:
    """Write a table, block by block."""
    yield csv_lines([[ROW, *(column.name for column in table.columns)]])
    for first, end in table.blocks():
        rows = table.rows(first, end)
        fields = [texts_of(column, rows) for column in table.columns]
        yield csv_lines(zip(rows.tolist(), *fields, strict=True))


def csv_lines(rows: Iterable[Iterable[object]]) -> bytes:
    """Write lines of fields."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode()


def texts_of(column: Column, rows: NDArray[np.int64]) -> list[str]:
    """Write the values of some rows as text."""
    if isinstance(column.values, Texts):
        return column.values.at(rows)
    values = np.asarray(column.values[rows])
    if column.classes:
        names = column.categories
        if names is None:
            return [str(code) if code >= 0 else "" for code in values.tolist()]
        return [names[code] if 0 <= code < len(names) else "" for code in values.tolist()]
    if values.dtype == np.float32:
        # NumPy knows the shortest text of a float32; Python's own floats are float64.
        return [str(text) for text in values.astype("U16").tolist()]
    return [str(value) for value in values.tolist()]
