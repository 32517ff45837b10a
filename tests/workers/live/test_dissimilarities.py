import numpy as np
import pytest
from scipy.spatial.distance import pdist, squareform

from repscope.core.errors import InvalidRecipe, MethodFailed
from repscope.workers.context import Result
from repscope.workers.similarity import pooled
from tests.workers.making import embedding, make

NAMES = {"manhattan": "cityblock"}
MEASURES = ["correlation", "cosine", "euclidean", "sqeuclidean", "manhattan"]


def features(count: int = 41) -> np.ndarray:
    return (np.random.default_rng(0).normal(1.0, 1.0, (count, 7)) + 3.0).astype(np.float32)


def square(values: np.ndarray, measure: str) -> np.ndarray:
    return squareform(pdist(values.astype(np.float64), NAMES.get(measure, measure)))


def pool(matrix: np.ndarray, step: int, measure: str) -> np.ndarray:
    """Mean of each block, pair by pair, an image with itself left out."""
    starts = range(0, len(matrix), step)
    out = np.zeros((len(starts), len(starts)))
    for i, top in enumerate(starts):
        for j, left in enumerate(starts):
            block = matrix[top : top + step, left : left + step]
            values = block[~np.eye(len(block), dtype=bool)] if i == j else block.ravel()
            if len(values):
                root = measure == "euclidean"
                out[i, j] = np.sqrt((values**2).mean()) if root else values.mean()
    return out


def ask(given: Result, order: Result | None = None, **params: object) -> Result:
    inputs = {"embedding": given} | ({"order": order} if order else {})
    return make("live", "dissimilarities", params, **inputs)


@pytest.mark.parametrize(
    ("measure", "step"),
    [(m, s) for m in MEASURES for s in (1, 2, 8) if (m, s) != ("manhattan", 8)],
)
def test_a_pixel_is_the_mean_of_its_pairs(measure: str, step: int) -> None:
    values = features()
    result = ask(embedding(values), measure=measure, step=step)
    expected = pool(square(values, measure), step, measure)
    if measure == "manhattan" and step == 2:  # two of four pairs off the diagonal
        expected = expected[np.arange(20), np.arange(20)]
        given = np.diagonal(result.array("tile"))[:20]
        np.testing.assert_allclose(given, expected, rtol=1e-5)
        return
    np.testing.assert_allclose(result.array("tile"), expected, rtol=1e-5, atol=1e-5)


def test_sampled_manhattan_is_near_the_mean_and_symmetric() -> None:
    values = features(64)
    tile = ask(embedding(values), measure="manhattan", step=8).array("tile")
    expected = pool(square(values, "manhattan"), 8, "manhattan")
    np.testing.assert_allclose(tile, tile.T, rtol=1e-6)
    assert np.abs(tile - expected).mean() < 0.2 * expected.mean()
    assert (np.diagonal(tile) > 0).all()


def test_a_tile_lies_where_it_was_asked_for() -> None:
    values = features()
    order = Result({"order": np.random.default_rng(1).permutation(41)[:30].astype(np.int32)})
    matrix = square(values[order.array("order")], "cosine")
    given = ask(embedding(values), order, measure="cosine", top=4, left=10, step=2, size=5)
    np.testing.assert_allclose(given.array("tile"), pool(matrix, 2, "cosine")[2:7, 5:10], atol=1e-5)
    assert given.meta["count"] == 30
    last = ask(embedding(values), order, measure="cosine", top=28, left=24, step=4, size=5)
    np.testing.assert_allclose(last.array("tile"), pool(matrix, 4, "cosine")[7:, 6:], atol=1e-5)


@pytest.mark.parametrize("step", [1, 4])
def test_vectors_that_point_nowhere(step: int) -> None:
    values = features(16)
    values[3] = values[5] = values[6] = 2.0
    result = ask(embedding(values), step=step).array("tile")
    matrix = square(values, "correlation")
    still = np.isin(np.arange(16), [3, 5, 6])
    matrix[still ^ still[:, None]] = 1.0
    matrix[still & still[:, None]] = 0.0
    np.testing.assert_allclose(result, pool(matrix, step, "correlation"), atol=1e-5)


@pytest.mark.parametrize("measure", MEASURES)
def test_quantiles_are_of_all_pairs_of_few_images_and_of_a_sample_of_many(
    measure: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = features(300)
    pairs = pdist(values.astype(np.float64), NAMES.get(measure, measure))
    expected = np.quantile(pairs, np.linspace(0, 1, 257))
    whole = ask(embedding(values), measure=measure)
    assert (whole.meta["pairs"], whole.meta["sampled"]) == (len(pairs), False)
    np.testing.assert_allclose(whole.array("quantiles"), expected, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(whole.array("ends"), [pairs.min(), pairs.max()], atol=1e-4)
    monkeypatch.setattr(pooled, "ALL_PAIRS", 100)
    sampled = ask(embedding(values.copy()), measure=measure)
    assert (sampled.meta["pairs"], sampled.meta["sampled"]) == (200_000, True)
    close = np.abs(sampled.array("quantiles") - expected)[8:-8] < 0.03 * np.ptp(expected)
    assert close.all()


@pytest.mark.parametrize(
    ("params", "words", "field"),
    [
        ({"top": 3, "step": 2}, "begins at a multiple of 2", "params.top"),
        ({"left": 41}, "'left' must be below 41", "params.left"),
        ({"step": 3}, "params.step", "params.step"),
    ],
)
def test_what_does_not_fit_is_refused(params: dict[str, object], words: str, field: str) -> None:
    with pytest.raises(InvalidRecipe, match=words) as caught:
        ask(embedding(features()), **params)
    assert caught.value.field == field


def test_an_order_of_other_images_is_refused() -> None:
    order = Result({"order": np.array([1, 41], np.int32)})
    with pytest.raises(MethodFailed, match="names row 41, but the embedding has 41"):
        ask(embedding(features()), order)
    with pytest.raises(MethodFailed, match="20,001 images is too large"):
        ask(embedding(np.zeros((20_001, 2), np.float32)))
