"""Frames: a JSON header and raw arrays in one piece of bytes, for live calls.

    uint32    length of the header in bytes, little-endian
    header    JSON, padded with spaces so that what follows starts at a multiple of 8
    arrays    raw, little-endian, each padded to a multiple of 8

The header is `{"arrays": [{"name", "dtype", "shape", "offset", "bytes"}], "meta": {...}}`; offsets
count from the start of the frame. Nothing is ever pickled.
"""

import json
import math
import struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

from repscope.core.errors import RepscopeError

_ALIGN = 8
_DTYPES = {"<f4", "<f8", "<i4", "<i8", "|u1", "|i1", "|b1", "<u4", "<u2", "<i2", "<f2", "<u8"}


class BrokenFrame(RepscopeError):
    """Bytes that are not a frame."""

    code = "broken_frame"


def encode(arrays: dict[str, NDArray[Any]], meta: dict[str, Any] | None = None) -> bytes:
    """Write arrays and JSON as one frame.

    Args:
        arrays: Numeric arrays by name.
        meta: Anything that JSON can say.
    """
    ready = {
        name: np.asarray(a, dtype=a.dtype.newbyteorder("<"), order="C")
        for name, a in arrays.items()
    }
    size = sum(_padded(a.nbytes) for a in ready.values())
    # The header holds offsets that depend on its own length: leave room for the longest numbers.
    start = _padded(4 + len(_header(ready, meta, 10**15)))
    header = _header(ready, meta, start).ljust(start - 4)
    out = bytearray(start + size)
    struct.pack_into("<I", out, 0, len(header))
    out[4:start] = header
    position = start
    for array in ready.values():
        out[position : position + array.nbytes] = array.tobytes()
        position += _padded(array.nbytes)
    return bytes(out)


def decode(frame: bytes) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """Read a frame back; arrays are read-only views of its bytes.

    Raises:
        BrokenFrame: The bytes are not a frame.
    """
    try:
        (length,) = struct.unpack_from("<I", frame)
        header = json.loads(frame[4 : 4 + length])
        arrays = {entry["name"]: _view(frame, entry) for entry in header["arrays"]}
        meta = header["meta"]
    except (struct.error, ValueError, KeyError, TypeError) as error:
        raise BrokenFrame(f"These bytes are not a frame: {error}.") from error
    return arrays, meta


def refusal(error: RepscopeError) -> bytes:
    """Write an error as a frame, in place of an answer."""
    meta = {
        "code": error.code,
        "status": error.status,
        "message": error.message,
        "field": error.field,
    }
    return encode({}, {"error": meta})


def check(frame: bytes) -> None:
    """See that a frame is an answer.

    Raises:
        RepscopeError: It is a refusal; this is the error that was written.
    """
    _, meta = decode(frame)
    refused = meta.get("error")
    if refused is not None:
        error = RepscopeError(refused["message"], field=refused["field"])
        error.code, error.status = refused["code"], refused["status"]
        raise error


def _header(arrays: dict[str, NDArray[Any]], meta: dict[str, Any] | None, start: int) -> bytes:
    entries = []
    for name, array in arrays.items():
        entries.append(
            {
                "name": name,
                "dtype": array.dtype.str,
                "shape": list(array.shape),
                "offset": start,
                "bytes": array.nbytes,
            }
        )
        start += _padded(array.nbytes)
    return json.dumps({"arrays": entries, "meta": meta or {}}, allow_nan=False).encode()


def _view(frame: bytes, entry: dict[str, Any]) -> NDArray[Any]:
    if entry["dtype"] not in _DTYPES:
        raise ValueError(f"{entry['dtype']!r} is not a numeric type")
    dtype = np.dtype(entry["dtype"])
    shape = [int(n) for n in entry["shape"]]
    if min(shape, default=0) < 0 or math.prod(shape) * dtype.itemsize != entry["bytes"]:
        raise ValueError("shape and bytes disagree")
    return np.frombuffer(frame, dtype, math.prod(shape), entry["offset"]).reshape(shape)


def _padded(size: int) -> int:
    return -(-size // _ALIGN) * _ALIGN
