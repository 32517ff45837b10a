"""What an encoder of the zoo must do better than, on rows that it was not trained on.

Joint embeddings and the supervised one stand beside raw pixels and their own random weights, in the
accuracy of nearest neighbors. A masked autoencoder stands beside gaps that are filled from their
borders, an autoencoder beside as many principal components, and a variational one beside the best
linear model with as many latents. All are measured with the weights as they are shipped.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from repscope.workers.encoders.base import load as load_encoder
from repscope.workers.encoders.preprocess import Preprocess
from repscope.workers.numerics.inpainting import inpaint
from repscope.workers.numerics.linear_model import LinearModel
from repscope.workers.objectives import base
from repscope.workers.result import Readable
from repscope.workers.training.knn import accuracy

Name = Literal["neighbors", "inpainting", "components", "bound"]
Rows = NDArray[np.int64]

#: Rows of the bank, and that principal components are taken of, and of the queries, at most.
_BANK, _QUERIES = 20_000, 2_000
_BATCH = 256
_SEED = 20_212


@dataclass(frozen=True)
class Verdict:
    """How an encoder did beside what it has to beat.

    Attributes:
        measure: What was measured.
        rows: Number of held-out images.
        own: The encoder's number.
        others: Those of the baselines, by name.
        larger: Whether a larger number is better.
    """

    measure: str
    rows: int
    own: float
    others: dict[str, float]
    larger: bool

    @property
    def better(self) -> bool:
        """Whether the encoder beats them all."""
        if self.larger:
            return self.own > max(self.others.values())
        return self.own < min(self.others.values())

    def as_json(self) -> dict[str, Any]:
        """Write for the card."""
        return {
            "measure": self.measure,
            "rows": self.rows,
            "own": round(self.own, 6),
            "others": {name: round(value, 6) for name, value in self.others.items()},
            "larger": self.larger,
        }


def judge(name: Name, encoder: Readable, untrained: Readable, dataset: Readable) -> Verdict:
    """Measure an encoder beside its baseline.

    Args:
        name: Of the baseline.
        encoder: After its training.
        untrained: Before it.
        dataset: What it was trained on; the rows that were held out are measured.
    """
    held_out = np.asarray(encoder.array("held_out"), np.int64)
    rng = np.random.default_rng(_SEED)
    trained = np.setdiff1d(np.arange(len(dataset.array("images"))), held_out)
    bank, queries = _some(rng, trained, _BANK), _some(rng, held_out, _QUERIES)
    if name == "neighbors":
        return _neighbors(encoder, untrained, dataset, bank, queries)
    objective: Any = base.load(encoder)
    pictures = _at_size(encoder, dataset)
    with torch.inference_mode():
        if name == "inpainting":
            return _inpainting(objective, pictures(queries))
        linear = LinearModel(objective.normalize(pictures(bank)).flatten(1), objective.params.code)
        compare = _components if name == "components" else _bound
        return compare(objective, linear, pictures(queries))


def _neighbors(
    encoder: Readable, untrained: Readable, dataset: Readable, bank: Rows, queries: Rows
) -> Verdict:
    """Compare k-NN accuracy with raw pixels and with the encoder's own random weights."""
    images = dataset.array("images")
    labels = torch.from_numpy(np.asarray(dataset.array("labels"), np.int64))

    def measured(features: Callable[[NDArray[Any]], Tensor]) -> float:
        return accuracy(
            features(images[bank]), labels[bank], features(images[queries]), labels[queries]
        )

    others = {"raw pixels": measured(_pixels), "random weights": measured(_features(untrained))}
    own = measured(_features(encoder))
    return Verdict("k-NN accuracy", len(queries), own, others, larger=True)


def _inpainting(objective: Any, images: Tensor) -> Verdict:
    """Compare the error on hidden patches with gaps filled by diffusion."""
    own = diffusion = hidden_pixels = 0.0
    generator = torch.Generator().manual_seed(_SEED)
    for some in images.split(_BATCH):
        normal = objective.normalize(some)
        patches = objective.patchify(normal)
        noise = torch.rand(patches.shape[:2], generator=generator)
        latent, mask, restore = objective.forward_encoder(
            normal, objective.params.mask_ratio, noise
        )
        predicted = objective.forward_decoder(latent, restore)
        guess = objective.denormalize(objective.unpatchify(predicted))
        gap = objective.unpatchify(mask[:, :, None].expand_as(patches))[:, :1] > 0
        own += _error(some, guess, gap)
        diffusion += _error(some, inpaint(some, gap), gap)
        hidden_pixels += float(gap.sum()) * some.shape[1]
    return Verdict(
        "mean squared error of hidden pixels",
        len(images),
        own / hidden_pixels,
        {"diffusion": diffusion / hidden_pixels},
        larger=False,
    )


def _components(objective: Any, linear: LinearModel, images: Tensor) -> Verdict:
    """Compare the error of the pictures with that of as many principal components."""
    normal = objective.normalize(images)
    drawn = objective.denormalize(objective.decode(objective.encode(normal)))
    linearly = objective.denormalize(linear.project(normal.flatten(1)).view_as(normal))
    return Verdict(
        "mean squared error of pixels",
        len(images),
        float((drawn - images).square().mean()),
        {
            f"{objective.params.code} principal components": float(
                (linearly - images).square().mean()
            )
        },
        larger=False,
    )


def _bound(objective: Any, linear: LinearModel, images: Tensor) -> Verdict:
    """Compare the evidence bound with the evidence under the best linear model.

    With a normal distribution of variance 1 around the picture, as the objective has it, the linear
    model is probabilistic PCA, whose bound is tight (Lucas et al., 2019).
    """
    normal = objective.normalize(images)
    with torch.random.fork_rng():
        torch.manual_seed(_SEED)
        parts = [objective.terms(some) for some in normal.split(_BATCH)]
    own = float(torch.cat([reconstruction + kl for reconstruction, kl in parts]).mean())
    return Verdict(
        "negative evidence bound in nats",
        len(images),
        own,
        {
            f"linear model of {objective.params.code} latents": float(
                linear.surprise(normal.flatten(1)).mean()
            )
        },
        larger=False,
    )


def _some(rng: np.random.Generator, rows: Rows, most: int) -> Rows:
    return np.sort(rng.permutation(rows)[:most])


def _error(images: Tensor, guess: Tensor, gap: Tensor) -> float:
    return float(((images - guess).square() * gap).sum())


def _at_size(encoder: Readable, dataset: Readable) -> Callable[[Rows], Tensor]:
    """Return what brings rows to the size of the training, with values between 0 and 1."""
    plain = Preprocess.from_json(encoder.meta["preprocess"]).plain
    images = dataset.array("images")
    return lambda rows: plain(images[rows], "cpu")


def _features(artifact: Readable) -> Callable[[NDArray[Any]], Tensor]:
    encoder = load_encoder(artifact)
    layer = encoder.layers[-1].name

    def features(images: NDArray[Any]) -> Tensor:
        parts = [
            encoder.encode(images[start : start + _BATCH], [layer])[layer]
            for start in range(0, len(images), _BATCH)
        ]
        return torch.from_numpy(np.concatenate(parts))

    return features


def _pixels(images: NDArray[Any]) -> Tensor:
    return torch.from_numpy(images.reshape(len(images), -1).astype(np.float32) / 255.0)
