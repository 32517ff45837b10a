import numpy as np
import pytest

from repscope.core.errors import InvalidRecipe, MethodFailed
from repscope.workers.context import Result
from repscope.workers.datasets.description import column
from tests.workers.making import make


def divided(codes: list[int], names: list[str], name: str = "split") -> Result:
    columns = [column(name, name, "category", "column_split", names)]
    meta = {"count": len(codes), "classes": None, "columns": columns}
    return Result({"column_split": np.array(codes, np.int32)}, meta)


def test_names_of_parts_are_understood() -> None:
    dataset = divided([0, 1, 2, 3, 4, -1, 0], ["Test", "training", "dev", "extra", "val"])
    result = make("split", "given", dataset=dataset)
    assert result.array("split").tolist() == [2, 0, 1, -1, 1, -1, 2]
    assert result.array("split").dtype == np.int8
    assert result.meta["parts"] == {"train": 1, "validation": 2, "test": 2}


def test_another_column_may_hold_it() -> None:
    dataset = divided([0, 1], ["train", "test"], "fold")
    assert make("split", "given", {"column": "fold"}, dataset=dataset).array("split").tolist() == [
        0,
        2,
    ]
    with pytest.raises(InvalidRecipe, match="no column 'split'.*it has fold"):
        make("split", "given", dataset=dataset)


def test_a_column_that_divides_nothing_is_refused() -> None:
    with pytest.raises(MethodFailed, match="names cat, dog"):
        make("split", "given", dataset=divided([0, 1], ["cat", "dog"]))
    with pytest.raises(MethodFailed, match="is no split"):
        make("split", "given", dataset=divided([0, 0], ["train", "test"]))
    with pytest.raises(InvalidRecipe, match="it has none"):
        make("split", "given", dataset=Result({}, {"count": 2, "classes": None, "columns": []}))
