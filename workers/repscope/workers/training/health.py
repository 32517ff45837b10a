"""Whether a representation is alive: spread, rank, alignment, uniformity, and what it means.

A joint embedding can make its loss small by describing all images alike. Its collapse is either
`constant`, one point for all, or `dimensional`, a few directions out of many (Jing et al., 2022).
"""

import math
from dataclasses import asdict, dataclass
from typing import Any, Literal

import torch
from torch import Tensor
from torch.nn import functional

#: Below this share of 1 / sqrt(d) the features are one point.
CONSTANT_BELOW = 0.1
#: Below this effective rank, or this share of the largest possible one, they are but a few lines.
FEW_DIMENSIONS, FEW_OF_ALL = 2.0, 0.02


@dataclass(frozen=True)
class Health:
    """What a representation looks like at one moment.

    Attributes:
        std: Mean deviation of the normalized features, over their dimensions.
        std_reference: What it is where they fill the sphere evenly, 1 / sqrt(d).
        effective_rank: Dimensions that are used.
        dimensions: Dimensions that there are.
        images: Number of images it was measured on; the rank is at most that.
        alignment: Mean squared distance of two views of an image; 0 is best.
        uniformity: Log of the mean Gaussian potential of pairs; -4 is spread evenly.
        alarm: The kind of collapse, if there is one.
        words: What all that means, for people.
    """

    std: float
    std_reference: float
    effective_rank: float
    dimensions: int
    images: int
    alignment: float
    uniformity: float
    alarm: Literal["constant", "dimensional"] | None
    words: str

    def as_json(self) -> dict[str, Any]:
        """Write for events and `meta`."""
        return asdict(self)


def diagnose(features: Tensor, first: Tensor, second: Tensor) -> Health:
    """Measure a representation and say what is to be thought of it.

    Args:
        features: (images, d) of images as they are.
        first: (pairs, d) of one altered view of some images.
        second: (pairs, d) of another view of each.
    """
    count, width = features.shape
    spread, rank = deviation(features), effective_rank(features)
    reference = 1.0 / math.sqrt(width)
    alarm, words = _verdict(spread / reference, rank, min(count - 1, width))
    return Health(
        std=spread,
        std_reference=reference,
        effective_rank=rank,
        dimensions=width,
        images=count,
        alignment=alignment(first, second),
        uniformity=uniformity(features),
        alarm=alarm,
        words=words,
    )


def deviation(features: Tensor) -> float:
    """Return the mean deviation of normalized features (Chen and He, 2021, section 4.1).

    It is 0 where all images are described alike and 1 / sqrt(d) where the features fill the
    sphere evenly.
    """
    return float(functional.normalize(features).std(dim=0, correction=0).mean())


def effective_rank(features: Tensor) -> float:
    """Return the exponential of the entropy of singular values (Roy and Vetterli, 2007).

    The features are centered first, and their singular values taken as shares of their sum. It
    grows with the number of images, so compare it within one run only; and a high rank is not
    quality: noise has the highest.
    """
    values = torch.linalg.svdvals((features - features.mean(dim=0)).double())
    total = values.sum()
    if total <= 1e-12:
        return 1.0
    shares = values / total
    return float(torch.special.entr(shares).sum().exp())


def alignment(first: Tensor, second: Tensor) -> float:
    """Return the mean squared distance of normalized views of an image (Wang and Isola, 2020)."""
    first, second = functional.normalize(first), functional.normalize(second)
    return float((first - second).square().sum(dim=1).mean())


def uniformity(features: Tensor) -> float:
    """Return log E[exp(-2 |x - y|^2)] over pairs of normalized features (Wang and Isola, 2020)."""
    squared = torch.pdist(functional.normalize(features).cpu()).square()
    return float(squared.mul(-2.0).exp().mean().log())


def entropy(probabilities: Tensor) -> Tensor:
    """Return the mean entropy of distributions (..., outcomes), in nats."""
    return torch.special.entr(probabilities).sum(dim=-1).mean()


def divergence(target: Tensor, given: Tensor) -> Tensor:
    """Return the mean Kullback-Leibler divergence of `given` from `target`, in nats.

    Args:
        target: (..., outcomes) probabilities.
        given: (..., outcomes) logarithms of probabilities.
    """
    return -(target * given).sum(dim=-1).mean() - entropy(target)


def _verdict(
    spread: float, rank: float, most: int
) -> tuple[Literal["constant", "dimensional"] | None, str]:
    if spread < CONSTANT_BELOW:
        return "constant", (
            "Constant collapse: all images are described almost alike "
            f"(spread {spread:.0%} of an even one). The loss can be small and nothing is learned."
        )
    if rank < max(FEW_DIMENSIONS, FEW_OF_ALL * most):
        return "dimensional", (
            f"Dimensional collapse: of {most} directions only about {rank:.1f} are used. "
            "Images differ along few lines; most of the width is idle."
        )
    return None, (
        f"Alive: features spread to {spread:.0%} of an even sphere and use about {rank:.0f} of "
        f"{most} directions."
    )
