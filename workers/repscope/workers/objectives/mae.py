"""The masked autoencoder (He et al., 2022, "Masked Autoencoders Are Scalable Vision Learners")."""

from typing import Any

import torch
from pydantic import Field
from torch import Tensor, nn

from repscope.workers.encoders.backbones import ViTName
from repscope.workers.encoders.vit import Block, ViTConfig, sincos_positions
from repscope.workers.objectives.base import (
    Batch,
    DataFacts,
    Objective,
    ObjectiveParams,
    Samples,
    Terms,
    register,
)
from repscope.workers.training.augment import Augmentation
from repscope.workers.training.params import Flip, LearningRate, SmallestCrop


class Params(ObjectiveParams):
    """What is hidden, and how it is guessed."""

    mask_ratio: float = Field(
        0.75, ge=0.05, le=0.95, description="share of the patches that the encoder does not see"
    )
    norm_pix: bool = Field(
        False,
        title="Normalized patches",
        description="guess each patch less its mean and divided by its deviation: better "
        "features, paler pictures",
    )
    decoder_width: int = Field(
        64, ge=32, le=1024, multiple_of=32, description="numbers per token in the decoder"
    )
    decoder_depth: int = Field(2, ge=1, le=12, description="blocks of the decoder")
    crop: SmallestCrop = 0.4
    flip: Flip = True
    backbone: ViTName = Field(
        "vit_micro",
        description="the encoder, a Vision Transformer: 4 x 96, 12 x 192, 12 x 384 or 12 x 768 "
        "(blocks x width)",
    )
    learning_rate: LearningRate = 2e-3


