"""The variational autoencoder (Kingma and Welling, 2014) with beta (Higgins et al., 2017)."""

from typing import Any

import torch
from pydantic import Field
from torch import Tensor, nn

from repscope.workers.encoders.backbones import BackboneName
from repscope.workers.encoders.network import CodedNetwork
from repscope.workers.objectives.base import (
    Batch,
    DataFacts,
    Objective,
    ObjectiveParams,
    Samples,
    Terms,
    register,
)
from repscope.workers.objectives.picture import PictureDecoder, compared
from repscope.workers.training.augment import Augmentation
from repscope.workers.training.params import Flip, SmallestCrop


class Params(ObjectiveParams):
    """How many latent variables there are, and how dear they are."""

    code: int = Field(16, ge=1, le=1024, description="latent variables")
    beta: float = Field(
        1.0,
        ge=0.0,
        le=1000.0,
        description="price of what the latents say, against the error of the picture; above 1 "
        "fewer of them speak, each more on its own",
    )
    crop: SmallestCrop = 1.0
    flip: Flip = False
    backbone: BackboneName = Field("cnn", description="the network in front of the latents")


@register(
    "vae",
    Params,
    version=2,
    title="Variational autoencoder",
    citation="D. Kingma and M. Welling, Auto-Encoding Variational Bayes, ICLR 2014; beta: "
    "I. Higgins et al., beta-VAE: Learning Basic Visual Concepts with a Constrained Variational "
    "Framework, ICLR 2017.",
    cost=1.0,
    own_cost=1.8e-3,
)
class VariationalAutoencoder(Objective):
    """Describe an image by a few uncertain numbers, and draw it from a sample of them.

    For each latent variable the encoder says a mean and a variance; the decoder draws the image
    from a random draw. What the latents say costs: the further their distribution is from a
    standard normal one, the more. So latents that help little fall silent, the others use their
    range sparingly, and the space between the codes of images is filled: one can walk through it,
    and draw new images from it. A larger beta makes latents dearer; single ones then tend to stand
    for single factors, and pictures get blurred.

    The encoder is the mean, its last layer.
    """

    def __init__(self, backbone: Any, params: Params, data: DataFacts) -> None:
        """Put the mean on top of the backbone, and log variance and decoder beside it."""
        super().__init__(CodedNetwork(backbone, params.code), params, data)
        mean = self.backbone.code
        self.log_variance = nn.Linear(mean.in_features, params.code)
        nn.init.zeros_(self.log_variance.weight)  # begin with a variance of 1
        nn.init.zeros_(self.log_variance.bias)
        self.decoder = PictureDecoder(params.code, data.image_size, data.channels)
        self.augmentation = Augmentation(crop=(params.crop, 1.0), flip=0.5 * params.flip)

    def loss(self, batch: Batch) -> Terms:
        """Return the negative evidence lower bound per image, with beta."""
        reconstruction, kl = self.terms(self.view(batch.images, self.augmentation))
        loss = (reconstruction + self.params.beta * kl).mean()
        return {"loss": loss, "reconstruction": reconstruction.mean(), "kl": kl.mean()}

    def terms(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Return the two parts of the bound of each image: of the picture, and of the latents.

        Args:
            images: (batch, channels, height, width), normalized.
        """
        mu, log_variance = self.encode(images)  # each (batch, code)
        z = mu + (0.5 * log_variance).exp() * torch.randn_like(mu)  # the reparametrization trick
        # -log p(x | z) of a normal distribution with variance 1, but for a constant.
        reconstruction = 0.5 * (self.decode(z).float() - images).square().flatten(1).sum(dim=1)
        return reconstruction, divergence_from_normal(mu, log_variance)  # each (batch,)

    def encode(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Return mean and log variance of the latents, each (batch, code)."""
        activations = self.backbone.backbone(images)
        grid = self.backbone.backbone.maps(activations).flatten(1)
        return self.backbone.encode(activations).float(), self.log_variance(grid).float()

    def decode(self, z: Tensor) -> Tensor:  # (batch, code)
        """Return images, (batch, channels, height, width), normalized."""
        return self.decoder(z)

    def samples(self, batch: Batch) -> Samples:
        """Return images, twice, and what the decoder draws from their means."""
        mu, _ = self.encode(self.normalize(batch.images))
        return compared(batch, batch.images, self.denormalize(self.decode(mu).float()))


def divergence_from_normal(mu: Tensor, log_variance: Tensor) -> Tensor:
    """Return KL(N(mu, variance) || N(0, 1)) of each image, (batch,) (appendix B)."""
    return 0.5 * (mu.square() + log_variance.exp() - 1.0 - log_variance).sum(dim=1)
