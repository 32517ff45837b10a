"""CCA, Procrustes, mutual neighbors, CKA in parts and maps, beside their definitions."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.linalg import orthogonal_procrustes
from scipy.spatial.distance import cdist, pdist, squareform
from sklearn.manifold import MDS

from repscope.core.errors import MethodFailed
from repscope.workers.context import Result
from repscope.workers.similarity.scaling import classical, stress
from tests.workers.making import embedding, make

F64 = NDArray[np.float64]

METHODS = ("cca", "cka", "mutual_knn", "procrustes")


def vectors(width: int, seed: int, count: int = 60) -> F64:
    shared = np.random.default_rng(0).normal(size=(count, 4))
    rng = np.random.default_rng(seed)
    return shared @ rng.normal(size=(4, width)) + rng.normal(size=(count, width)) + 5.0


def compared(method: str, rows: list[F64], others: list[F64] | None = None, **params: Any) -> F64:
    inputs = {"embeddings": [embedding(each) for each in rows]}
    if others:
        inputs["others"] = [embedding(each) for each in others]
    return make("similarity", method, params, **inputs).array("matrix")


X, Y, WIDE = vectors(6, 1), vectors(9, 2), vectors(90, 3)


@pytest.mark.parametrize("method", METHODS)
def test_an_embedding_is_itself_however_it_is_turned(method: str) -> None:
    turn = np.linalg.qr(np.random.default_rng(5).normal(size=(6, 6)))[0]
    moved = 30.0 * X @ turn if method == "mutual_knn" else 30.0 * X @ turn - 8.0
    matrix = compared(method, [X, moved, Y])
    np.testing.assert_allclose(matrix[:2, :2], 1.0, atol=1e-9)
    np.testing.assert_array_equal(matrix, matrix.T)
    assert 0.0 < matrix[0, 2] < 0.99


@pytest.mark.parametrize("method", METHODS)
def test_layers_of_one_are_compared_with_those_of_another(method: str) -> None:
    square = compared(method, [X, Y, Y * Y])
    np.testing.assert_allclose(compared(method, [X], [Y, Y * Y]), square[:1, 1:], atol=1e-12)


def test_cca_equals_its_definition() -> None:
    covariances = np.cov(np.hstack([X, Y]).T)
    xx, xy, yy = covariances[:6, :6], covariances[:6, 6:], covariances[6:, 6:]
    squares = np.linalg.eigvals(np.linalg.solve(xx, xy) @ np.linalg.solve(yy, xy.T)).real
    found = compared("cca", [X, Y], kept=1.0)[0, 1]
    assert found == pytest.approx(np.sqrt(squares).mean(), abs=1e-9)


def test_svcca_compares_components_of_most_of_the_variance() -> None:
    def components(rows: F64) -> F64:
        centered = rows - rows.mean(axis=0)
        values, axes = np.linalg.eigh(centered.T @ centered)
        shares = np.cumsum(values[::-1]) / values.sum()
        return centered @ axes[:, ::-1][:, : int((shares < 0.8).sum()) + 1]

    x, y = components(X), components(Y)
    expected = compared("cca", [x, y], kept=1.0)[0, 1]
    assert compared("cca", [X, Y], kept=0.8)[0, 1] == pytest.approx(expected, abs=1e-9)
    assert x.shape[1] < 6


def test_cca_of_too_few_images_is_refused() -> None:
    with pytest.raises(MethodFailed, match="60 images are too few for CCA"):
        compared("cca", [X, WIDE], kept=1.0)


@pytest.mark.parametrize("other", [Y, WIDE])
def test_procrustes_equals_its_definition(other: F64) -> None:
    x, y = (rows - rows.mean(axis=0) for rows in (X, other))
    x, y = x / np.linalg.norm(x), y / np.linalg.norm(y)
    x = np.pad(x, ((0, 0), (0, y.shape[1] - 6)))
    turn = orthogonal_procrustes(x, y)[0]
    expected = 1.0 - np.square(x @ turn - y).sum() / 2.0
    assert compared("procrustes", [X, other])[0, 1] == pytest.approx(expected, abs=1e-9)
    assert compared("procrustes", [WIDE, WIDE * 2.0])[0, 1] == pytest.approx(1.0)


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
def test_mutual_neighbors_equal_their_definition(metric: Any) -> None:
    def nearest(rows: F64) -> list[set[int]]:
        distances = cdist(rows, rows, metric)
        np.fill_diagonal(distances, np.inf)
        return [set(row[:7].tolist()) for row in np.argsort(distances, axis=1)]

    pairs = zip(nearest(X), nearest(Y), strict=True)
    expected = np.mean([len(a & b) / 7 for a, b in pairs])
    found = compared("mutual_knn", [X, Y], k=7, metric=metric)[0, 1]
    assert found == pytest.approx(expected)
    with pytest.raises(MethodFailed, match="have 59 neighbors each"):
        compared("mutual_knn", [X, Y], k=60)


def unbiased_hsic(x: F64, y: F64) -> float:
    """HSIC of Song et al. (2012), written out."""
    n = len(x)
    k, m = x @ x.T, y @ y.T
    np.fill_diagonal(k, 0.0)
    np.fill_diagonal(m, 0.0)
    cross = np.trace(k @ m) + k.sum() * m.sum() / (n - 1) / (n - 2)
    return float(cross - 2.0 / (n - 2) * (k @ m).sum()) / (n * (n - 3))


def test_cka_in_parts_is_of_means_over_parts() -> None:
    order = np.random.default_rng(0).permutation(60)
    sums = np.zeros(3)
    for part in np.array_split(order, 3):
        x, y = X[part], Y[part]
        sums += [unbiased_hsic(x, y), unbiased_hsic(x, x), unbiased_hsic(y, y)]
    expected = sums[0] / np.sqrt(sums[1] * sums[2])
    found = compared("cka", [X, Y], batch=20)
    assert found[0, 1] == pytest.approx(expected, abs=1e-9)
    np.testing.assert_allclose(np.diagonal(found), 1.0)
    assert compared("cka", [X], [Y], batch=20)[0, 0] == pytest.approx(expected, abs=1e-9)
    assert compared("cka", [X, Y])[0, 1] == pytest.approx(expected, abs=0.1)


def test_a_map_of_flat_things_is_exact() -> None:
    places = np.random.default_rng(0).normal(size=(6, 2)) * [3.0, 1.0]
    distances = squareform(pdist(places))
    points = classical(distances)
    np.testing.assert_allclose(squareform(pdist(points)), distances, atol=1e-9)
    assert stress(distances, points) < 1e-9
    assert np.abs(points[:, 0]).max() > np.abs(points[:, 1]).max()


def test_stress_equals_scikit_learn() -> None:
    distances = squareform(pdist(np.random.default_rng(0).normal(size=(8, 5))))
    reference = MDS(
        metric="precomputed", n_init=1, max_iter=50, random_state=0, normalized_stress=True,
        init="random",
    ).fit(distances)  # fmt: skip
    assert stress(distances, reference.embedding_) == pytest.approx(reference.stress_, abs=1e-3)


def test_representations_are_placed() -> None:
    rdms = [make("rdm", "pairwise", embedding=embedding(rows)) for rows in (X, X * 2.0, Y, WIDE)]
    found = make("similarity", "mds", rdms=rdms)
    points = found.array("points")
    assert points.shape == (4, 2)
    np.testing.assert_allclose(points[0], points[1], atol=1e-4)
    assert 0.0 < found.metrics["stress"] < 0.5
    with pytest.raises(MethodFailed, match="give three or more"):
        make("similarity", "mds", rdms=rdms[:2])
    still = Result({"rdm": np.ones(60 * 59 // 2, np.float32)})
    with pytest.raises(MethodFailed, match="the same for all pairs"):
        make("similarity", "mds", rdms=[*rdms[:2], still])
