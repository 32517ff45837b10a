import numpy as np
import pytest
import torch
from timm.models.vision_transformer import VisionTransformer as Reference

from repscope.workers.encoders.vit import VisionTransformer, ViTConfig

TOLERANCE = 1e-5


@pytest.mark.parametrize(
    "config",
    [
        ViTConfig(),
        ViTConfig(image_size=24, patch_size=8, channels=1, width=32, depth=2, heads=4, mlp_ratio=2),
    ],
)
def test_it_equals_timm_with_the_same_weights(config: ViTConfig) -> None:
    ours = VisionTransformer(config)
    ours.reset(torch.Generator().manual_seed(0))
    with torch.no_grad():  # tell norms and biases apart, which start as ones and zeros
        for parameter in ours.parameters():
            parameter += 0.05 * torch.randn(
                parameter.shape, generator=torch.Generator().manual_seed(1)
            )
    reference = Reference(
        img_size=config.image_size,
        patch_size=config.patch_size,
        in_chans=config.channels,
        num_classes=0,
        embed_dim=config.width,
        depth=config.depth,
        num_heads=config.heads,
        mlp_ratio=config.mlp_ratio,
    ).eval()
    reference.load_state_dict(ours.state_dict())  # strict: the keys are timm's
    images = torch.randn(
        3,
        config.channels,
        config.image_size,
        config.image_size,
        generator=torch.Generator().manual_seed(2),
    )
    with torch.inference_mode():
        expected, blocks = reference.forward_intermediates(images, return_prefix_tokens=True)
        layers = dict(ours.walk(images))
        torch.testing.assert_close(ours(images), expected, atol=TOLERANCE, rtol=TOLERANCE)
    for index, (maps, prefix) in enumerate(blocks):
        tokens = torch.cat([prefix, maps.flatten(2).transpose(1, 2)], dim=1)
        torch.testing.assert_close(
            layers[f"blocks.{index}"], tokens, atol=TOLERANCE, rtol=TOLERANCE
        )
    assert [name for name, _ in ours.layers] == list(layers)


def test_its_weights_start_as_timm_starts_them() -> None:
    network = VisionTransformer(ViTConfig())
    network.reset(torch.Generator().manual_seed(0))
    weights = network.state_dict()
    assert weights["blocks.0.attn.qkv.weight"].std().item() == pytest.approx(0.02, rel=0.05)
    assert weights["pos_embed"].std().item() == pytest.approx(0.02, rel=0.05)
    assert not weights["blocks.0.attn.qkv.bias"].any()
    bound = np.sqrt(6 / (3 * 4 * 4 + 96))  # xavier, of the projection as a matrix
    assert weights["patch_embed.proj.weight"].abs().max().item() == pytest.approx(bound, rel=0.02)


def test_another_size_of_image_lies_under_scaled_positions() -> None:
    ours = VisionTransformer(ViTConfig(image_size=32, patch_size=4))
    ours.reset(torch.Generator().manual_seed(0))
    reference = Reference(
        img_size=32,
        patch_size=4,
        num_classes=0,
        embed_dim=96,
        depth=4,
        num_heads=3,
        dynamic_img_size=True,
    ).eval()
    reference.load_state_dict(ours.state_dict())
    images = torch.randn(2, 3, 16, 16, generator=torch.Generator().manual_seed(2))
    with torch.inference_mode():
        expected = reference.forward_features(images)
        torch.testing.assert_close(ours(images), expected, atol=TOLERANCE, rtol=TOLERANCE)


def test_an_image_is_described_by_its_patches_or_by_its_cls_token() -> None:
    tokens = torch.randn(2, 65, 96)
    mean, cls = (VisionTransformer(ViTConfig(pool=pool)) for pool in ("mean", "cls"))
    torch.testing.assert_close(mean.pool(tokens), tokens[:, 1:].mean(dim=1))
    assert torch.equal(cls.pool(tokens), tokens[:, 0])
    assert torch.equal(mean.maps(tokens)[:, :, 1, 2], tokens[:, 1 + 8 + 2])
