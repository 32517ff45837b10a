"""Vectors alone: what the strips show, and what is known beside them."""

import numpy as np
import pytest

from repscope.core.errors import MethodFailed
from repscope.workers.datasets.vectors import strips
from tests.workers.filing import csv, npy, npz, parquet
from tests.workers.hostile import survives
from tests.workers.making import make, upload

VECTORS = np.random.default_rng(0).normal(size=(40, 9))


def test_white_is_the_mean_red_is_more_and_blue_is_less() -> None:
    values = np.zeros((12, 70))
    values[0, 3], values[1, 69] = 9.0, -9.0
    result = make("dataset", "vectors", {"upload": upload(npy(values + 5))})
    images = result.array("images")
    assert images.shape == (12, 8, 9, 3)
    # One of 12 is 3.3 deviations from the mean, beyond the full color.
    assert images[0, 0, 3].tolist() == [178, 24, 43]
    assert images[1, 7, 6].tolist() == [33, 102, 172]
    assert (images[5, 3] == 247).all()
    assert (images[:, 7, 7:] == 247).all()  # cells beyond the vector


def test_neighbors_of_wide_vectors_are_averaged() -> None:
    values = np.repeat([[1.0, -1.0]], 1024, axis=0).reshape(1, 2048)
    assert (strips(values, (32, 32)) == 247).all()
    assert strips(np.ones((1, 2500)), (32, 32)).std() == pytest.approx(
        strips(np.ones((1, 9)), (3, 3)).std()
    )


def test_labels_and_columns() -> None:
    rows = [[*row, "ab"[i % 2], i] for i, row in enumerate(VECTORS)]
    table = csv([*(f"f{i}" for i in range(9)), "label", "id"], rows)
    result = make("dataset", "vectors", {"upload": upload(table), "title": "Mine"})
    assert result.meta["title"] == "Mine"
    assert result.meta["classes"] == ["a", "b"]
    assert result.array("labels").tolist() == [0, 1] * 20
    assert [each["name"] for each in result.meta["columns"]] == ["label", "id"]
    assert result.array("column_id").tolist() == list(range(40))
    given = parquet({"v": list(VECTORS), "label": np.arange(40) % 2}, {"label": ["x", "y"]})
    assert make("dataset", "vectors", {"upload": upload(given)}).meta["classes"] == ["x", "y"]
    free = npz(v=VECTORS, y=np.arange(40) / 3)
    result = make("dataset", "vectors", {"upload": upload(free)})
    assert result.meta["classes"] is None
    assert result.array("column_y")[3] == 1.0


def test_numbers_that_are_not_finite_are_refused() -> None:
    for value in (np.nan, np.inf, 1e308):
        bad = VECTORS.copy()
        bad[7, 2] = value
        bad[8, 2] = -value
        with pytest.raises(MethodFailed, match="not finite"):
            make("dataset", "vectors", {"upload": upload(npy(bad))})


@pytest.mark.slow
def test_mutated_tables_are_read_or_refused() -> None:
    survives("dataset", "vectors", csv([*"ab", "label"], [[0.5, 2, "x"], [1, -5e3, "y"]] * 2))


@pytest.mark.slow
def test_mutated_parquet_files_are_read_or_refused() -> None:
    data = parquet({"v": [[1.0, 2.0], [3.0, 4.5]], "label": ["x", "y"]})
    survives("dataset", "vectors", data, share=50)
