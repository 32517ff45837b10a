from functools import cache
from io import BytesIO
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from repscope.core.errors import InvalidRecipe, MethodFailed
from repscope.core.images import images_of
from repscope.workers.attending.look import look
from repscope.workers.attending.models import load
from repscope.workers.attending.score import head_scores, seen_masks
from repscope.workers.encoders.preprocess import Preprocess
from repscope.workers.result import Result
from tests.workers.making import make, upload


@cache
def shapes() -> Result:
    return make("dataset", "shapes", {"count": 120}, seed=5)


@cache
def encoder() -> Result:
    return make("encoder", "random", {"architecture": "vit"})


@cache
def found() -> Result:
    return make(
        "attention",
        "objects",
        {"choosing": 40, "scored": 60, "draws": 2},
        dataset=shapes(),
        encoder=encoder(),
    )


def rules() -> dict[str, dict[str, float]]:
    return {rule["rule"]: rule for rule in found().meta["rules"]}


def test_the_score_is_that_of_the_chosen_head_over_other_images() -> None:
    rows = found().array("rows")
    assert len(rows) == 60
    model = load(encoder(), "cpu")
    images = images_of(shapes())
    given = torch.cat([model.preprocess(images.array(int(row))[None], "cpu") for row in rows])
    seen = look(model, given, None)
    block = seen.blocks[len(seen.names) - 1]
    maps = block.attention.reshape(60, -1, block.side, block.side).numpy()
    masks = shapes().array("masks")[rows]
    chosen = rules()["chosen"]
    expected = head_scores(maps, masks, (chosen["mass"],))[:, int(chosen["head"]), 0]
    names = [rule["rule"] for rule in found().meta["rules"]]
    own = found().array("jaccard")[names.index("chosen")]
    np.testing.assert_allclose(own, expected, atol=1e-5)
    assert chosen["jaccard"] == pytest.approx(float(own.mean()), abs=1e-6)


def test_rules_are_told_with_what_they_chose() -> None:
    assert list(rules()) == [
        "chosen", "usual", "mean", "rollout", "oracle", "random", "disc", "contrast",
    ]  # fmt: skip
    assert rules()["usual"]["mass"] == 0.6
    assert rules()["oracle"]["jaccard"] >= rules()["chosen"]["jaccard"] - 1e-9
    assert 0.0 < rules()["disc"]["area"] < 1.0
    # On a flat ground, a color that stands out is the object.
    assert rules()["contrast"]["jaccard"] > 0.6
    for rule in rules().values():
        low, high = rule["interval"]
        assert low <= rule["behind"] <= high
        assert rule["behind"] == pytest.approx(rules()["chosen"]["jaccard"] - rule["jaccard"])


def test_rows_that_training_held_out_are_scored() -> None:
    held_out = np.arange(0, 120, 3, dtype=np.int32)
    own = encoder()
    trained = Result(own.arrays | {"held_out": held_out}, own.meta, own.metrics, own.files)
    result = make(
        "attention",
        "objects",
        {"choosing": 20, "scored": 30, "draws": 1},
        dataset=shapes(),
        encoder=trained,
    )
    assert result.meta["source"] == "held_out"
    assert np.isin(result.array("rows"), held_out).all()


def test_masks_that_are_given_count_as_those_of_the_data_set() -> None:
    params = {"choosing": 40, "scored": 60, "draws": 2}
    file = BytesIO()
    np.save(file, shapes().array("masks").astype(np.float32))
    bare = {name: array for name, array in shapes().arrays.items() if name != "masks"}
    result = make(
        "attention",
        "objects",
        params | {"masks": upload(file.getvalue())},
        dataset=Result(bare, shapes().meta, shapes().metrics),
        encoder=encoder(),
    )
    np.testing.assert_array_equal(result.array("jaccard"), found().array("jaccard"))


@pytest.mark.parametrize(
    ("masks", "why"),
    [
        (np.ones((3, 8, 8)), "3 masks for 120 images"),
        (np.ones((120, 64)), "120 x 64; it must be images x height x width"),
    ],
)
def test_masks_of_other_images_are_refused(masks: NDArray[Any], why: str) -> None:
    file = BytesIO()
    np.save(file, masks)
    with pytest.raises(InvalidRecipe, match=why):
        make(
            "attention",
            "objects",
            {"masks": upload(file.getvalue())},
            dataset=shapes(),
            encoder=encoder(),
        )


def test_a_data_set_without_masks_is_refused() -> None:
    with pytest.raises(MethodFailed, match="does not know where its objects are"):
        make("attention", "objects", dataset=make("dataset", "digits"), encoder=encoder())


def test_masks_are_cut_as_the_images_are() -> None:
    """The same as an image of the mask is, brought to the network's input."""
    masks = np.zeros((1, 40, 60), np.uint8)
    masks[0, 12:30, 20:50] = 1
    for preprocess in (
        Preprocess(32, 1, (0.0,), (1.0,)),
        Preprocess(32, 1, (0.0,), (1.0,), resize=40),
        Preprocess(32, 1, (0.0,), (1.0,), fit="squash"),
    ):
        cut = seen_masks(masks, preprocess)[0]
        image = preprocess(255 * masks[..., None], "cpu")[0, 0].numpy()
        sure = np.abs(image - 0.5) > 0.45  # at edges scaling mixes
        assert sure.mean() > 0.8
        np.testing.assert_array_equal(cut[sure], image[sure] > 0.5)


def test_maps_without_attention_have_no_rollout() -> None:
    network = make("encoder", "random", {"architecture": "cnn"})
    result = make(
        "attention",
        "objects",
        {"choosing": 10, "scored": 20, "draws": 1, "block": 1},
        dataset=shapes(),
        encoder=network,
    )
    assert result.meta["kind"] == "energy"
    assert "rollout" not in [rule["rule"] for rule in result.meta["rules"]]
