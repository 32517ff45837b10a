"""The autoencoder with a bottleneck (Hinton and Salakhutdinov, 2006), denoising if so chosen."""

from typing import Any

import torch
from pydantic import Field
from torch import Tensor
from torch.nn import functional

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
    """How narrow the bottleneck is, and what is put in the way."""

    code: int = Field(32, ge=1, le=1024, description="numbers in the bottleneck")
    noise: float = Field(
        0.0,
        ge=0.0,
        le=2.0,
        description="deviation of noise that is to be removed, in deviations of the pixels; above "
        "0 it is a denoising autoencoder",
    )
    crop: SmallestCrop = 1.0
    flip: Flip = False
    backbone: BackboneName = Field("cnn", description="the network in front of the bottleneck")


@register(
    "autoencoder",
    Params,
    version=2,
    title="Autoencoder",
    citation="G. Hinton and R. Salakhutdinov, Reducing the Dimensionality of Data with Neural "
    "Networks, Science 2006; with noise: P. Vincent et al., Extracting and Composing Robust "
    "Features with Denoising Autoencoders, ICML 2008.",
    cost=1.0,
    own_cost=1.8e-3,
)
class Autoencoder(Objective):
    """Squeeze an image through a few numbers and draw it again from them.

    The encoder makes a short code of the image, the decoder an image of the code, and both learn to
    make the two images equal. Were encoder and decoder linear, the code would be the principal
    components. What the code keeps is what saves most squared error: large, smooth and frequent
    things, whether or not they mean anything.

    With noise, the encoder is given a spoiled image and the decoder must draw the clean one: it
    learns the way back to where images lie. The code is the encoder's last layer.
    """

    def __init__(self, backbone: Any, params: Params, data: DataFacts) -> None:
        """Put the code on top of the backbone, and the decoder behind it."""
        super().__init__(CodedNetwork(backbone, params.code), params, data)
        self.decoder = PictureDecoder(params.code, data.image_size, data.channels)
        self.augmentation = Augmentation(crop=(params.crop, 1.0), flip=0.5 * params.flip)

    def loss(self, batch: Batch) -> Terms:
        """Return the mean squared error of the pixels, min ||x - D(E(x + noise))||^2."""
        images = self.view(batch.images, self.augmentation)
        code = self.encode(self.spoil(images))  # (batch, code)
        return {"loss": functional.mse_loss(self.decode(code).float(), images)}

    def spoil(self, images: Tensor) -> Tensor:
        """Add noise."""
        if self.params.noise == 0.0:
            return images
        return images + self.params.noise * torch.randn_like(images)

    def encode(self, images: Tensor) -> Tensor:  # (batch, channels, height, width)
        """Return the code, (batch, code)."""
        return self.backbone(images)

    def decode(self, code: Tensor) -> Tensor:  # (batch, code)
        """Return images, (batch, channels, height, width), normalized."""
        return self.decoder(code)

    def samples(self, batch: Batch) -> Samples:
        """Return images, what the encoder is given, and what the decoder draws."""
        spoiled = self.spoil(self.normalize(batch.images))
        output = self.denormalize(self.decode(self.encode(spoiled)).float())
        return compared(batch, self.denormalize(spoiled), output)
