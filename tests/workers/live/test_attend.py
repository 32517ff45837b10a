from functools import cache
from typing import Any

import numpy as np
import pytest

from repscope.core.errors import InvalidRecipe
from repscope.workers.result import Result
from tests.workers.making import make


@cache
def shapes() -> Result:
    return make("dataset", "shapes", {"count": 12})


@cache
def encoder(name: str) -> Result:
    return make("encoder", "zoo", {"name": name})


def answer(name: str = "mae_shapes", **params: Any) -> Result:
    return make("live", "attend", params, dataset=shapes(), encoder=encoder(name))


def test_attention_adds_up_to_one() -> None:
    found = answer(rows=[0, 5, 7])
    attention, special = found.array("attention"), found.array("special")
    assert attention.shape == (3, 3, 64)
    np.testing.assert_allclose(attention.sum(axis=2) + special.sum(axis=2), 1.0, atol=1e-5)
    assert found.meta["block"] == 3
    assert found.meta["kind"] == "attention"
    assert found.array("distance").shape == (4, 3)
    assert found.array("input").shape == (3, 32, 32, 3)
    below = answer(rows=[0, 5, 7], block=0)
    assert np.abs(below.array("attention") - attention).max() > 1e-3
    # Below the second block there is one matrix only: half attention, half the token itself.
    mean = below.array("attention").mean(axis=1)
    np.testing.assert_allclose(below.array("rollout"), 0.5 * mean, atol=1e-6)


def test_a_patch_is_most_like_itself() -> None:
    found = answer(rows=[0, 5], image=1, patch=27)
    assert np.unravel_index(found.array("similarity").argmax(), (2, 64)) == (1, 27)
    assert found.array("attention").shape == (3, 64)
    assert "input" not in found.array_names
    total = found.array("attention").sum(axis=1) + found.array("special").sum(axis=1)
    np.testing.assert_allclose(total, 1.0, atol=1e-5)
    alone = answer(rows=[5], image=0, patch=27)
    np.testing.assert_allclose(alone.array("attention"), found.array("attention"), atol=1e-5)
    for wrong in ({"image": 2}, {"patch": 64}):
        with pytest.raises(InvalidRecipe, match="2 images of 64 patches"):
            answer(**({"rows": [0, 5], "patch": 1} | wrong))


def test_random_weights_look_elsewhere() -> None:
    own, random = answer(rows=[0]), answer(rows=[0], weights="random")
    np.testing.assert_array_equal(own.array("input"), random.array("input"))
    assert np.abs(own.array("attention") - random.array("attention")).max() > 1e-3
    np.testing.assert_array_equal(
        random.array("attention"), answer(rows=[0], weights="random").array("attention")
    )


def test_a_network_with_a_classifier_names_what_it_shows() -> None:
    found = answer("supervised_shapes", rows=[0, 5], block=2)
    assert found.meta["kind"] == "grad_cam"
    assert set(found.meta["classes"]) <= set(shapes().meta["classes"])
    assert found.array("attention").shape == (2, 1, 16)
    similar = answer("supervised_shapes", rows=[0, 5], block=2, patch=3)
    assert "attention" not in similar.array_names
    assert similar.array("similarity")[0, 3] == pytest.approx(1.0)


def test_refusals() -> None:
    with pytest.raises(InvalidRecipe, match="at most 3"):
        answer(rows=[0], block=4)
    with pytest.raises(InvalidRecipe, match="rows 0 to 11"):
        answer(rows=[12])
    with pytest.raises(InvalidRecipe, match="is no network"):
        make("live", "attend", {"rows": [0]}, dataset=shapes(), encoder=make("encoder", "pixels"))


def test_large_images_are_sent_smaller() -> None:
    large = make("encoder", "timm", {"name": "vit_tiny_patch16_224", "pretrained": False})
    found = make("live", "attend", {"rows": [0, 1, 2, 3, 4]}, dataset=shapes(), encoder=large)
    assert found.array("input").nbytes <= 750_000
    assert found.array("attention").shape == (5, 3, 196)
