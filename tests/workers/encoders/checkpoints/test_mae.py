"""The whole masked autoencoder draws what the authors' network draws."""

from typing import Any

import numpy as np
import pytest
import torch
from torch.nn import functional

from repscope.core.errors import InvalidRecipe
from repscope.workers.encoders.base import load as load_encoder
from repscope.workers.reconstruction.published import load
from repscope.workers.result import Result
from tests.workers.encoders.checkpoints.official import (
    GRID,
    HEADS,
    PATCH,
    SIDE,
    Weights,
    brought,
    drawn,
    images,
    mae_decoder,
    prepared,
    run_mae,
    run_vit,
    same,
    under,
    vit,
)
from tests.workers.making import make

WHOLE = vit() | mae_decoder()
#: Visible patches of three images.
KEPT = torch.tensor([[0, 3, 5, 15], [1, 2, 9, 10], [4, 6, 7, 8]])


def lightly() -> Weights:
    """As lightly's parts name them."""
    decoder = under("decoder.", mae_decoder())
    return under("backbone.vit.", vit()) | drawn(**{"backbone.mask_token": (1, 1, 32)}) | decoder


def restoring(kept: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    hidden = torch.ones(len(kept), GRID**2).scatter(1, kept, 0.0)
    shuffle = hidden.argsort(dim=1, stable=True)
    return shuffle[:, : kept.shape[1]], shuffle.argsort(dim=1)


@pytest.mark.parametrize("held", [WHOLE, under("module.", WHOLE), lightly()])
def test_guesses_of_hidden_patches(held: Weights) -> None:
    artifact = brought(held, heads=HEADS)
    given = prepared(artifact, images())
    mae = load(artifact, "cpu")
    kept, restore = restoring(KEPT)
    with torch.inference_mode():
        guessed = mae.forward_decoder(mae.encode_visible(mae.patchify(given), kept), restore)
    expected = run_mae(WHOLE, given, KEPT)
    torch.testing.assert_close(guessed, expected, atol=1e-5, rtol=1e-5)
    same(artifact, "output", run_vit(WHOLE, given)[:, 0], images())


@pytest.mark.parametrize("norm_pix", [False, True])
def test_the_masking_lens_shows_them(norm_pix: bool) -> None:
    artifact = brought(WHOLE, heads=HEADS, norm_pix=norm_pix)
    dataset = Result({"images": images()}, {"count": 3})
    painted = [[p for p in range(GRID**2) if p not in kept] for kept in KEPT.tolist()]
    params: dict[str, Any] = {"rows": [0, 1, 2], "mask": "painted", "painted": painted}
    found = make("live", "reconstruct", params, dataset=dataset, encoder=artifact)
    given = prepared(artifact, images())
    patches = functional.unfold(given, PATCH, stride=PATCH).transpose(1, 2)
    patches = patches.unflatten(2, (3, PATCH**2)).transpose(2, 3).flatten(2)
    guessed = run_mae(WHOLE, given, KEPT)
    if norm_pix:
        deviation = (patches.var(dim=2, keepdim=True) + 1e-6).sqrt()
        guessed = guessed * deviation + patches.mean(dim=2, keepdim=True)
    maps = guessed.unflatten(2, (PATCH**2, 3)).transpose(2, 3).flatten(2).transpose(1, 2)
    whole = functional.fold(maps, SIDE, PATCH, stride=PATCH)
    mean, std = (
        torch.tensor(artifact.meta["preprocess"][k])[:, None, None] for k in ("mean", "std")
    )
    pixels = ((whole * std + mean).clamp(0, 1) * 255).permute(0, 2, 3, 1)
    np.testing.assert_allclose(found.array("output"), pixels.detach().numpy(), atol=0.51)
    assert found.meta["normalized"] is norm_pix


def test_one_that_was_trained_here_comes_back_with_its_decoder() -> None:
    known = make("encoder", "zoo", {"name": "mae_digits"})
    own = known.meta["preprocess"]
    artifact = brought(
        known.file("weights.safetensors").read_bytes(),
        mean=list(own["mean"]),
        std=list(own["std"]),
    )
    digits = make("dataset", "digits")
    drawn = [
        make("live", "reconstruct", {"rows": [1, 7]}, dataset=digits, encoder=each)
        for each in (known, artifact)
    ]
    np.testing.assert_allclose(
        drawn[0].array("output").astype(int), drawn[1].array("output").astype(int), atol=1
    )


def test_it_draws_larger_images() -> None:
    artifact = brought(WHOLE, heads=HEADS, image_size=2 * SIDE)
    dataset = Result({"images": images(2 * SIDE)}, {"count": 3})
    found = make("live", "reconstruct", {"rows": [0]}, dataset=dataset, encoder=artifact)
    assert found.array("output").shape == (1, 2 * SIDE, 2 * SIDE, 3)
    assert load_encoder(artifact).layers[-1].width == 32


def test_a_decoder_that_does_not_fit_is_refused() -> None:
    wrong = WHOLE | {"decoder_pred.weight": torch.ones(10, 64)}
    with pytest.raises(InvalidRecipe, match="'decoder_pred.weight' is 10 x 64 instead of 192 x 64"):
        brought(wrong, heads=HEADS)
