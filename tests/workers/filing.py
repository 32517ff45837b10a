"""IDX files, arrays and tables, made in memory."""

import gzip
import io
import json
import struct
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

_CODES = {"uint8": 8, "int8": 9, "int16": 11, "int32": 12, "float32": 13, "float64": 14}


def idx(array: NDArray[Any], packed: bool = False) -> bytes:
    """An IDX file."""
    head = struct.pack(f">HBB{array.ndim}I", 0, _CODES[str(array.dtype)], array.ndim, *array.shape)
    data = head + array.astype(array.dtype.newbyteorder(">")).tobytes()
    return gzip.compress(data, mtime=0) if packed else data


def npy(array: NDArray[Any]) -> bytes:
    """A .npy file."""
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def npz(packed: bool = False, **arrays: Any) -> bytes:
    """A .npz file."""
    file = io.BytesIO()
    (np.savez_compressed if packed else np.savez)(file, **arrays)
    return file.getvalue()


def csv(header: list[str] | None, rows: list[list[Any]], delimiter: str = ",") -> bytes:
    """A table as text."""
    lines = ([header] if header else []) + rows
    return "".join(delimiter.join(map(str, line)) + "\n" for line in lines).encode()


def parquet(
    columns: dict[str, Any], names: dict[str, list[str]] | None = None, **options: Any
) -> bytes:
    """A Parquet file; `names` are those of classes, as Hugging Face's `datasets` writes them."""
    table = pa.table(columns)
    if names:
        features = {key: {"names": each, "_type": "ClassLabel"} for key, each in names.items()}
        written = json.dumps({"info": {"features": features}})
        table = table.replace_schema_metadata({"huggingface": written})
    file = io.BytesIO()
    pq.write_table(table, file, **options)
    return file.getvalue()
