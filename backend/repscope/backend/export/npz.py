"""`.npz`: an uncompressed zip of `.npy` entries, written from front to end.

Of a table each column is an array of its own. Classes are numbers, -1 for none, with their names
beside them as `NAME_names`; texts are UTF-8 end to end, with `NAME_offsets` beside them. `recipe`
is the artifact's nested recipe as JSON text.
"""

import json
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from repscope.backend.export.sink import Sink
from repscope.backend.export.table import BLOCK, JOINED, RECIPE, ROW, Column, Table, names_of
from repscope.core.texts import Texts, offsets_of

#: The same table gives the same bytes: a zip's clock begins here.
NO_TIME = (1980, 1, 1, 0, 0, 0)
#: Bytes from which an entry needs the long form of its header.
_LARGE = 2**31
#: Bytes of images and the like that are in memory at a time.
_BLOCK_BYTES = 4 * 2**20


@dataclass(frozen=True)
class Member:
    """One array of the file, before it is written.

    Attributes:
        name: its name.
        dtype: type of its values.
        shape: its shape.
        blocks: its values in order, piece by piece.
    """

    name: str
    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    blocks: Iterable[NDArray[Any]]

    @property
    def nbytes(self) -> int:
        """Size of its values."""
        return self.dtype.itemsize * int(np.prod(self.shape, dtype=np.int64))


def write_npz(table: Table) -> Iterator[bytes]:
    """Write a table, block by block."""
    return write_members([*members_of(table), *recipes_of(table)])


def write_members(members: Iterable[Member]) -> Iterator[bytes]:
    """Write arrays, block by block."""
    sink = Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
        for member in members:
            info = zipfile.ZipInfo(f"{member.name}.npy", NO_TIME)
            info.external_attr = 0o644 << 16
            with archive.open(info, "w", force_zip64=member.nbytes > _LARGE) as entry:
                header = np.lib.format.header_data_from_array_1_0(np.empty(0, member.dtype))
                np.lib.format.write_array_header_1_0(entry, {**header, "shape": member.shape})
                for block in member.blocks:
                    entry.write(np.ascontiguousarray(block, member.dtype).tobytes())
                    yield sink.take()
    yield sink.take()


def members_of(table: Table) -> Iterator[Member]:
    """Iterate over the row numbers and the columns of a table."""
    shape = (table.count,)
    numbers = (table.rows(first, end) for first, end in table.blocks())
    yield Member(ROW, np.dtype(np.int32), shape, numbers)
    for column in table.columns:
        if isinstance(column.values, Texts):
            yield from _texts(table, column.name, column.values)
        else:
            yield picked(column.name, column.values, table)
            yield from _names(column)


def picked(name: str, values: NDArray[Any], table: Table) -> Member:
    """Return the rows of an array that stand in the file."""
    step = max(1, min(BLOCK, _BLOCK_BYTES // max(1, values[:1].nbytes)))
    blocks = (
        values[table.rows(first, min(first + step, table.count))]
        for first in range(0, table.count, step)
    )
    return Member(name, values.dtype, (table.count, *values.shape[1:]), blocks)


def recipes_of(table: Table) -> Iterator[Member]:
    """Iterate over what tells how the values were made."""
    yield whole(RECIPE, np.array(json.dumps(table.recipe)))
    if table.joined:
        yield whole(JOINED, np.array([json.dumps(recipe) for recipe in table.joined]))


def whole(name: str, values: NDArray[Any]) -> Member:
    """Return an array that is in memory anyway."""
    return Member(name, values.dtype, values.shape, [values])


def _texts(table: Table, name: str, texts: Texts) -> Iterator[Member]:
    """Iterate over the bytes and the offsets of texts."""
    lengths = [texts.lengths(table.rows(first, end)) for first, end in table.blocks()]
    offsets = np.concatenate([np.zeros(1, np.int64), *lengths]).cumsum()
    blocks = (
        np.frombuffer(b"".join(texts.encoded(table.rows(first, end))), np.uint8)
        for first, end in table.blocks()
    )
    yield Member(name, np.dtype(np.uint8), (int(offsets[-1]),), blocks)
    yield whole(offsets_of(name), offsets)


def _names(column: Column) -> Iterator[Member]:
    if column.categories is not None:
        yield whole(names_of(column.name), np.array(column.categories, dtype=np.str_))
