"""Scores of models, draws of images, ceilings and tests beside rsatoolbox and their definitions."""

import itertools
from typing import Any, get_args

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats
from scipy.spatial.distance import pdist, squareform

from repscope.workers.similarity.cka import cka, linear
from repscope.workers.similarity.compare import Comparable, Comparison
from repscope.workers.similarity.inference import (
    bootstrap,
    compare_models,
    interval,
    noise_ceiling,
    p_values,
)
from repscope.workers.similarity.models import beside
from repscope.workers.similarity.products import whiten
from repscope.workers.similarity.ranks import ranks

F64 = NDArray[np.float64]

MEASURES: tuple[Comparison, ...] = get_args(Comparison)
NAMES = {
    "pearson": "corr",
    "whitened-cosine": "cosine_cov",
    "whitened-correlation": "corr_cov",
}
PARTIAL: list[Comparison] = [each for each in MEASURES if each not in ("rho-a", "tau-a")]


def matrices(count: int, images: int = 14, ties: bool = False) -> list[F64]:
    rng = np.random.default_rng(4)
    shared = rng.normal(size=(images, 6))
    found = [pdist(shared + rng.normal(size=shared.shape), "sqeuclidean") / 6 for _ in range(count)]
    return [np.round(each) for each in found] if ties else found


def published(x: list[F64], y: list[F64], by: Comparison) -> F64:
    from rsatoolbox.rdm import RDMs, compare

    return compare(RDMs(np.array(x)), RDMs(np.array(y)), NAMES.get(by, by))


@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize("by", MEASURES)
def test_scores_equal_rsatoolbox(by: Comparison, ties: bool) -> None:
    rows = matrices(5, ties=ties)
    expected = published(rows[:3], rows[3:], by)
    found = beside(rows[:3], rows[3:], [], by, 14).scores()
    np.testing.assert_allclose(found, expected, atol=1e-9)
    assert Comparable(rows[0], by).to(Comparable(rows[3], by)) == pytest.approx(expected[0, 0])


@pytest.mark.filterwarnings("ignore:Noise ceiling for tau based on averaged ranks")
@pytest.mark.parametrize("by", MEASURES)
def test_noise_ceilings_equal_rsatoolbox(by: Comparison) -> None:
    from rsatoolbox.inference import boot_noise_ceiling
    from rsatoolbox.rdm import RDMs

    rows = matrices(4)
    expected = boot_noise_ceiling(RDMs(np.array(rows)), NAMES.get(by, by))
    np.testing.assert_allclose(noise_ceiling(rows, [], by, 14), np.ravel(expected), atol=1e-9)


def covariance(images: list[int]) -> tuple[F64, list[tuple[int, int]]]:
    """V of all pairs of two different images, written out; `images` may name one several times."""
    positions = itertools.combinations(range(len(images)), 2)
    pairs = [(a, b) for a, b in positions if images[a] != images[b]]
    contrasts = np.zeros((len(pairs), len(images)))
    for row, (a, b) in enumerate(pairs):
        contrasts[row, a], contrasts[row, b] = 1.0, -1.0
    return np.square(contrasts @ contrasts.T), pairs


DRAWN = [0, 0, 0, 2, 3, 3, 4, 5]


def test_whitening_solves_with_the_covariance_of_dissimilarities() -> None:
    square = squareform(np.random.default_rng(0).random(15))
    v, pairs = covariance(DRAWN)
    x = np.array([square[DRAWN[a], DRAWN[b]] for a, b in pairs])
    expected = np.linalg.solve(v, x)
    counts = np.bincount(DRAWN, minlength=6).astype(float)
    found = np.empty(15)
    whiten(squareform(square), counts, found)
    found = squareform(found)
    mine = [found[DRAWN[a], DRAWN[b]] for a, b in pairs]
    np.testing.assert_allclose(mine, expected, atol=1e-12)


def written_out(x: F64, y: F64, by: Comparison, v: F64) -> float:
    """The measures of two lists of dissimilarities, as they are defined."""
    match by:
        case "spearman":
            return float(stats.spearmanr(x, y)[0])
        case "pearson":
            return float(stats.pearsonr(x, y)[0])
        case "rho-a":
            n = len(x)
            return float(
                12.0 / (n**3 - n) * (stats.rankdata(x) @ stats.rankdata(y))
                - 3.0 * (n + 1) / (n - 1)
            )
        case "tau-a":
            signs = np.sign(np.subtract.outer(x, x)) * np.sign(np.subtract.outer(y, y))
            return float(signs.sum() / (len(x) * (len(x) - 1)))
        case "whitened-correlation":
            x, y = x - x.mean(), y - y.mean()
    if by == "cosine":
        v = np.eye(len(x))
    a, b = np.linalg.solve(v, x), np.linalg.solve(v, y)
    return float(x @ b / np.sqrt((x @ a) * (y @ b)))


