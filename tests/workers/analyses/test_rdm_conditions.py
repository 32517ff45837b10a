"""Matrices of what is known of images, of class means, and in units of noise."""

import itertools
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.spatial.distance import pdist, squareform

from repscope.core.errors import InvalidRecipe, MethodFailed
from repscope.workers.context import Result
from repscope.workers.datasets.description import column
from repscope.workers.similarity.noise import crossvalidated
from tests.workers.making import embedding, make

F64 = NDArray[np.float64]

CODES = np.repeat(np.arange(5), 6)
RUNS = np.tile(np.repeat(np.arange(3), 2), 5)


def dataset(codes: Any = CODES, runs: Any = RUNS) -> Result:
    names = [f"c{i}" for i in range(6)]
    columns = [
        column("label", "Class", "category", "labels", names),
        column("run", "Run", "number", "column_run"),
        column("size", "Size", "number", "column_size"),
        column("caption", "Caption", "text", "column_caption"),
    ]
    arrays = {
        "labels": np.asarray(codes, np.int32),
        "column_run": np.asarray(runs, np.float32),
        "column_size": np.linspace(0.0, 2.0, len(codes), dtype=np.float32) ** 2,
    }
    return Result(arrays, {"columns": columns, "classes": names, "count": len(codes)})


def vectors(width: int = 8) -> F64:
    rng = np.random.default_rng(0)
    mixed = rng.normal(size=(len(CODES), width)) @ rng.normal(size=(width, width))
    return (rng.normal(size=(5, width))[CODES] + mixed).astype(np.float32).astype(float)


def test_models_of_a_category_and_of_a_number() -> None:
    same = make("rdm", "model", dataset=dataset()).array("rdm")
    expected = pdist(CODES[:, None].astype(float), lambda a, b: float(a[0] != b[0]))
    np.testing.assert_array_equal(same, expected)
    size = make("rdm", "model", {"column": "size"}, dataset=dataset()).array("rdm")
    values = np.linspace(0.0, 2.0, len(CODES)) ** 2
    np.testing.assert_allclose(size, pdist(values[:, None], "cityblock"), rtol=1e-5, atol=1e-7)


def test_models_that_tell_nothing_are_refused() -> None:
    with pytest.raises(InvalidRecipe, match="'color' is none .* label, run, size"):
        make("rdm", "model", {"column": "color"}, dataset=dataset())
    with pytest.raises(InvalidRecipe, match="free text"):
        make("rdm", "model", {"column": "caption"}, dataset=dataset())
    with pytest.raises(MethodFailed, match="6 images have no 'Class'"):
        make("rdm", "model", dataset=dataset(CODES - 1))
    with pytest.raises(InvalidRecipe, match="All images have the same"):
        make("rdm", "model", dataset=dataset(CODES * 0))


def test_class_means_are_compared() -> None:
    rows = vectors()
    codes = np.where(CODES == 2, 5, CODES)  # category 2 has no images, one image no category
    codes[3] = -1
    found = make("rdm", "class_means", embedding=embedding(rows), dataset=dataset(codes))
    means = np.array([rows[codes == code].mean(axis=0) for code in (0, 1, 3, 4, 5)])
    np.testing.assert_allclose(found.array("rdm"), pdist(means, "correlation"), atol=1e-6)
    assert found.meta["names"] == ["c0", "c1", "c3", "c4", "c5"]


def noise(rows: F64) -> F64:
    means = np.array([rows[code == CODES].mean(axis=0) for code in range(5)])
    return rows - means[CODES]


def distances(rows: F64, precision: F64) -> F64:
    """Crossnobis as it is defined, written out: every two conditions, every fold."""
    found = np.zeros((5, 5))
    for i, j in itertools.combinations(range(5), 2):
        for run in range(3):

            def apart(inside: NDArray[np.bool_], i: int = i, j: int = j) -> F64:
                ours, theirs = (rows[inside & (each == CODES)].mean(axis=0) for each in (i, j))
                return ours - theirs

            found[i, j] += apart(run == RUNS) @ precision @ apart(run != RUNS) / 3 / rows.shape[1]
    return squareform(found + found.T)


