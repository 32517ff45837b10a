import io

import numpy as np
import pytest

from repscope.core.errors import MethodFailed
from repscope.workers.context import Result
from tests.workers.making import make, upload


def saved(rows: object, dtype: str = "<i8") -> str:
    file = io.BytesIO()
    np.save(file, np.array(rows, dtype))
    return upload(file.getvalue())


def select(digest: str, count: int = 100, **arrays: np.ndarray) -> Result:
    dataset = Result(arrays, {"count": count, "parent": "0" * 32})
    return make("selection", "rows", {"upload": digest}, dataset=dataset)


def test_rows_are_kept() -> None:
    result = select(saved([2, 3, 99]))
    assert result.array("rows").tolist() == [2, 3, 99]
    assert result.array("rows").dtype == np.int64
    assert (result.meta["count"], result.meta["of"]) == (3, 100)
    assert "parent_rows" not in result.arrays


def test_of_a_part_it_also_names_the_rows_of_the_whole() -> None:
    result = select(saved([0, 2]), 3, rows=np.array([10, 20, 30]))
    assert result.array("parent_rows").tolist() == [10, 30]
    assert result.meta["parent"] == "0" * 32


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([], "is empty"),
        ([3, 2], "must ascend"),
        ([2, 2], "must ascend"),
        ([5, 100], "names row 100, but the dataset's rows are 0 to 99"),
        ([-1, 5], "names row -1"),
        ([[1, 2]], "is no selection"),
    ],
)
def test_other_rows_are_refused(rows: object, words: str) -> None:
    with pytest.raises(MethodFailed, match=words):
        select(saved(rows))


@pytest.mark.parametrize("dtype", ["<i4", ">i8", "<f8", "<u8", "U5"])
def test_other_types_are_refused(dtype: str) -> None:
    with pytest.raises(MethodFailed, match="is no selection"):
        select(saved([1, 2], dtype))


def test_other_files_are_refused_before_memory_is_taken() -> None:
    file = io.BytesIO()
    header = {"descr": "<i8", "fortran_order": False, "shape": (2**42,)}
    np.lib.format.write_array_header_1_0(file, header)
    pickled = io.BytesIO()
    np.save(pickled, np.array([{}], object), allow_pickle=True)
    archive = io.BytesIO()
    np.savez(archive, rows=np.arange(3))
    whole = io.BytesIO()
    np.save(whole, np.arange(50))
    cut = whole.getvalue()[:-1]
    for data in (file.getvalue(), pickled.getvalue(), archive.getvalue(), cut, b"rows"):
        with pytest.raises(MethodFailed, match="is no selection"):
            select(upload(data))
