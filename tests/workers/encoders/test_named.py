import pytest

from repscope.core.errors import InvalidRecipe
from repscope.workers.encoders.named import NamedParams
from repscope.workers.encoders.preprocess import Preprocess

OWN = Preprocess(224, 3, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225), 256)


def test_what_is_not_asked_is_the_networks_own() -> None:
    assert NamedParams().preprocess(OWN) == OWN


def test_another_size_keeps_the_share_of_the_crop() -> None:
    given = NamedParams(image_size=112).preprocess(OWN)
    assert (given.image_size, given.shorter) == (112, 128)


def test_what_is_asked_is_done() -> None:
    asked = NamedParams(resize=224, fit="squash", interpolation="bilinear", mean=[0.5], std=[0.25])
    given = asked.preprocess(OWN)
    assert (given.shorter, given.fit, given.interpolation) == (224, "squash", "bilinear")
    assert (given.mean, given.std) == ((0.5,) * 3, (0.25,) * 3)


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(InvalidRecipe, match="at least the side of the input, 224; it is 100"):
        NamedParams(resize=100).preprocess(OWN)
    with pytest.raises(InvalidRecipe, match="'mean' must have one number, or 3; it has 2"):
        NamedParams(mean=[0.5, 0.5]).preprocess(OWN)
