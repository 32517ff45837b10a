import pytest
import torch

from repscope.workers.numerics.inpainting import inpaint
from repscope.workers.reconstruction import masked
from tests.workers.objectives.building import SIZE, batch, objective

PATCHES = (SIZE // 4) ** 2


@pytest.mark.parametrize("norm_pix", [False, True])
def test_it_draws_what_the_authors_functions_draw_given_the_same_noise(norm_pix: bool) -> None:
    mae = objective("mae", patch_size=4, norm_pix=norm_pix).eval()
    images = batch().images
    noise = torch.rand(len(images), PATCHES)
    normal = mae.normalize(images)
    with torch.inference_mode():
        latent, mask, restore = mae.forward_encoder(normal, 0.75, noise)
        guess = mae.forward_decoder(latent, restore)
        if norm_pix:
            patches = mae.patchify(normal)
            guess = guess * (patches.var(-1, keepdim=True) + 1e-6) ** 0.5 + patches.mean(
                -1, keepdim=True
            )
        expected = mae.denormalize(mae.unpatchify(guess))
        drawn = masked.reconstruct(mae, images, mask.bool())
    torch.testing.assert_close(drawn, expected, atol=1e-5, rtol=1e-5)


def test_images_may_hide_different_numbers_of_patches() -> None:
    mae = objective("mae", patch_size=4).eval()
    images = batch(4).images
    hidden = torch.zeros(4, PATCHES, dtype=torch.bool)
    hidden[1, :3], hidden[2], hidden[3, 5:] = True, True, True
    with torch.inference_mode():
        together = masked.reconstruct(mae, images, hidden)
        alone = [masked.reconstruct(mae, images[i : i + 1], hidden[i : i + 1]) for i in range(4)]
    torch.testing.assert_close(together, torch.cat(alone), atol=1e-5, rtol=1e-5)


def test_what_is_hidden_is_not_seen() -> None:
    mae = objective("mae", patch_size=4).eval()
    images = batch(2).images
    hidden = torch.zeros(2, PATCHES, dtype=torch.bool)
    hidden[:, ::2] = True
    other = images.clone()
    gap = masked.pixels(hidden.view(2, SIZE // 4, -1), SIZE)[:, None].expand_as(images)
    other[gap] = torch.rand(int(gap.sum()))
    with torch.inference_mode():
        assert torch.equal(
            masked.reconstruct(mae, images, hidden), masked.reconstruct(mae, other, hidden)
        )


def test_gaps_filled_for_looking_are_those_filled_exactly() -> None:
    images = batch().images
    grid = torch.rand(len(images), 4, 4) < 0.6
    exact = inpaint(images.double(), masked.pixels(grid, SIZE)[:, None], 1e-8)
    filled = masked.fill(images, grid)
    torch.testing.assert_close(filled, exact.float(), atol=0.004, rtol=0.0)
