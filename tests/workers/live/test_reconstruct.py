from functools import cache
from typing import Any

import numpy as np
import pytest

from repscope.core.errors import InvalidRecipe
from repscope.workers.result import Result
from tests.workers.making import make


@cache
def digits() -> Result:
    return make("dataset", "digits")


@cache
def shapes() -> Result:
    return make("dataset", "shapes", {"count": 60, "scene": "object"})


@cache
def encoder(name: str) -> Result:
    return make("encoder", "zoo", {"name": name})


def answer(name: str, dataset: Result, seed: int = 0, **params: Any) -> Result:
    return make("live", "reconstruct", params, seed, dataset=dataset, encoder=encoder(name))


def test_gaps_are_filled_better_than_from_their_borders() -> None:
    rows = [0, 11, 222, 777]
    own = answer("mae_digits", digits(), rows=rows, ratio=0.6)
    plain = answer("mae_digits", digits(), rows=rows, ratio=0.6, by="diffusion")
    np.testing.assert_array_equal(own.array("hidden"), plain.array("hidden"))
    np.testing.assert_array_equal(own.array("input"), plain.array("input"))
    assert np.mean(own.meta["errors"]) < np.mean(plain.meta["errors"]) / 2


def test_errors_are_those_of_hidden_pixels() -> None:
    found = answer("mae_digits", digits(), rows=[5, 6], ratio=0.5)
    given, drawn = (found.array(name) / 255.0 for name in ("input", "output"))
    patch = found.meta["patch"]
    gap = found.array("hidden").astype(bool).repeat(patch, axis=1).repeat(patch, axis=2)
    expected = [np.square(a - b)[g].mean() for a, b, g in zip(given, drawn, gap, strict=True)]
    np.testing.assert_allclose(found.meta["errors"], expected, atol=2e-3)  # outputs are rounded
    visible = (1 - found.array("hidden")).sum(axis=(1, 2)).mean()
    assert found.meta["numbers"] == (1 + visible) * 96
    assert found.meta["hidden"] == pytest.approx(found.array("hidden").mean(axis=(1, 2)))


def test_nothing_hidden_has_no_error() -> None:
    found = answer("mae_digits", digits(), rows=[5, 6], mask="painted", painted=[[], [0, 1]])
    assert found.meta["errors"][0] is None
    assert found.meta["errors"][1] > 0
    assert "input" not in answer("mae_digits", digits(), rows=[5], inputs=False).array_names


def test_many_draws_give_mean_and_deviation() -> None:
    single = [answer("mae_digits", digits(), rows=[3], ratio=0.6, draws=1)]
    found = answer("mae_digits", digits(), rows=[3], ratio=0.6, draws=12)
    np.testing.assert_array_equal(found.array("hidden"), single[0].array("hidden"))
    assert found.array("spread").shape == found.array("output").shape[:3]
    assert found.array("spread").max() > 0.02
    center = answer("mae_digits", digits(), rows=[3], ratio=0.6, draws=12, mask="center")
    assert center.array("spread").max() < 1e-6  # the same mask twelve times


def test_objects_can_be_hidden() -> None:
    found = answer("mae_shapes", shapes(), rows=[1, 2], mask="object")
    patch = found.meta["patch"]
    objects = shapes().array("masks")[[1, 2]] > 0
    gap = found.array("hidden").astype(bool).repeat(patch, axis=1).repeat(patch, axis=2)
    assert not (objects & ~gap).any()


@pytest.mark.parametrize("name", ["autoencoder_digits", "vae_digits"])
def test_an_image_is_drawn_from_its_code(name: str) -> None:
    found = answer(name, digits(), rows=[3, 4])
    given = found.array("input") / 255.0
    assert found.meta["kind"] == "code"
    assert found.array("code").shape == (2, found.meta["numbers"])
    assert np.mean(found.meta["errors"]) < np.square(given.mean() - given).mean() / 2
    with pytest.raises(InvalidRecipe, match="have no order"):
        answer(name, digits(), rows=[3], components=2)


