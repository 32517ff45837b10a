"""The masking-ratio experiment."""

from functools import cache
from typing import Any

import numpy as np
import pytest

from repscope.core.errors import MethodFailed
from repscope.workers.result import Result
from tests.workers.making import make

RATIOS = [0.25, 0.75]


@cache
def shapes() -> Result:
    return make("dataset", "shapes", {"count": 120, "classes": 2})


@cache
def trained(ratio: float, seed: int = 0, **params: Any) -> Result:
    tiny = {"epochs": 1, "batch_size": 32, "image_size": 16, "patch_size": 4, "snapshots": 1}
    return make(
        "encoder", "mae", tiny | {"mask_ratio": ratio} | params, seed=seed, dataset=shapes()
    )


def experiment(encoders: list[Result], seed: int = 0) -> Result:
    return make("probe", "masking", {}, seed, dataset=shapes(), encoders=encoders)


def test_each_is_tested_at_every_ratio() -> None:
    found = experiment([trained(0.75), trained(0.25), trained(0.75, 1), trained(0.25, 1)])
    assert found.meta["ratios"] == RATIOS  # in order, whatever order they came in
    assert (found.meta["seeds"], found.meta["warnings"]) == (2, [])
    assert found.array("errors").shape == (2, 2, 2)  # trained with, seed, tested at
    assert found.array("curve_0").shape == (2, 2)  # ratio, seed
    names = [curve["name"] for curve in found.meta["curves"]]
    assert names == [
        f"{model}, {probe}"
        for probe in ("Linear probe", "k-NN probe")
        for model in ("Masked autoencoder", "Random weights (ViT-micro, 16 px)", "Raw pixels")
    ]
    assert found.metrics["best_ratio"] in RATIOS


def test_errors_are_those_that_the_masking_lens_tells() -> None:
    """Over the pictured images alone, one by one, to the rounding of their pixels."""
    found = experiment([trained(0.75), trained(0.25)])
    assert found.meta["measured"] == found.meta["split"]["test"] == 12
    for i, ratio in enumerate(found.meta["ratios"]):
        asked = {"rows": found.meta["rows"], "ratio": ratio}
        told = make("live", "reconstruct", asked, dataset=shapes(), encoder=trained(ratio))
        # The same draws: the pictures are the same, but for how batches round.
        np.testing.assert_array_equal(found.array("hidden")[i], told.array("hidden"))
        difference = found.array("output")[i].astype(int) - told.array("output")
        assert np.abs(difference).max() <= 1
    hidden = found.array("hidden").mean(axis=(1, 2, 3))
    np.testing.assert_allclose(hidden, RATIOS)


def test_the_error_is_that_of_the_pictures_where_all_are_shown() -> None:
    small = make("dataset", "shapes", {"count": 60, "classes": 2})
    encoder = make(
        "encoder",
        "mae",
        {"epochs": 1, "image_size": 16, "patch_size": 4, "mask_ratio": 0.5, "held_out": 0.1},
        dataset=small,
    )
    found = make("probe", "masking", {}, dataset=small, encoders=[encoder])
    assert found.meta["measured"] == len(found.array("input")) == 6
    gaps = found.array("hidden")[0].repeat(4, axis=1).repeat(4, axis=2).astype(bool)
    given, drawn = found.array("input") / 255.0, found.array("output")[0] / 255.0
    expected = np.square(given - drawn)[gaps].mean()
    assert found.array("errors")[0, 0, 0] == pytest.approx(expected, abs=2e-3)


def test_what_cannot_be_compared_is_refused() -> None:
    with pytest.raises(MethodFailed, match="must be a masked autoencoder"):
        experiment([trained(0.25), make("encoder", "pixels")])
    with pytest.raises(MethodFailed, match="as many encoders of each"):
        experiment([trained(0.25), trained(0.75), trained(0.75, 1)])
    with pytest.raises(MethodFailed, match="patches of one size"):
        experiment([trained(0.25), trained(0.75, patch_size=8)])


def test_unequal_budgets_are_told() -> None:
    found = experiment([trained(0.25), trained(0.75, epochs=2)])
    assert found.meta["warnings"] == ["The encoders have not seen as many images in training."]
