"""Against the authors' formulas, written here from the paper and their description."""

import pytest
import torch

from repscope.workers.encoders.vit import sincos_positions
from tests.workers.objectives.building import SIZE, batch, objective


@pytest.mark.parametrize("channels", [1, 3])
def test_patches_are_cut_as_the_paper_cuts_them(channels: int) -> None:
    mae = objective("mae", channels, patch_size=4)
    images = batch(channels=channels).images
    side = SIZE // 4
    x = images.reshape(len(images), channels, side, 4, side, 4)
    expected = torch.einsum("nchpwq->nhwpqc", x).reshape(len(images), side**2, 16 * channels)
    assert torch.equal(mae.patchify(images), expected)
    assert torch.equal(mae.unpatchify(mae.patchify(images)), images)


@pytest.mark.parametrize("ratio", [0.25, 0.5, 0.75, 0.9])
def test_masking_keeps_the_patches_of_least_noise(ratio: float) -> None:
    mae = objective("mae", patch_size=4)
    patches = torch.rand(3, 16, 48)
    noise = torch.rand(3, 16)
    kept, mask, restore = mae.random_masking(patches, ratio, noise)
    for row in range(3):
        least = sorted(range(16), key=lambda patch: noise[row, patch].item())  # noqa: B023
        assert kept[row].tolist() == least[: int(16 * (1 - ratio))]
        assert mask[row].nonzero().flatten().tolist() == sorted(least[len(kept[row]) :])
        assert [least[place] for place in restore[row].tolist()] == list(range(16))


def test_encoding_what_is_visible_is_encoding_all_and_dropping_before_the_blocks() -> None:
    mae = objective("mae", patch_size=4)
    images = batch().images
    noise = torch.rand(6, 16)
    latent, mask, _ = mae.forward_encoder(images, 0.75, noise)
    vit = mae.backbone
    tokens = vit.patch_embed(images) + vit.pos_embed[:, 1:]
    kept = noise.argsort(dim=1)[:, :4]
    tokens = torch.stack([each[ids] for each, ids in zip(tokens, kept, strict=True)])
    cls = (vit.cls_token + vit.pos_embed[:, :1]).expand(6, -1, -1)
    tokens = torch.cat([cls, tokens], dim=1)
    for block in vit.blocks:
        tokens = block(tokens)
    torch.testing.assert_close(latent, vit.norm(tokens), atol=1e-5, rtol=1e-5)
    assert mask.sum().item() == 6 * 12


def test_with_nothing_hidden_the_encoder_is_the_whole_network() -> None:
    mae = objective("mae", patch_size=4)
    images = batch().images
    latent, _, _ = mae.forward_encoder(images, 0.0, torch.arange(16.0).expand(6, -1))
    torch.testing.assert_close(latent, mae.backbone(images), atol=1e-5, rtol=1e-5)


def test_each_gap_gets_the_mask_token_at_its_own_place() -> None:
    mae = objective("mae", patch_size=4, decoder_depth=1)
    decoder = mae.decoder
    _, mask, restore = mae.forward_encoder(batch().images, 0.75)
    decoder.blocks = torch.nn.ModuleList()
    decoder.norm, decoder.pred = torch.nn.Identity(), torch.nn.Identity()
    out = decoder(torch.zeros(6, 5, 96), restore) - decoder.pos_embed[:, 1:]
    bias, token = decoder.embed.bias, decoder.mask_token[0]
    expected = torch.where(mask[:, :, None].bool(), token, bias)
    torch.testing.assert_close(out, expected, atol=1e-6, rtol=1e-6)


@pytest.mark.parametrize("norm_pix", [False, True])
def test_the_loss_is_of_hidden_patches_alone(norm_pix: bool) -> None:
    mae = objective("mae", patch_size=4, norm_pix=norm_pix)
    images, predicted = batch().images, torch.randn(6, 16, 48)
    mask = (torch.rand(6, 16) < 0.75).float()
    total, count = 0.0, 0
    for i in range(6):
        for j in range(16):
            if mask[i, j]:
                y, x = 4 * (j // 4), 4 * (j % 4)
                target = images[i, :, y : y + 4, x : x + 4].permute(1, 2, 0).flatten()
                if norm_pix:
                    target = (target - target.mean()) / (target.var() + 1e-6) ** 0.5
                total += ((predicted[i, j] - target) ** 2).mean().item()
                count += 1
    loss = mae.forward_loss(images, predicted, mask).item()
    assert loss == pytest.approx(total / count, rel=1e-5)


def test_positions_are_sines_and_cosines_of_column_and_row() -> None:
    positions = sincos_positions(16, 3)[0]
    assert not positions[0].any()
    omega = 1.0 / 10_000 ** (torch.arange(4.0) / 4.0)
    for row in range(3):
        for column in range(3):
            expected = [f(place * omega) for place in (column, row) for f in (torch.sin, torch.cos)]
            torch.testing.assert_close(positions[1 + 3 * row + column], torch.cat(expected))


def test_positions_are_not_trained_and_the_output_fills_only_gaps() -> None:
    mae = objective("mae", patch_size=4)
    assert not mae.backbone.pos_embed.requires_grad
    samples = mae.samples(batch())
    hidden = samples.panels["masked"] == 0.5
    unchanged = torch.isclose(samples.panels["output"], samples.panels["input"], atol=1e-6)
    assert (unchanged | hidden).all()
    assert len(samples.values["error"]) == 6
