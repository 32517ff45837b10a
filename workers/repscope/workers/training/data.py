"""The images of a training: brought to one size once, then resident as bytes."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from repscope.core.errors import MethodFailed
from repscope.core.images import Images, images_of
from repscope.workers.context import Context, Readable
from repscope.workers.datasets.folders import split_named
from repscope.workers.encoders.backbones import BACKBONES, fitting_size
from repscope.workers.encoders.preprocess import Preprocess
from repscope.workers.training.objective import Batch, DataFacts
from repscope.workers.training.params import ObjectiveParams

#: Draws the held-out rows: the same for all runs on a dataset, so that they can be compared.
_HELD_OUT_SEED = 20_200
#: Images of which mean and deviation are taken.
_MEASURED = 10_000
#: Share of the memory that is free which images may fill.
_SHARE = 0.5


@dataclass(frozen=True)
class TrainingData:
    """What is trained on.

    Attributes:
        images: (count, channels, size, size) uint8.
        labels: (count,) int64, -1 where there is none.
        train: Rows that are trained on.
        held_out: Rows that are not.
        facts: What an objective may know.
        device: Where batches are needed.
    """

    images: Tensor
    labels: Tensor
    train: NDArray[np.int64]
    held_out: NDArray[np.int64]
    facts: DataFacts
    device: str

    def batch(self, rows: NDArray[np.int64]) -> Batch:
        """Return some images, on the device that trains."""
        index = torch.from_numpy(rows)
        images = self.images[index.to(self.images.device)].to(self.device)
        return Batch(images.float().div_(255.0), self.labels[index].to(self.device), index)

    def order(self, seed: int, epoch: int) -> NDArray[np.int64]:
        """Return the rows that are trained on in the order of an epoch."""
        return np.random.default_rng((seed, epoch)).permutation(self.train)


def load_data(context: Context, params: ObjectiveParams, dataset: Readable) -> TrainingData:
    """Bring all images to the size of the training and keep them as bytes.

    Raises:
        MethodFailed: There are too few images.
    """
    source = images_of(dataset)
    count, channels = len(source), source.channels
    train, held_out = split_rows(dataset, count, params.held_out)
    if len(train) < 2:
        raise MethodFailed(f"Training needs at least 2 images; this dataset has {len(train)}.")
    patch = params.patch_size if BACKBONES[params.backbone][0] == "vit" else 1
    size = params.image_size or fitting_size(max(source.largest), patch)
    images = _resident(context, source, size)
    if context.device != "cpu" and images.nbytes < _SHARE * torch.cuda.mem_get_info()[0]:
        images = images.to(context.device)
    mean, std = _moments(images, train)
    facts = DataFacts(size, channels, mean, std, dataset.meta.get("classes"))
    labels = torch.full((count,), -1)
    if facts.classes:
        labels = torch.from_numpy(np.asarray(dataset.array("labels"), np.int64))
    return TrainingData(images, labels, train, held_out, facts, context.device)


def split_rows(
    dataset: Readable, count: int, share: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the rows to train on and those held out.

    A dataset with a split of its own is trained on its `train`, and its `test`, or else its
    `validation`, is held out. Of any other a share is held out, the same for every run.
    """
    columns = {column["name"]: column for column in dataset.meta.get("columns", [])}
    split = columns.get("split")
    if split is not None and split["categories"]:
        meanings = [split_named(name) or "" for name in split["categories"]]
        given = np.array([*meanings, ""])[np.asarray(dataset.array(split["array"]))]
        parts = {name: np.flatnonzero(given == name) for name in ("train", "test", "validation")}
        if len(parts["train"]):
            return parts["train"], parts["test"] if len(parts["test"]) else parts["validation"]
    order = np.random.default_rng(_HELD_OUT_SEED).permutation(count)
    kept_back = round(share * count)
    return np.sort(order[kept_back:]), np.sort(order[:kept_back])


def _resident(context: Context, source: Images, size: int) -> Tensor:
    """Bring images to a square of `size`, in memory or, if they are too many, in a file."""
    count, channels = len(source), source.channels
    images = _room(context.work / "images.npy", (count, channels, size, size))
    preprocess = Preprocess(size, channels, (0.0,) * channels, (1.0,) * channels)
    for rows, batch in source.batches(None if source.size else size):
        context.progress(0.0, f"preparing {rows.start:,} of {count:,} images")
        fitted = preprocess(batch, "cpu")
        images[rows] = fitted.mul_(255.0).round_().byte()
    return images


def _room(path: Path, shape: tuple[int, ...]) -> Tensor:
    import psutil

    if np.prod(shape) < _SHARE * psutil.virtual_memory().available:
        return torch.empty(shape, dtype=torch.uint8)
    return torch.from_numpy(np.lib.format.open_memmap(path, "w+", np.uint8, shape))


def _moments(
    images: Tensor, rows: NDArray[np.int64]
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return mean and deviation of each channel over (some of) the rows, of values up to 1."""
    some = rows[:: max(1, len(rows) // _MEASURED)]
    values = images[torch.from_numpy(some).to(images.device)].float() / 255.0
    mean, std = values.mean(dim=(0, 2, 3)), values.std(dim=(0, 2, 3)).clamp(min=1e-3)
    # Four digits: more would tell processors apart.
    return tuple(round(m, 4) for m in mean.tolist()), tuple(round(d, 4) for d in std.tolist())
