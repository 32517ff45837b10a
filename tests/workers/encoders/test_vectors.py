"""Vectors in the place of an encoder: the rows of the file, for a dataset or a part of it."""

import numpy as np
import pytest

from repscope.core.errors import InvalidRecipe, MethodFailed
from repscope.workers.context import Result
from repscope.workers.encoders.base import load
from tests.workers.filing import npy, npz
from tests.workers.hostile import survives
from tests.workers.making import make, upload

VECTORS = np.random.default_rng(0).normal(size=(20, 6)).astype(np.float32)


def encoder(data: bytes) -> Result:
    return make("encoder", "vectors", {"upload": upload(data)})


def dataset(count: int, **more: object) -> Result:
    return Result({"images": np.zeros((count, 4, 4, 1), np.uint8)}, {"count": count, **more})


def test_the_embedding_is_the_rows_of_the_file() -> None:
    given = encoder(npy(VECTORS.astype(np.float64)))
    result = make("embedding", "embed", dataset=dataset(20), encoder=given)
    np.testing.assert_array_equal(result.array("features"), VECTORS)
    assert result.meta == {"layer": "vectors", "layers": [{"name": "vectors", "width": 6}]}


def test_arrays_of_an_archive_are_layers() -> None:
    given = encoder(npz(deep=VECTORS, deeper=VECTORS[:, :2], y=np.arange(20)))
    result = make("embedding", "embed", {"layer": "deep"}, dataset=dataset(20), encoder=given)
    np.testing.assert_array_equal(result.array("features"), VECTORS)
    last = make("embedding", "embed", dataset=dataset(20), encoder=given)
    np.testing.assert_array_equal(last.array("features"), VECTORS[:, :2])
    assert [each["name"] for each in last.meta["layers"]] == ["deep", "deeper"]


def test_a_part_of_a_data_set_takes_its_own_rows() -> None:
    rows = np.array([3, 4, 19])
    part = dataset(3, parent="0" * 32)
    part.arrays["rows"] = rows
    result = make("embedding", "embed", dataset=part, encoder=encoder(npy(VECTORS)))
    np.testing.assert_array_equal(result.array("features"), VECTORS[rows])
    other = dataset(3, parent="0" * 32, parent_count=21)
    other.arrays["rows"] = rows
    with pytest.raises(MethodFailed, match="20 vectors and the dataset 3 images"):
        make("embedding", "embed", dataset=other, encoder=encoder(npy(VECTORS)))
    part.arrays["rows"] = rows + 1
    with pytest.raises(MethodFailed, match="part of a dataset of more"):
        make("embedding", "embed", dataset=part, encoder=encoder(npy(VECTORS)))


def test_other_images_are_refused() -> None:
    with pytest.raises(MethodFailed, match="20 vectors and the dataset 7 images"):
        make("embedding", "embed", dataset=dataset(7), encoder=encoder(npy(VECTORS)))
    with pytest.raises(InvalidRecipe, match="cannot be made of other images"):
        load(encoder(npy(VECTORS)))


def test_numbers_that_are_not_finite_are_refused() -> None:
    for value in (np.nan, -np.inf, 1e300):
        bad = VECTORS.astype(np.float64)
        bad[7, 2] = value
        with pytest.raises(MethodFailed, match="in row 7, counted from 0"):
            encoder(npy(bad))


@pytest.mark.slow
def test_mutated_files_are_read_or_refused() -> None:
    survives("encoder", "vectors", npz(a=VECTORS, b=VECTORS[:, :2]))