def test_a_code_of_principal_components_is_kept_in_part() -> None:
    fitted = make("encoder", "pca", {"components": 20}, dataset=digits())
    rows = list(range(8))

    def kept(number: int | None) -> Result:
        params = {"rows": rows, "components": number}
        return make("live", "reconstruct", params, dataset=digits(), encoder=fitted)

    errors = [float(np.mean(kept(number).meta["errors"])) for number in (1, 4, 20)]
    assert errors[0] > errors[1] > errors[2]
    assert [kept(number).meta["numbers"] for number in (4, None)] == [4, 20]
    assert kept(4).meta["components"] == 20
    # By hand: the mean image and the first four components of each.
    vectors = digits().array("images").reshape(1797, -1) / 255.0
    components = fitted.array("decode")[:4]
    code = (vectors[rows] - fitted.array("mean")) @ components.T
    expected = np.clip(fitted.array("mean") + code @ components, 0, 1).reshape(8, 8, 8, 1)
    np.testing.assert_allclose(kept(4).array("output") / 255.0, expected, atol=0.01)


def test_an_image_becomes_its_nearest_center() -> None:
    fitted = make("encoder", "kmeans", {"k": 12}, dataset=digits())
    found = make("live", "reconstruct", {"rows": [0, 9]}, dataset=digits(), encoder=fitted)
    centers = fitted.array("centers")
    vectors = digits().array("images")[[0, 9]].reshape(2, -1) / 255.0
    nearest = np.linalg.norm(vectors[:, None] - centers, axis=2).argmin(axis=1)
    np.testing.assert_allclose(
        found.array("output").reshape(2, -1) / 255.0, centers[nearest], atol=0.003
    )
    assert found.meta["numbers"] == 1


def test_encoders_without_decoder_and_rows_that_are_not_there_are_refused() -> None:
    with pytest.raises(InvalidRecipe, match="no decoder"):
        answer("supervised_digits", digits(), rows=[0])
    with pytest.raises(InvalidRecipe, match="rows 0 to 1796, not 1797"):
        answer("mae_digits", digits(), rows=[1797])


def test_a_code_is_moved_on_the_scale_of_its_deviations() -> None:
    inputs = {"dataset": digits(), "encoder": encoder("vae_digits")}
    params = {"row": 7, "components": [2], "moves": [[0.0], [1.5]], "measure": True}
    found = make("live", "traverse", params, **inputs)
    drawn = answer("vae_digits", digits(), rows=[7])
    np.testing.assert_array_equal(found.array("images")[0], drawn.array("output")[0])
    codes = make("embedding", "embed", {"layer": "code"}, **inputs).array("features")
    rows = np.linspace(0, 1796, 512).astype(int)
    np.testing.assert_allclose(found.array("deviation"), codes[rows].std(axis=0), rtol=1e-3)
    pair = make(
        "live", "traverse", params | {"components": [2, 4], "moves": [[1.5, 0.0]]}, **inputs
    )
    np.testing.assert_array_equal(pair.array("images")[0], found.array("images")[1])
    for wrong, words in (({"components": [99]}, "between 0 and"), ({"moves": [[1.0, 2.0]]}, "one")):
        with pytest.raises(InvalidRecipe, match=words):
            make("live", "traverse", params | wrong, **inputs)
    with pytest.raises(InvalidRecipe, match="no short code"):
        make("live", "traverse", params, dataset=digits(), encoder=encoder("mae_digits"))


def test_the_way_between_two_images_begins_and_ends_at_them() -> None:
    inputs = {"dataset": digits(), "encoder": encoder("autoencoder_digits")}
    way = make("live", "interpolate", {"rows": [3, 8], "steps": 5}, **inputs)
    ends = answer("autoencoder_digits", digits(), rows=[3, 8])
    np.testing.assert_array_equal(way.array("latent")[[0, -1]], ends.array("output"))
    given = ends.array("input")
    np.testing.assert_array_equal(way.array("pixels")[[0, -1]], given)
    middle = given.astype(float).mean(axis=0)
    np.testing.assert_allclose(way.array("pixels")[2], middle, atol=0.51)
