"""What classical encoders are fitted on, and what every one of them keeps."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from repscope.core.catalogue import Input
from repscope.core.errors import MethodFailed
from repscope.core.images import Images, images_of
from repscope.workers.classical.pictures import Pictures
from repscope.workers.context import Context, Readable, Result
from repscope.workers.encoders.base import Layer
from repscope.workers.registry import MethodParams
from repscope.workers.training.data import split_rows
from repscope.workers.training.params import HeldOut

INPUTS = [Input(name="dataset", kind="dataset", description="the images to fit it on")]
#: Side of the images in pixels where nobody says another: time grows with its square and more.
LARGEST_USUAL = 32
#: Images read at once.
BATCH = 256


class PictureParams(MethodParams):
    """How large its images are."""

    image_size: int | None = Field(
        None,
        ge=4,
        le=96,
        description="side that images are brought to, in pixels; empty takes their own, up to 32",
    )


class FittingParams(PictureParams):
    """Which images an encoder is fitted on."""

    rows: int = Field(
        10_000, ge=10, le=200_000, description="images to fit on, drawn from those not held out"
    )
    held_out: HeldOut = 0.1


@dataclass(frozen=True)
class Material:
    """What an encoder is fitted on.

    Attributes:
        pictures: The size of its images.
        source: All images of the dataset.
        rows: Those to fit on.
        held_out: Rows that are not fitted on.
        fit: What `meta` says of how it is fitted, so that it can be on other rows: `method`,
            `params` and `seed`.
    """

    pictures: Pictures
    source: Images
    rows: NDArray[np.int64]
    held_out: NDArray[np.int64]
    fit: dict[str, Any]

    def vectors(self, context: Context, share: float = 0.5) -> NDArray[np.float32]:
        """Read the images to fit on, (rows, width).

        Args:
            context: Where to report.
            share: Part of the whole work that reading is.
        """
        matrix = np.empty((len(self.rows), self.pictures.width), np.float32)
        for start in range(0, len(self.rows), BATCH):
            context.progress(share * start / len(self.rows), f"reading {len(self.rows):,} images")
            rows = self.rows[start : start + BATCH]
            batch = self.source.squares(rows.tolist(), self.pictures.side)
            matrix[start : start + len(rows)] = self.pictures.vectors(batch)
        return matrix


def pictures_for(params: PictureParams, source: Images) -> Pictures:
    """Return the size of the images that an encoder of a dataset sees."""
    side = params.image_size or max(4, min(max(source.largest), LARGEST_USUAL))
    return Pictures(side, source.channels)


def material(context: Context, method: str, params: FittingParams, dataset: Readable) -> Material:
    """Choose the rows to fit on.

    Args:
        context: Its seed draws them where there are more than are wanted.
        method: Name of the method that fits.
        params: Its parameters.
        dataset: The images.

    Raises:
        MethodFailed: There are too few images.
    """
    source = images_of(dataset)
    train, held_out = split_rows(dataset, len(source), params.held_out)
    if len(train) < 2:
        raise MethodFailed(f"Fitting needs at least 2 images; this dataset has {len(train)}.")
    if len(train) > params.rows:
        train = np.sort(context.rng.choice(train, params.rows, replace=False))
    fit = {"method": method, "params": params.model_dump(mode="json"), "seed": context.seed}
    return Material(pictures_for(params, source), source, train, held_out, fit)


def at_most(context: Context, wanted: int, possible: int, what: str) -> int:
    """Return how many there can be, and tell when it is fewer than was wanted."""
    if wanted > possible:
        context.log(f"{wanted:,} {what} were wanted; these images give {possible:,} at most.")
    return min(wanted, possible)


def described(
    architecture: str,
    pictures: Pictures,
    layers: list[Layer],
    config: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the `meta` of an encoder.

    Args:
        architecture: Under which `encoders.base.LOADERS` knows its module.
        pictures: The size of its images.
        layers: Its layers.
        config: What else it needs in order to run.
    """
    return {
        "architecture": architecture,
        "config": asdict(pictures) | (config or {}),
        "layers": [layer.as_json() for layer in layers],
    }


def fitted(
    architecture: str,
    fitted_on: Material,
    layers: list[Layer],
    arrays: dict[str, NDArray[Any]],
    config: dict[str, Any] | None = None,
    metrics: dict[str, float] | None = None,
) -> Result:
    """Put together the artifact of an encoder that learned from images.

    Args:
        architecture: Under which `encoders.base.LOADERS` knows its module.
        fitted_on: What it was fitted on.
        layers: Its layers.
        arrays: What it learned.
        config: What else it needs in order to run.
        metrics: Numbers worth showing.
    """
    meta = described(architecture, fitted_on.pictures, layers, config)
    meta["rows"] = {"train": len(fitted_on.rows), "held_out": len(fitted_on.held_out)}
    meta["fit"] = fitted_on.fit
    return Result(arrays | {"held_out": fitted_on.held_out}, meta, metrics or {})


def pictures_of(artifact: Readable) -> Pictures:
    """Return the size of the images of a fitted encoder."""
    config = artifact.meta["config"]
    return Pictures(config["side"], config["channels"])
