"""Random alterations of whole batches on their device, each image by a draw of its own."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from repscope.workers.training import color


@dataclass(frozen=True)
class Augmentation:
    """A recipe for altered versions of images; each part by default does nothing.

    Attributes:
        crop: Smallest and largest share of the image's area that is shown.
        ratio: Narrowest and widest form of the crop, width by height.
        size: Side of the result in pixels; by default that of the image.
        flip: Probability of mirroring left and right.
        jitter: Probability of changed brightness, contrast, saturation and hue.
        strength: How far each of those four changes at most, as torchvision's `ColorJitter`.
        gray: Probability of losing the color.
        blur: Probability of blurring.
        sigma: Least and greatest deviation of the blur in pixels, whatever the image's size: what
            is cut off is a tenth of the side wide (Chen et al., 2020, appendix A), 23 pixels of 224
            and 3 of 32. Of small images little is left, so trainings on them do without; SimCLR
            does on CIFAR-10 (appendix B.9).
        solarize: Probability of inverting what is bright.
    """

    crop: tuple[float, float] = (1.0, 1.0)
    ratio: tuple[float, float] = (3 / 4, 4 / 3)
    size: int | None = None
    flip: float = 0.0
    jitter: float = 0.0
    strength: tuple[float, float, float, float] = (0.4, 0.4, 0.4, 0.1)
    gray: float = 0.0
    blur: float = 0.0
    sigma: tuple[float, float] = (0.1, 2.0)
    solarize: float = 0.0

    def __call__(self, images: Tensor) -> Tensor:
        """Alter images.

        Args:
            images: (batch, channels, height, width) between 0 and 1; gray ones keep their hue.

        Returns:
            (batch, channels, size, size), or of the size of the images.
        """
        size = (self.size, self.size) if self.size else tuple(images.shape[2:])
        if self.flip > 0.0 or self.crop[0] < 1.0 or size != images.shape[2:]:
            boxes = random_boxes(images, self.crop, self.ratio)
            images = crop_resize(images, boxes, _chance(images, self.flip), size)
        if self.jitter > 0.0:
            images = color.jitter(images, _chance(images, self.jitter), self.strength)
        if self.gray > 0.0 and images.shape[1] == 3:
            images = _where(_chance(images, self.gray), color.grayscale(images), images)
        if self.blur > 0.0:
            low, high = self.sigma
            sigma = low + (high - low) * torch.rand(len(images), device=images.device)
            blurred = color.blur(images, sigma, radius=max(1, images.shape[3] // 20))
            images = _where(_chance(images, self.blur), blurred, images)
        if self.solarize > 0.0:
            images = _where(_chance(images, self.solarize), color.solarize(images), images)
        return images


def random_boxes(images: Tensor, crop: tuple[float, float], ratio: tuple[float, float]) -> Tensor:
    """Draw a box for each image, of random area, form and place (Szegedy et al., 2015).

    Returns:
        (batch, 4) float32: left, top, width, height in whole pixels.
    """
    count, (height, width) = len(images), images.shape[2:]
    if crop == (1.0, 1.0):
        return torch.tensor([0.0, 0.0, width, height], device=images.device).expand(count, 4)
    area, form, across, down = torch.rand(4, count, device=images.device)
    area = height * width * (crop[0] + (crop[1] - crop[0]) * area)
    low, high = torch.tensor(ratio).log().tolist()
    form = (low + (high - low) * form).exp()
    wide = (area * form).sqrt().round().clamp(1, width)
    tall = (area / form).sqrt().round().clamp(1, height)
    left = (across * (width - wide + 1)).floor().clamp(max=width - wide)
    top = (down * (height - tall + 1)).floor().clamp(max=height - tall)
    return torch.stack([left, top, wide, tall], dim=1)


def crop_resize(images: Tensor, boxes: Tensor, flipped: Tensor, size: tuple[int, ...]) -> Tensor:
    """Cut a box out of each image and scale it, as torchvision's `resized_crop` (bilinear).

    Args:
        images: (batch, channels, height, width).
        boxes: (batch, 4): left, top, width, height in pixels.
        flipped: (batch,) whether to mirror the result.
        size: Height and width of the result.
    """
    left, top, wide, tall = (boxes[:, i, None] for i in range(4))
    x = _places(size[1], left, wide)  # (batch, out width), in pixels of the image
    x = torch.where(flipped[:, None], x.flip(1), x)
    y = _places(size[0], top, tall)
    height, width = images.shape[2:]
    x, y = (2 * x + 1) / width - 1, (2 * y + 1) / height - 1  # -1 and 1 are the outer edges
    grid = torch.stack(torch.broadcast_tensors(x[:, None, :], y[:, :, None]), dim=3)
    return functional.grid_sample(images, grid, padding_mode="border", align_corners=False)


def _places(size: int, start: Tensor, length: Tensor) -> Tensor:
    """Return where the pixels of a side are read, clamped so that none looks out of its box."""
    steps = torch.arange(size, device=start.device) + 0.5
    inside = (steps * length / size - 0.5).clamp(min=0.0)
    return start + torch.minimum(inside, length - 1)


def _chance(images: Tensor, probability: float) -> Tensor:
    return torch.rand(len(images), device=images.device) < probability


def _where(chosen: Tensor, altered: Tensor, images: Tensor) -> Tensor:
    return torch.where(chosen[:, None, None, None], altered, images)
