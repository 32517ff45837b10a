"""How well models predict a reference, as a method."""

from typing import Any

import numpy as np
import pytest
from scipy import stats
from scipy.spatial.distance import pdist

from repscope.core.errors import InvalidRecipe, MethodFailed
from repscope.workers.context import Result
from tests.workers.making import make


def rdm(seed: int, subjects: int = 1, noise: float = 0.5, images: int = 20) -> Result:
    shared = np.random.default_rng(0).normal(size=(images, 5))
    rng = np.random.default_rng(seed)
    rows = [pdist(shared + noise * rng.normal(size=shared.shape)) for _ in range(subjects)]
    arrays = {"rdm": np.mean(rows, axis=0).astype(np.float32)}
    if subjects > 1:
        arrays["subjects"] = np.array(rows, np.float32)
    return Result(arrays, {"count": images})


def unrelated() -> Result:
    rows = np.random.default_rng(9).normal(size=(20, 5))
    return Result({"rdm": pdist(rows).astype(np.float32)}, {"count": 20})


def fit(params: dict[str, Any] | None = None, seed: int = 0, **inputs: Any) -> Result:
    few = {"bootstrap": 200, "permutations": 200}
    given = {"reference": rdm(1, subjects=4), "models": [rdm(5), rdm(6, noise=3.0), unrelated()]}
    return make("similarity", "fit", few | (params or {}), seed, **(given | inputs))


@pytest.mark.parametrize("over", ["images", "subjects", "both"])
def test_models_are_told_apart(over: str) -> None:
    found = fit({"over": over})
    scores = found.array("scores")
    assert np.argmax(scores) == 0
    low, high, p = (found.array(name) for name in ("low", "high", "p"))
    assert (low <= scores).all()
    assert (scores <= high).all()
    assert p[0] == 1 / 201
    assert p[2] > 0.05
    bottom, top = found.array("noise_ceiling")
    assert scores[1] < bottom < top < 1.0
    assert found.array("p_differences")[0, 2] < 0.05
    assert found.array("subject_scores").shape == (4, 3)
    np.testing.assert_allclose(found.array("subject_scores").mean(axis=0), scores)
    assert found.meta["subjects"] == 4
    assert found.meta["images"] == 20


def test_one_subject_has_no_ceiling() -> None:
    reference, model = rdm(1), rdm(2)
    found = fit(reference=reference, models=[model])
    expected = stats.spearmanr(reference.array("rdm"), model.array("rdm"))[0]
    assert found.array("scores")[0] == pytest.approx(expected)
    assert np.isnan(found.array("noise_ceiling")).all()
    assert "subject_scores" not in found.array_names


def test_the_seed_decides() -> None:
    again = [fit(seed=seed).array("low") for seed in (3, 3, 4)]
    np.testing.assert_array_equal(again[0], again[1])
    assert (again[0] != again[2]).any()


def test_controls_lower_what_they_explain() -> None:
    control = rdm(7)
    with_it, without = fit(control=[control]), fit()
    assert with_it.array("scores")[0] < without.array("scores")[0]
    assert with_it.meta["controls"] == 1


def test_what_does_not_go_together_is_refused() -> None:
    with pytest.raises(MethodFailed, match="different numbers of images"):
        fit(models=[rdm(5, images=19)])
    with pytest.raises(MethodFailed, match="5 images at least"):
        fit(reference=rdm(1, images=4), models=[rdm(5, images=4)])
    with pytest.raises(InvalidRecipe, match="one subject") as caught:
        fit({"over": "both"}, reference=rdm(1))
    assert caught.value.field == "params.over"
    with pytest.raises(InvalidRecipe, match="no partial form"):
        fit({"by": "tau-a"}, control=[rdm(7)])