@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize("by", MEASURES)
def test_a_draw_of_images_equals_the_measure_of_what_is_drawn(by: Comparison, ties: bool) -> None:
    one, other = matrices(2, images=6, ties=ties)
    v, pairs = covariance(DRAWN)
    x, y = (
        np.array([squareform(row)[DRAWN[a], DRAWN[b]] for a, b in pairs]) for row in (one, other)
    )
    expected = written_out(x, y, by, v)
    counts = np.bincount(DRAWN, minlength=6)
    found = beside([one], [other], [], by, 6).scores(counts)
    assert found[0, 0] == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("by", MEASURES)
def test_a_permutation_moves_rows_and_columns_together(by: Comparison) -> None:
    rows = matrices(5)
    permutation = np.random.default_rng(0).permutation(14)
    moved = [squareform(squareform(row)[permutation][:, permutation]) for row in rows[:2]]
    expected = published(moved, rows[2:], by).mean(axis=0)
    found = beside(rows[:2], rows[2:], [], by, 14).permuted(permutation)
    np.testing.assert_allclose(found, expected, atol=1e-9)


@pytest.mark.parametrize("by", PARTIAL)
def test_controls_are_taken_out_of_both(by: Comparison) -> None:
    one, other, *controls = matrices(4)
    rows = np.array([one, other, *controls])
    if by == "spearman":
        rows = np.array([stats.rankdata(row) for row in rows])
    if by not in ("cosine", "whitened-cosine"):
        rows -= rows.mean(axis=1, keepdims=True)
    root = np.eye(rows.shape[1])
    if by.startswith("whitened"):
        root = np.linalg.cholesky(np.linalg.inv(covariance(list(range(14)))[0])).T
    x, y, *beyond = rows @ root.T
    design = np.array(beyond).T
    x, y = (each - design @ np.linalg.lstsq(design, each)[0] for each in (x, y))
    expected = x @ y / np.linalg.norm(x) / np.linalg.norm(y)
    models = beside([one], [other], controls, by, 14)
    assert models.scores()[0, 0] == pytest.approx(expected, abs=1e-9)
    assert models.permuted(np.arange(14))[0] == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("by", PARTIAL)
def test_what_a_control_explains_in_full_has_no_score(by: Comparison) -> None:
    one, other = matrices(2)
    models = beside([one], [other, one], [other], by, 14)
    scores, moved = models.scores()[0], models.permuted(np.arange(14))
    assert np.isnan([scores[0], moved[0]]).all()
    assert scores[1] == pytest.approx(1.0)


def test_whitened_cosine_of_squared_distances_is_biased_linear_cka() -> None:
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(12, 5)), rng.normal(size=(12, 8))
    by: Comparison = "whitened-cosine"
    found = Comparable(pdist(x, "sqeuclidean"), by).to(Comparable(pdist(y, "sqeuclidean"), by))
    assert found == pytest.approx(cka(linear(x), linear(y), debiased=False), abs=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_ranks_equal_scipy(dtype: Any) -> None:
    rng = np.random.default_rng(0)
    values = (rng.normal(size=5000) * 10.0 ** rng.integers(-30, 30, 5000)).astype(dtype)
    values[:500] = np.round(rng.normal(size=500))
    values[500:600] = -0.0
    np.testing.assert_array_equal(ranks(values), stats.rankdata(values))


def test_bootstrap_of_subjects_has_the_spread_of_their_mean() -> None:
    rows = matrices(10)
    models = beside(rows[:8], rows[8:], [], "pearson", 14)
    each = models.scores()
    drawn = bootstrap(
        models, 14, 8, "subjects", 4000, np.random.default_rng(0), 2, lambda share: None
    )
    np.testing.assert_allclose(drawn.std(axis=0), each.std(axis=0) / np.sqrt(8), rtol=0.05)
    low, high = interval(drawn, 0.95)
    assert (low < each.mean(axis=0)).all()
    assert (each.mean(axis=0) < high).all()


def test_differences_are_tested_by_the_same_draws() -> None:
    drawn = np.random.default_rng(0).normal([0.5, 0.0, 0.02], [0.05, 0.1, 0.1], (999, 3))
    found = compare_models(np.array([0.5, 0.0, 0.02]), drawn)
    count = (drawn[:, 0] <= drawn[:, 1]).sum()
    assert found.p[0, 1] == found.p[1, 0] == 2.0 * (count + 1) / 1000
    assert found.p[1, 2] > 0.5
    assert np.diagonal(found.p).tolist() == [1.0] * 3
    pairs = np.triu_indices(3, 1)
    p = np.sort(found.p[pairs])
    q = np.minimum.accumulate((p * 3 / np.arange(1, 4))[::-1])[::-1]
    np.testing.assert_allclose(np.sort(found.q[pairs]), q)


def test_p_counts_the_observed_order() -> None:
    chance = np.array([[0.1, 0.9], [0.2, 0.8], [0.3, 0.1]])
    assert p_values(np.array([0.25, 0.95]), chance).tolist() == [0.5, 0.25]
