"""Reads Parquet inside the confined process: what `parquet.Parquet` starts.

pyarrow is C++ that reads a stranger's file. It has the open file from its parent and can open no
other; memory and time are bounded there. What leaves are plain numbers and bytes.
"""

import json
import os
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from repscope.workers.files.confined import serve

_MOST_ROWS = 10_000_000
_MOST_COLUMNS = 20_000
_MOST_CLASSES = 10_000
_LONGEST_NAME = 200
_BUFFER = 2**20
#: Bytes of the schema that pyarrow is to believe, and entries of a list in it.
_MOST_STRING, _MOST_ENTRIES = 64 * 2**20, 2_000_000

Raw = tuple[dict[str, Any], bytes]


class Reader:
    """Answers requests about one open file."""

    def __init__(self, descriptor: int) -> None:
        """Take an open file."""
        self._source = pa.PythonFile(os.fdopen(descriptor, "rb"), mode="r")
        self._file: Any = None
        self._kinds: dict[str, str] = {}
        self._batches: Iterator[Any] = iter(())

    def __call__(self, request: dict[str, Any], data: bytes) -> Raw:
        """Do what a request asks for; whatever pyarrow raises becomes words."""
        try:
            match request["task"]:
                case "open":
                    return self._open(), b""
                case "read":
                    self._read(request["columns"], request["rows"])
                    return {}, b""
            return self._next()
        except MemoryError:
            return {"broken": "asks for more memory than a Parquet file may take"}, b""
        except Refusal as error:
            return {"broken": str(error)}, b""
        except Exception as error:  # pyarrow raises what it likes
            return {"broken": f"cannot be read as Parquet ({_words(error)})"}, b""

    def _open(self) -> dict[str, Any]:
        self._file = pq.ParquetFile(
            self._source,
            buffer_size=_BUFFER,
            pre_buffer=False,
            thrift_string_size_limit=_MOST_STRING,
            thrift_container_size_limit=_MOST_ENTRIES,
        )
        schema = self._file.schema_arrow
        rows = self._file.metadata.num_rows
        if rows > _MOST_ROWS:
            raise Refusal(f"has {rows:,} rows; {_MOST_ROWS:,} are read at most")
        if len(schema) > _MOST_COLUMNS:
            raise Refusal(f"has {len(schema):,} columns; {_MOST_COLUMNS:,} are read at most")
        if len(set(schema.names)) < len(schema):
            raise Refusal("has two columns of one name")
        self._kinds = {field.name: _kind(field.type) for field in schema}
        return {
            "rows": rows,
            "columns": [{"name": name, "kind": kind} for name, kind in self._kinds.items()],
            "classes": _class_names(schema.metadata or {}),
        }

    def _read(self, columns: list[str], rows: int) -> None:
        self._batches = self._file.iter_batches(batch_size=rows, columns=columns, use_threads=False)

    def _next(self) -> Raw:
        batch = next(self._batches, None)
        if batch is None:
            return {"rows": 0, "sizes": []}, b""
        parts = [
            _plain(batch.column(index), self._kinds[name])
            for index, name in enumerate(batch.schema.names)
        ]
        sizes = [len(part) for part in parts]
        said = {"rows": batch.num_rows, "names": batch.schema.names, "sizes": sizes}
        return said, b"".join(parts)


class Refusal(Exception):
    """What is wrong with the file, as the end of a sentence."""


def _kind(type: Any) -> str:
    """Tell what a column can be used as: number, text, bytes, vector or other."""
    types = pa.types
    if types.is_dictionary(type):
        return _kind(type.value_type)
    if _is_number(type) or types.is_boolean(type):
        return "number"
    if types.is_string(type) or types.is_large_string(type) or types.is_temporal(type):
        return "text"
    if _is_bytes(type):
        return "bytes"
    if types.is_struct(type):
        fields = {field.name: field.type for field in type}
        return "bytes" if "bytes" in fields and _is_bytes(fields["bytes"]) else "other"
    if types.is_list(type) or types.is_large_list(type) or types.is_fixed_size_list(type):
        inner = type.value_type
        if types.is_uint8(inner):
            return "bytes"
        return "vector" if _is_number(inner) else "other"
    return "other"


def _is_number(type: Any) -> bool:
    return bool(pa.types.is_integer(type) or pa.types.is_floating(type))


def _is_bytes(type: Any) -> bool:
    types = pa.types
    return bool(
        types.is_binary(type) or types.is_large_binary(type) or types.is_fixed_size_binary(type)
    )


def _plain(column: Any, kind: str) -> bytes:
    """Write a column as numbers, or as lengths (int64) and then bytes."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    match kind:
        case "number":
            return _numbers(column).tobytes()
        case "vector":
            lengths = np.asarray(pc.fill_null(pc.list_value_length(column), 0), np.int64)
            return lengths.tobytes() + _numbers(pc.list_flatten(column)).tobytes()
        case "text":
            column = pc.cast(column, pa.large_string())
        case "bytes" if pa.types.is_struct(column.type):
            column = column.field("bytes")
    if pa.types.is_fixed_size_binary(column.type) or pa.types.is_binary(column.type):
        column = column.cast(pa.large_binary())
    items = [_item(each.as_py()) for each in column]
    return np.array([len(each) for each in items], np.int64).tobytes() + b"".join(items)


def _item(value: Any) -> bytes:
    if value is None:
        return b""
    return value.encode() if isinstance(value, str) else bytes(value)


def _numbers(column: Any) -> Any:
    """Return float64 with NaN where nothing is."""
    floats = pc.cast(column, pa.float64(), safe=False)
    return np.asarray(pc.fill_null(floats, float("nan")), np.float64)


def _class_names(metadata: dict[bytes, bytes]) -> dict[str, list[str]]:
    """Read the names of classes that Hugging Face's `datasets` writes into the schema."""
    try:
        features = json.loads(metadata[b"huggingface"])["info"]["features"]
        return {
            str(name)[:_LONGEST_NAME]: [str(each)[:_LONGEST_NAME] for each in feature["names"]]
            for name, feature in features.items()
            if feature.get("_type") == "ClassLabel" and len(feature["names"]) <= _MOST_CLASSES
        }
    except (KeyError, ValueError, TypeError, AttributeError, RecursionError):
        return {}


def _words(error: Exception) -> str:
    text = str(error).splitlines()[0].strip() if str(error).strip() else type(error).__name__
    return text if len(text) <= 100 else f"{text[:97]}..."


def _warm_up() -> None:
    """Load every module and library, for later no file can be opened."""
    pa.set_memory_pool(pa.system_memory_pool())
    pa.set_cpu_count(1)
    table = pa.table({"a": pa.array([b"x", None]), "b": [[1.0], None], "c": ["x", "x"]})
    table = table.set_column(2, "c", table["c"].dictionary_encode())
    for codec in ("snappy", "gzip", "zstd", "brotli", "lz4"):
        sink = pa.BufferOutputStream()
        pq.write_table(table, sink, compression=codec)
        file = pq.ParquetFile(pa.BufferReader(sink.getvalue()), pre_buffer=False)
        for batch in file.iter_batches(use_threads=False):
            for column in batch.columns:
                _plain(column, _kind(column.type))


if __name__ == "__main__":
    _warm_up()
    serve(Reader(int(sys.argv[1])))
