"""Tables as Parquet: one row group a block; classes by name, null for none.

The file's metadata holds the nested recipe as JSON under `repscope.recipe`, and each field its
title under `title`.
"""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from repscope.backend.export.sink import Sink
from repscope.backend.export.table import ROW, Column, Table
from repscope.core.texts import Texts

if TYPE_CHECKING:
    import pyarrow as pa


def write_parquet(table: Table) -> Iterator[bytes]:
    """Write a table, one row group a block."""
    # Takes longer to load than all else that the server starts with.
    import pyarrow as pa
    import pyarrow.parquet as pq

    fields = [pa.field(ROW, pa.int32(), nullable=False)]
    for column in table.columns:
        fields.append(pa.field(column.name, _type(column), metadata={"title": column.title}))
    metadata = {"repscope.recipe": json.dumps(table.recipe)}
    if table.joined:
        metadata["repscope.joined_recipes"] = json.dumps(table.joined)
    schema = pa.schema(fields, metadata=metadata)
    sink = Sink()
    with pq.ParquetWriter(sink, schema) as writer:
        for first, end in table.blocks():
            rows = table.rows(first, end)
            arrays = [pa.array(rows.astype(np.int32))]
            arrays += [_array(column, rows) for column in table.columns]
            writer.write_batch(pa.record_batch(arrays, schema=schema))
            yield sink.take()
    yield sink.take()


def _type(column: Column) -> "pa.DataType":
    import pyarrow as pa

    if isinstance(column.values, Texts):
        return pa.string()
    if column.categories is not None:
        return pa.dictionary(pa.int32(), pa.string())
    return pa.from_numpy_dtype(column.values.dtype)


def _array(column: Column, rows: NDArray[np.int64]) -> "pa.Array":
    import pyarrow as pa

    if isinstance(column.values, Texts):
        return pa.array(column.values.at(rows), pa.string())
    values = np.ascontiguousarray(column.values[rows])
    if not column.classes:
        return pa.array(values)
    if column.categories is None:
        return pa.array(values, mask=values < 0)
    known = (values >= 0) & (values < len(column.categories))
    codes = pa.array(values.astype(np.int32), mask=~known)
    return pa.DictionaryArray.from_arrays(codes, pa.array(column.categories, pa.string()))
