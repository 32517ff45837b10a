import pytest

from repscope.core.errors import InvalidRecipe
from repscope.workers.context import Result
from repscope.workers.encoders import base
from repscope.workers.encoders.base import Layer, choose_layer, load

LAYERS = [Layer("blocks.0", 8), Layer("norm", 8)]


def test_the_last_layer_unless_another_is_named() -> None:
    assert choose_layer(LAYERS, None) == "norm"
    assert choose_layer(LAYERS, "blocks.0") == "blocks.0"


def test_an_unknown_layer_is_answered_with_those_there_are() -> None:
    with pytest.raises(InvalidRecipe, match="it has blocks.0, norm") as caught:
        choose_layer(LAYERS, "blocks.7")
    assert caught.value.field == "params.layer"


def test_an_unknown_architecture_is_refused() -> None:
    with pytest.raises(InvalidRecipe, match="'perceptron' cannot be run"):
        load(Result(meta={"architecture": "perceptron"}))


def test_an_architecture_of_a_plugin_is_found_and_takes_no_name_of_ours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(base, "LOADERS", dict(base.LOADERS))
    base.add_architecture("like_pixels", "repscope.workers.encoders.pixels")
    base.add_architecture("like_pixels", "repscope.workers.encoders.pixels")  # loaded again
    encoder = load(Result(meta={"architecture": "like_pixels"}))
    assert [layer.name for layer in encoder.layers] == ["pixels"]
    for taken in ("vit", "vectors", "like_pixels"):
        with pytest.raises(ValueError, match="take another name"):
            base.add_architecture(taken, "elsewhere")
