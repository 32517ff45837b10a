"""Frames survive the way there and back, and nothing else passes for one."""

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from repscope.core import frames
from repscope.core.frames import BrokenFrame

_arrays = st.dictionaries(
    st.text(st.characters(codec="ascii"), max_size=9),
    hnp.arrays(
        st.sampled_from(["<f4", "<f8", "<i4", "|u1", ">i8", "|b1"]),
        hnp.array_shapes(min_dims=0, min_side=0, max_side=4),
        elements={"allow_nan": False},
    ),
    max_size=4,
)


@given(_arrays, st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=9)))
def test_there_and_back(arrays: dict[str, np.ndarray], meta: dict[str, object]) -> None:
    frame = frames.encode(arrays, meta)
    assert len(frame) % 8 == 0
    back, again = frames.decode(frame)
    assert again == meta
    assert list(back) == list(arrays)
    for name, array in arrays.items():
        assert np.array_equal(back[name], array)
        assert back[name].dtype == array.dtype.newbyteorder("<")


def test_arrays_start_at_multiples_of_eight() -> None:
    frame = frames.encode({"a": np.ones(3, np.uint8), "b": np.ones(2, np.float64)})
    (length,) = struct.unpack_from("<I", frame)
    assert (4 + length) % 8 == 0
    assert np.array_equal(np.frombuffer(frame, "<f8", 2, 4 + length + 8), [1.0, 1.0])


@given(st.binary(max_size=64))
def test_noise_is_refused(data: bytes) -> None:
    with pytest.raises(BrokenFrame):
        frames.decode(data)


@given(st.data())
def test_a_damaged_frame_is_refused_or_read(data: st.DataObject) -> None:
    frame = bytearray(frames.encode({"a": np.arange(6.0).reshape(2, 3)}, {"k": 1}))
    frame[data.draw(st.integers(0, len(frame) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(frame)))
    try:
        arrays, _ = frames.decode(bytes(frame[:cut]))
    except BrokenFrame:
        return
    assert all(array.size <= len(frame) for array in arrays.values())
