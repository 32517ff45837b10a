import numpy as np
import pytest
import torch

from repscope.core.errors import InvalidRecipe
from repscope.workers.encoders.base import Layer, choose_layer, load
from repscope.workers.encoders.readout import WIDEST, Form, flattened
from tests.workers.making import make


def test_tokens_are_read_at_the_cls_token_or_over_the_patches() -> None:
    tokens = torch.randn(2, 1 + 4 + 9, 6)
    form = Form("tokens", prefix=5, cls=True, usual="cls")
    assert form.readouts == ("cls", "mean", "flat")
    assert torch.equal(form.read(tokens), tokens[:, 0])
    torch.testing.assert_close(form.read(tokens, "mean"), tokens[:, 5:].mean(dim=1))
    assert torch.equal(form.read(tokens, "flat"), tokens.flatten(1))


@pytest.mark.parametrize(("kind", "axes"), [("maps", (2, 3)), ("maps_last", (1, 2))])
def test_maps_are_averaged_over_space(kind: str, axes: tuple[int, int]) -> None:
    maps = torch.randn(2, 5, 7, 7)
    form = Form(kind)  # type: ignore[arg-type]
    torch.testing.assert_close(form.read(maps), maps.mean(dim=axes))


def test_hashing_keeps_products_on_average() -> None:
    draw = torch.Generator().manual_seed(0)
    flat = torch.randn(6, 5 * WIDEST, generator=draw)
    hashed = flattened(flat)
    assert hashed.shape == (6, WIDEST)
    before, after = flat @ flat.T / flat.shape[1], hashed @ hashed.T / flat.shape[1]
    # The deviation of a product of unit rows is about 1 / sqrt(4,096) = 0.016.
    assert (before - after).abs().max() < 5 / WIDEST**0.5
    assert torch.equal(hashed, flattened(flat))


def test_a_readout_stands_after_the_name_of_a_layer() -> None:
    layers = [Layer("blocks.0", 8, ("mean", "cls", "flat")), Layer("code", 4)]
    assert choose_layer(layers, None) == "code"
    assert choose_layer(layers, "blocks.0:cls") == "blocks.0:cls"
    with pytest.raises(InvalidRecipe, match="'code' has no readout 'cls'; it has none"):
        choose_layer(layers, "code:cls")
    with pytest.raises(InvalidRecipe, match="no layer 'blocks.1'; it has blocks.0, code"):
        choose_layer(layers, "blocks.1:cls")


def test_an_own_network_is_read_in_each_way() -> None:
    encoder = load(make("encoder", "random"))
    images = np.random.default_rng(0).integers(0, 256, (2, 32, 32, 3), dtype=np.uint8)
    layers = ["blocks.1", "blocks.1:mean", "blocks.1:cls", "blocks.1:flat"]
    found = encoder.encode(images, layers)
    np.testing.assert_array_equal(found["blocks.1"], found["blocks.1:mean"])
    assert not np.allclose(found["blocks.1:cls"], found["blocks.1:mean"])
    assert found["blocks.1:flat"].shape == (2, WIDEST)