@pytest.mark.parametrize("width", [8, 40])
@pytest.mark.parametrize(
    ("shrinkage", "name"),
    [("diagonal", "shrinkage_diag"), ("identity", "shrinkage_eye"), ("none", "full")],
)
def test_crossnobis_equals_its_definition(width: int, shrinkage: str, name: str) -> None:
    from rsatoolbox.data.noise import cov_from_residuals

    rows = vectors(width)
    given = {"embedding": embedding(rows), "dataset": dataset()}
    params = {"fold": "run", "shrinkage": shrinkage}
    if shrinkage == "none" and width > 25:
        with pytest.raises(MethodFailed, match="25 degrees of freedom are too few"):
            make("rdm", "crossnobis", params, **given)
        return
    precision = np.linalg.inv(cov_from_residuals(noise(rows), dof=25, method=name))
    expected = distances(rows, precision)
    found = make("rdm", "crossnobis", params, **given).array("rdm")
    np.testing.assert_allclose(found, expected, atol=1e-6 * np.abs(expected).max())
    plain = make("rdm", "crossnobis", {**params, "crossvalidated": False}, **given).array("rdm")
    means = np.array([rows[code == CODES].mean(axis=0) for code in range(5)])
    mahalanobis = pdist(means, "mahalanobis", VI=precision) ** 2 / width
    np.testing.assert_allclose(plain, mahalanobis, atol=1e-6 * mahalanobis.max())


@pytest.mark.filterwarnings("ignore:invalid value encountered in cast")  # of its descriptors
def test_crossnobis_equals_rsatoolbox() -> None:
    from rsatoolbox.data import Dataset
    from rsatoolbox.rdm import calc_rdm

    rows = vectors()
    described = {"condition": CODES, "run": RUNS}
    precision = np.linalg.inv(np.cov(noise(rows).T, ddof=5))
    expected = calc_rdm(
        Dataset(rows, obs_descriptors=described),
        "crossnobis",
        "condition",
        noise=precision,
        cv_descriptor="run",
    ).dissimilarities[0]
    params = {"fold": "run", "shrinkage": "none"}
    found = make("rdm", "crossnobis", params, embedding=embedding(rows), dataset=dataset())
    np.testing.assert_allclose(found.array("rdm"), expected, atol=1e-6 * np.abs(expected).max())


def test_conditions_that_do_not_differ_are_at_zero_on_average() -> None:
    rng = np.random.default_rng(3)
    draws = [rng.normal(size=(30, 4)) for _ in range(500)]
    apart = [squareform(crossvalidated(rows, CODES, RUNS), checks=False).mean() for rows in draws]
    # Of pure noise, squared distances of two means of six images are 4 x 2 / 6 on average.
    assert abs(np.mean(apart)) < 4.0 * np.std(apart) / np.sqrt(500)
    assert np.std(apart) / np.sqrt(500) < 0.03


def test_constant_features_count_and_noiseless_ones_are_refused() -> None:
    rows = vectors()
    given = {"dataset": dataset()}
    params = {"fold": "run"}
    wider = np.hstack([rows, np.full((30, 8), 3.0)])
    one = make("rdm", "crossnobis", params, embedding=embedding(rows), **given).array("rdm")
    two = make("rdm", "crossnobis", params, embedding=embedding(wider), **given).array("rdm")
    np.testing.assert_allclose(two, one / 2.0, rtol=1e-5)
    exact = np.hstack([rows, CODES[:, None]])
    with pytest.raises(MethodFailed, match="have no noise"):
        make("rdm", "crossnobis", params, embedding=embedding(exact), **given)
    lacking = dataset(runs=np.where(CODES == 0, 0, RUNS))
    with pytest.raises(InvalidRecipe, match="'c0' is not"):
        make("rdm", "crossnobis", params, embedding=embedding(rows), dataset=lacking)
