"""Dissimilarity matrices from files: what is read, and what is refused in which words."""

import io
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.io import loadmat, savemat
from scipy.spatial.distance import pdist, squareform

from repscope.core.errors import InvalidRecipe, MethodFailed
from repscope.workers.context import Result
from tests.workers.filing import csv, npy
from tests.workers.making import make, upload

F64 = NDArray[np.float64]


def matrix(seed: int = 0, count: int = 7) -> F64:
    return pdist(np.random.default_rng(seed).normal(size=(count, 4)))


def brought(data: bytes, **params: Any) -> Result:
    return make("rdm", "file", {"file": upload(data), **params})


def mat(**variables: Any) -> bytes:
    file = io.BytesIO()
    savemat(file, variables, do_compression=True)
    return file.getvalue()


def structures(shape: tuple[int, ...]) -> NDArray[Any]:
    elements = np.empty(shape, [("RDM", object), ("name", object), ("color", object)])
    for seed, place in enumerate(np.ndindex(shape)):
        color = np.array([0.0, 0.0, 1.0])
        name = f"IT | s{place[-2]} | Session: {place[-1]}"
        elements[place] = (squareform(matrix(seed)), name, color)
    return elements


STACK = np.stack([squareform(matrix(seed)) for seed in range(3)])


@pytest.mark.parametrize(
    "data",
    [
        npy(squareform(matrix())),
        npy(matrix()),
        npy(matrix()[:, None]),
        npy(np.asfortranarray(squareform(matrix()), ">f4")),
        csv(None, squareform(matrix()).tolist()),
        csv(list("abcdefg"), squareform(matrix()).tolist()),
        csv(None, [matrix().tolist()]),
        mat(rdm=squareform(matrix())),
        mat(rdm=matrix(), labels=np.array(["a", "b"], object), n=3.0),
    ],
)
def test_one_matrix_in_all_its_forms(data: bytes) -> None:
    found = brought(data)
    assert found.array_names == ["rdm"]
    assert found.meta["count"] == 7
    np.testing.assert_allclose(found.array("rdm"), matrix(), rtol=1e-6)


@pytest.mark.parametrize(
    "data",
    [
        npy(STACK),
        npy(np.moveaxis(STACK, 0, -1)),
        npy(np.stack([matrix(seed) for seed in range(3)])),
        mat(rdms=np.moveaxis(STACK, 0, -1)),
    ],
)
def test_several_subjects(data: bytes) -> None:
    found = brought(data)
    expected = np.stack([matrix(seed) for seed in range(3)])
    assert found.array("subjects").dtype == np.float32
    np.testing.assert_allclose(found.array("subjects"), expected, rtol=1e-6)
    np.testing.assert_allclose(found.array("rdm"), expected.mean(axis=0), rtol=1e-6)


def test_as_many_subjects_as_images() -> None:
    three = np.stack([squareform(matrix(seed, 3)) for seed in range(3)])
    expected = np.stack([matrix(seed, 3) for seed in range(3)])
    for array in (three, np.moveaxis(three, 0, -1)):
        np.testing.assert_allclose(brought(npy(array)).array("subjects"), expected, rtol=1e-6)


def test_a_first_row_that_counts_is_no_header() -> None:
    steps = np.abs(np.subtract.outer(np.arange(6.0), np.arange(6.0)))
    found = brought(csv(None, steps.astype(int).tolist()))
    np.testing.assert_array_equal(squareform(found.array("rdm")), steps)


def test_sessions_are_averaged_or_stay() -> None:
    data = mat(RDMs=structures((1, 3, 2)))
    found = brought(data)
    assert found.meta["subjects"] == ["IT | s0", "IT | s1", "IT | s2"]
    expected = [(matrix(2 * s) + matrix(2 * s + 1)) / 2 for s in range(3)]
    np.testing.assert_allclose(found.array("subjects"), expected, rtol=1e-6)
    apart = brought(data, average="none")
    assert apart.meta["subjects"][1] == "IT | s0 | Session: 1"
    np.testing.assert_allclose(apart.array("subjects")[5], matrix(5), rtol=1e-6)
    array = np.stack([squareform(matrix(seed)) for seed in range(6)]).reshape(3, 2, 7, 7)
    np.testing.assert_allclose(brought(npy(array)).array("subjects"), expected, rtol=1e-6)


def test_a_name_chooses_within_a_file() -> None:
    data = mat(RDMs=structures((1, 2)), other=squareform(matrix(9)))
    np.testing.assert_allclose(brought(data, name="other").array("rdm"), matrix(9), rtol=1e-6)
    one = brought(data, name="IT | s0 | Session: 1")
    np.testing.assert_allclose(one.array("rdm"), matrix(1), rtol=1e-6)
    with pytest.raises(InvalidRecipe, match="several variables .* 'RDMs', 'other'"):
        brought(data)
    with pytest.raises(InvalidRecipe, match="has no 'V1'; choose of 'RDMs', 'other'"):
        brought(data, name="V1")
    with pytest.raises(InvalidRecipe, match=r"Only arrays of a \.mat file have names"):
        brought(npy(matrix()), name="V1")


def spoiled(place: tuple[int, int], value: float) -> bytes:
    square = squareform(matrix())
    square[place] = value
    return npy(square)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (spoiled((1, 2), 9.0), "not symmetric"),
        (spoiled((1, 1), 1.0), "on its diagonal"),
        (spoiled((1, 2), np.nan), "not finite .* for the images 1 and 2"),
        (npy(np.full(6, np.inf)), "not finite"),
        (npy(np.zeros((5, 4))), "has the shape 5 x 4"),
        (npy(np.array(["a", "b", "c"])), "n x n numbers"),
        (npy(np.zeros((2, 3, 5))), "has the shape 2 x 3 x 5"),
        (mat(words=np.array(["a"], object)), "holds no dissimilarities"),
        (b"MATLAB 7.3 MAT-file, Platform: GLNXA64".ljust(124) + b"\x00\x02IM" + bytes(400), "7.3"),
        (mat(rdm=squareform(matrix()))[:200], "MATLAB file"),
        (b"none of it", "."),
    ],
)
def test_what_is_no_matrix_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(MethodFailed, match=words):
        brought(data)


def test_rounding_is_no_asymmetry() -> None:
    square = squareform(matrix())
    found = brought(npy(square * (1.0 + 1e-7 * np.tri(7))))
    np.testing.assert_allclose(found.array("rdm"), matrix(), rtol=1e-6)


def test_the_data_set_must_be_of_as_many_images() -> None:
    dataset = Result({}, {"count": 8})
    params = {"file": upload(npy(matrix()))}
    with pytest.raises(MethodFailed, match="of 7 images and the dataset has 8"):
        make("rdm", "file", params, dataset=dataset)


@pytest.mark.data
def test_the_published_matrices_of_human_it() -> None:
    path = Path(os.environ["REPSCOPE_TEST_DATA"]) / "rsa-kriegeskorte92" / "92_brainRDMs.mat"
    found = brought(path.read_bytes())
    assert found.meta["subjects"] == ["hIT | BE", "hIT | KO", "hIT | SN", "hIT | TI"]
    given = loadmat(path)["RDMs"]["RDM"][0]
    for subject, sessions in zip(found.array("subjects"), given, strict=True):
        expected = squareform(np.mean(list(sessions), axis=0), checks=False)
        np.testing.assert_allclose(subject, expected, rtol=1e-6)
