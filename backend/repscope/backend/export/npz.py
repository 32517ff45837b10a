"""Tables as `.npz`: an uncompressed zip of `.npy` entries, written from front to end.

Each column is an array of its own. Classes are numbers, -1 for none, with their names beside them
as `NAME_names`. `recipe` is the artifact's nested recipe as JSON text.
"""

import json
import zipfile
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from repscope.backend.export.sink import Sink
from repscope.backend.export.table import BLOCK, ROW, Table

#: The same table gives the same bytes: a zip's clock begins here.
_NO_TIME = (1980, 1, 1, 0, 0, 0)
#: Bytes from which an entry needs the long form of its header.
_LARGE = 2**31


def write_npz(table: Table) -> Iterator[bytes]:
    """Write a table, block by block."""
    sink = Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
        for name, values in _entries(table):
            info = zipfile.ZipInfo(f"{name}.npy", _NO_TIME)
            info.external_attr = 0o644 << 16
            with archive.open(info, "w", force_zip64=values.nbytes > _LARGE) as entry:
                header = np.lib.format.header_data_from_array_1_0(
                    values[:0] if values.ndim else values
                )
                np.lib.format.write_array_header_1_0(entry, {**header, "shape": values.shape})
                if values.ndim == 0:
                    entry.write(values.tobytes())
                    continue
                for first in range(0, len(values), BLOCK):
                    entry.write(np.ascontiguousarray(values[first : first + BLOCK]).tobytes())
                    yield sink.take()
    yield sink.take()


def _entries(table: Table) -> Iterator[tuple[str, NDArray[Any]]]:
    yield ROW, np.arange(table.count, dtype=np.int32)
    for column in table.columns:
        yield column.name, column.values
        if column.categories is not None:
            yield f"{column.name}_names", np.array(column.categories, dtype=np.str_)
    yield "recipe", np.array(json.dumps(table.recipe))
    if table.joined:
        yield "joined_recipes", np.array([json.dumps(recipe) for recipe in table.joined])