@register(
    "mae",
    Params,
    version=2,
    title="Masked autoencoder",
    citation="K. He, X. Chen, S. Xie, Y. Li, P. Dollar and R. Girshick, Masked Autoencoders Are "
    "Scalable Vision Learners, CVPR 2022.",
    cost=0.27,
    own_cost=2.0e-3,
)
class MaskedAutoencoder(Objective):
    """Hide most of the image and guess it from the rest.

    The image is cut into patches and most of them are thrown away. The encoder sees the few that
    are left, so it is cheap to train; a small decoder gets what the encoder made of them, a mask
    token in each gap, and guesses the pixels. Images are redundant: with few patches hidden, the
    gaps can be filled in from their borders, and only when most is hidden must the encoder know
    what things look like. Afterwards the encoder works alone; the decoder is kept to look at what
    it draws.

    Judge it by a linear probe, or by fine-tuning, rather than by neighbors: it is not asked to put
    like images near each other.
    """

    betas = (0.9, 0.95)

    def __init__(self, backbone: Any, params: Params, data: DataFacts) -> None:
        """Add the decoder; positions are fixed sines and cosines in both."""
        super().__init__(backbone, params, data)
        config, width = backbone.config, params.decoder_width
        side = config.image_size // config.patch_size
        self.patch_size = config.patch_size
        backbone.pos_embed.data = sincos_positions(config.width, side)
        backbone.pos_embed.requires_grad = False
        self.decoder = Decoder(config, width, params.decoder_depth)
        self.augmentation = Augmentation(crop=(params.crop, 1.0), flip=0.5 * params.flip)

    def loss(self, batch: Batch) -> Terms:
        """Return the mean squared error on hidden patches."""
        images = self.view(batch.images, self.augmentation)
        latent, mask, ids_restore = self.forward_encoder(images, self.params.mask_ratio)
        predicted = self.forward_decoder(latent, ids_restore)
        return {"loss": self.forward_loss(images, predicted, mask)}

    def patchify(self, images: Tensor) -> Tensor:  # (batch, channels, height, width)
        """Cut images into patches, (batch, patches, patch_size**2 * channels)."""
        p = self.patch_size
        patches = images.unfold(2, p, p).unfold(3, p, p)  # (batch, channels, rows, columns, p, p)
        return patches.permute(0, 2, 3, 4, 5, 1).flatten(3).flatten(1, 2)

    def unpatchify(self, patches: Tensor) -> Tensor:
        """Put patches together again, (batch, channels, height, width)."""
        p, (batch, count, _) = self.patch_size, patches.shape
        side = round(count**0.5)
        grid = patches.view(batch, side, side, p, p, -1).permute(0, 5, 1, 3, 2, 4)
        return grid.reshape(batch, -1, side * p, side * p)

    def random_masking(
        self, patches: Tensor, mask_ratio: float, noise: Tensor | None = None
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Keep a random part of the patches of each image: those with the least noise.

        Args:
            patches: (batch, patches, numbers).
            mask_ratio: Share to hide.
            noise: (batch, patches), by default drawn evenly; give it to choose what is hidden.

        Returns:
            ids of the kept patches (batch, kept), the mask (batch, patches) with 1 for hidden, and
            where each patch went in the shuffle (batch, patches).
        """
        batch, count, _ = patches.shape
        kept = max(1, int(count * (1 - mask_ratio)))
        if noise is None:
            noise = torch.rand(batch, count, device=patches.device)
        ids_shuffle = noise.argsort(dim=1)  # the least noise first
        ids_restore = ids_shuffle.argsort(dim=1)
        mask = (ids_restore >= kept).float()
        return ids_shuffle[:, :kept], mask, ids_restore

    def forward_encoder(
        self, images: Tensor, mask_ratio: float, noise: Tensor | None = None
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Encode the visible patches only.

        Returns:
            latent (batch, 1 + visible, dim), mask (batch, patches) and ids_restore likewise.
        """
        patches = self.patchify(images)
        ids_keep, mask, ids_restore = self.random_masking(patches, mask_ratio, noise)
        return self.encode_visible(patches, ids_keep), mask, ids_restore

    def encode_visible(self, patches: Tensor, ids_keep: Tensor) -> Tensor:
        """Encode the patches that are kept, (batch, 1 + visible, dim).

        Args:
            patches: (batch, patches, patch_size**2 * channels), normalized.
            ids_keep: (batch, visible), which.
        """
        vit, batch = self.backbone, len(patches)
        # Hidden patches are dropped before they are embedded: what is not seen costs nothing.
        visible = patches.gather(1, _wide(ids_keep, patches.shape[2]))
        weight = vit.patch_embed.proj.weight  # (dim, channels, p, p)
        weight = weight.permute(0, 2, 3, 1).flatten(1)  # (dim, p * p * channels)
        tokens = nn.functional.linear(visible, weight, vit.patch_embed.proj.bias)
        places = vit.pos_embed[:, 1:].expand(batch, -1, -1)
        tokens = tokens + places.gather(1, _wide(ids_keep, places.shape[2]))
        cls = (vit.cls_token + vit.pos_embed[:, :1]).expand(batch, -1, -1)
        latent = torch.cat([cls, tokens], dim=1)  # (batch, 1 + visible, dim)
        for block in vit.blocks:
            latent = block(latent)
        return vit.norm(latent)

    def forward_decoder(self, latent: Tensor, ids_restore: Tensor) -> Tensor:
        """Guess all patches, (batch, patches, patch_size**2 * channels)."""
        return self.decoder(latent, ids_restore)

    def forward_loss(self, images: Tensor, predicted: Tensor, mask: Tensor) -> Tensor:
        """Return the mean squared error, over hidden patches alone."""
        error = (predicted.float() - self.target(images)).square().mean(dim=2)  # (batch, patches)
        return (error * mask).sum() / mask.sum()

    def target(self, images: Tensor) -> Tensor:
        """Return what is to be guessed: the patches, normalized each by itself if so chosen."""
        patches = self.patchify(images)
        if not self.params.norm_pix:
            return patches
        mean, deviation = _statistics(patches)
        return (patches - mean) / deviation

    def as_pixels(self, predicted: Tensor, images: Tensor) -> Tensor:
        """Return guesses as patches of pixels, (batch, patches, patch_size**2 * channels).

        Where patches are normalized each by itself, mean and deviation come from the true patch:
        only its pattern is guessed.

        Args:
            predicted: As `forward_decoder` returns it.
            images: (batch, channels, height, width), whole and normalized.
        """
        predicted = predicted.float()
        if not self.params.norm_pix:
            return predicted
        mean, deviation = _statistics(self.patchify(images))
        return predicted * deviation + mean

    def samples(self, batch: Batch) -> Samples:
        """Return images, what the encoder sees of them, and the whole with the gaps filled in."""
        images = self.normalize(batch.images)
        latent, mask, ids_restore = self.forward_encoder(images, self.params.mask_ratio)
        predicted = self.as_pixels(self.forward_decoder(latent, ids_restore), images)
        patches = self.patchify(images)
        hidden = mask[:, :, None]
        output = self.denormalize(self.unpatchify(torch.lerp(patches, predicted, hidden)))
        shown = self.unpatchify(hidden.expand_as(patches))
        error = (output - batch.images).square().sum(dim=(1, 2, 3)) / shown.sum(dim=(1, 2, 3))
        masked = torch.where(shown.bool(), 0.5, batch.images)
        panels = {"input": batch.images, "masked": masked, "output": output}
        return Samples(panels, {"error": error.tolist()})


class Decoder(nn.Module):
    """A small Vision Transformer from tokens of visible patches to the pixels of all."""

    pos_embed: Tensor

    def __init__(self, encoder: ViTConfig, width: int, depth: int) -> None:
        """Create the layers and draw their weights as the encoder's are drawn."""
        super().__init__()
        side = encoder.image_size // encoder.patch_size
        self.embed = nn.Linear(encoder.width, width)
        self.mask_token = nn.Parameter(torch.zeros(1, 1, width))
        self.register_buffer("pos_embed", sincos_positions(width, side), persistent=False)
        config = ViTConfig(width=width, heads=width // 32)
        self.blocks = nn.ModuleList(Block(config) for _ in range(depth))
        self.norm = nn.LayerNorm(width, eps=1e-6)
        self.pred = nn.Linear(width, encoder.patch_size**2 * encoder.channels)
        nn.init.normal_(self.mask_token, std=0.02)
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.xavier_uniform_(module.weight)
                nn.init.zeros_(module.bias)

    def forward(self, latent: Tensor, ids_restore: Tensor) -> Tensor:
        """Return (batch, patches, patch_size**2 * channels)."""
        tokens = self.embed(latent)  # (batch, 1 + visible, width)
        batch, count = ids_restore.shape
        gaps = self.mask_token.to(tokens.dtype).expand(batch, count + 1 - tokens.shape[1], -1)
        patches = torch.cat([tokens[:, 1:], gaps], dim=1)  # (batch, patches, width), shuffled
        patches = patches.gather(1, _wide(ids_restore, patches.shape[2]))
        tokens = torch.cat([tokens[:, :1], patches], dim=1) + self.pos_embed
        for block in self.blocks:
            tokens = block(tokens)
        return self.pred(self.norm(tokens)[:, 1:])


def _statistics(patches: Tensor) -> tuple[Tensor, Tensor]:
    """Return mean and deviation of each patch, (batch, patches, 1)."""
    variance = patches.var(dim=2, keepdim=True)
    return patches.mean(dim=2, keepdim=True), (variance + 1e-6).sqrt()


def _wide(ids: Tensor, width: int) -> Tensor:
    """Repeat ids of tokens for each of their numbers, as `gather` wants them."""
    return ids[:, :, None].expand(-1, -1, width)
