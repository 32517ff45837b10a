"""Encoders that were fitted on the probed images are fitted anew, on training rows alone."""

from typing import Any

import numpy as np
import pytest
from sklearn.decomposition import PCA

from repscope.core.recipes import normalized_id
from repscope.workers.context import Context, Result
from repscope.workers.probes.division import plan
from repscope.workers.probes.features import features_of, open_encoder
from repscope.workers.probes.measuring import KNN, repeat
from repscope.workers.probes.params import SplitParams
from repscope.workers.probes.refitting import is_refitted
from tests.workers.making import make

FITTED = {
    "pca": {"components": 8},
    "ica": {"components": 4, "iterations": 20},
    "kmeans": {"k": 12},
    "dictionary": {"atoms": 8, "passes": 1},
    "random_projection": {"components": 16},
    "patch_kmeans": {"k": 8, "patches": 500},
}


def digits(count: int = 300) -> Result:
    whole = make("dataset", "digits")
    arrays = {name: whole.array(name)[:count] for name in ("images", "labels")}
    return Result(arrays, whole.meta | {"count": count})


def probed(dataset: Result, encoder: Result, layer: str, **params: Any) -> tuple[Any, Any]:
    """Return the divisions of a probe, and the features of each repetition."""
    context = Context.local()
    pixels = dataset.array("images").reshape(dataset.meta["count"], -1)
    drawn = plan(context, SplitParams(**params), dataset, pixels, [encoder], varied=False)
    model = open_encoder(context, dataset, encoder)
    features = features_of(context, dataset, model, [layer], drawn.divisions, lambda _: None)
    return drawn, features[layer]


def test_components_are_those_of_the_training_rows() -> None:
    dataset = digits()
    encoder = make("encoder", "pca", FITTED["pca"], dataset=dataset)
    drawn, features = probed(dataset, encoder, "components", repetitions=2)
    x = dataset.array("images").reshape(300, -1) / np.float32(255.0)
    assert len(features) == 2
    for division, found in zip(drawn.divisions, features, strict=True):
        expected = PCA(8).fit(x[division.train]).transform(x)
        signs = np.sign((expected * found).sum(axis=0))
        np.testing.assert_allclose(found * signs, expected, atol=1e-3)
    # Those of all rows are others.
    assert np.abs(np.abs(features[0]) - np.abs(features[1])).max() > 0.01


@pytest.mark.parametrize(("method", "params"), FITTED.items(), ids=FITTED)
def test_test_rows_change_nothing_that_is_fitted(method: str, params: dict[str, Any]) -> None:
    dataset = digits()
    encoder = make("encoder", method, params, dataset=dataset)
    layer = encoder.meta["layers"][-1]["name"]
    # Pixels say which images are near-duplicates, so both are divided by the first.
    drawn, before = probed(dataset, encoder, layer, repetitions=1)
    (division,) = drawn.divisions
    images = dataset.array("images").copy()
    images[division.test] = 255 - images[division.test]
    other = Result(dataset.arrays | {"images": images}, dataset.meta)
    context = Context.local()
    model = open_encoder(context, other, encoder)
    after = features_of(context, other, model, [layer], drawn.divisions, lambda _: None)[layer]
    np.testing.assert_array_equal(before[0][division.train], after[0][division.train])
    assert not np.array_equal(before[0][division.test], after[0][division.test])
    # What was given had seen them.
    held_out = encoder.array("held_out")
    assert len(np.intersect1d(division.test, held_out)) < len(division.test)


def test_the_result_says_what_was_fitted_anew_and_holds_nothing_out_for_it() -> None:
    dataset = digits(150)
    encoder = make("encoder", "kmeans", FITTED["kmeans"], dataset=dataset)
    result = make("probe", "table", {"repetitions": 2}, dataset=dataset, encoders=[encoder])
    assert result.meta["refitted"] == ["k-means"]
    assert result.meta["split"]["source"] == "random"
    assert result.meta["warnings"] == []
    names = {row["name"]: row["baseline"] for row in result.meta["rows"]}
    assert names == {
        "k-means": None,
        "Raw pixels": "pixels",
        "Random weights (small ViT)": "random",
    }
    for method, params in (("knn", {}), ("linear", {}), ("layers", {}), ("labels", {})):
        again = make(
            "probe", method, {"repetitions": 1, **params}, dataset=dataset, encoder=encoder
        )
        assert again.meta["refitted"] == ["k-means"]
    untouched = make("probe", "knn", dataset=dataset, encoder=make("encoder", "pixels"))
    assert "refitted" not in untouched.meta


def test_where_training_rows_stay_the_same_it_is_fitted_once() -> None:
    dataset = digits()
    encoder = make("encoder", "pca", FITTED["pca"], dataset=dataset)
    drawn, features = probed(dataset, encoder, "components", repetitions=1)
    context = Context.local()
    model = open_encoder(context, dataset, encoder)
    twice = drawn.divisions * 2
    found = features_of(context, dataset, model, ["components"], twice, lambda _: None)
    assert found["components"][0] is found["components"][1]
    options: dict[str, Any] = {"seed": 0, "device": "cpu", "progress": lambda _: None}
    (measured,) = repeat(KNN(5, 0.07), features, drawn, **options)
    assert measured.top1 > 0.6


def test_what_was_fitted_on_other_images_stays_as_it_is() -> None:
    encoder = make("encoder", "pca", FITTED["pca"], dataset=digits(100))
    digits_recipe = {"kind": "dataset", "method": "digits", "version": 1, "params": {}, "seed": 0}
    here = digits_recipe | {"inputs": {}}
    there = here | {"method": "other"}
    context = Context.local()
    for fitted_on, expected in ((here, True), (there, False)):
        recipe = here | {"kind": "encoder", "method": "pca", "inputs": {"dataset": fitted_on}}
        context.recipe = {"inputs": {"dataset": here, "encoder": recipe}}
        assert is_refitted(context, encoder, 0) == expected
    assert normalized_id(here) != normalized_id(there)
