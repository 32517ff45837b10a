"""Columns of free text."""

import numpy as np

from repscope.core.texts import Texts, offsets_of, text_arrays


def test_texts_come_back() -> None:
    given = ["a tulip, red", "", "Blüte\nund Blatt", "\N{BLOSSOM}"]
    arrays = text_arrays("column_note", given)
    assert list(arrays) == ["column_note", offsets_of("column_note")]
    assert [array.dtype for array in arrays.values()] == [np.uint8, np.int64]
    texts = Texts(*arrays.values())
    assert len(texts) == 4
    assert texts[:] == given
    assert texts[1:3] == given[1:3]
    assert texts[3:99] == given[3:]
    assert texts[2:2] == []


def test_no_rows_and_broken_bytes() -> None:
    assert Texts(*text_arrays("column_a", []).values())[:] == []
    broken = Texts(np.array([0xFF, 65], np.uint8), np.array([0, 1, 2]))
    assert broken[:] == ["\N{REPLACEMENT CHARACTER}", "A"]
