"""Parameters that probes share."""

from typing import Literal

from pydantic import Field

from repscope.workers.registry import MethodParams


class SplitParams(MethodParams):
    """Which images train and which test."""

    split: Literal["auto", "given", "held_out", "random"] = Field(
        "auto",
        description="where test images come from: given by the dataset, held out by the training "
        "of the encoder, or drawn at random; auto takes the first of these that there is",
    )
    test: float = Field(
        0.2, ge=0.05, le=0.9, description="share of the images that test, where it is random"
    )
    repetitions: int = Field(
        3,
        ge=1,
        le=20,
        description="how often it is repeated with other random choices, where there are any",
    )
    duplicates: float = Field(
        0.999,
        ge=0.9,
        le=1.0,
        title="Near-duplicates",
        description="cosine of two images' pixels from which they count as one and stay on one "
        "side of the split; at 1 only equal images do",
    )


class VoteParams(MethodParams):
    """Of the k-NN probe."""

    k: int = Field(20, ge=1, le=500, title="Number of neighbors", description="neighbors that vote")
    temperature: float = Field(
        0.07, ge=0.001, le=10.0, description="the smaller, the more the nearest neighbors count"
    )


class LabelParams(MethodParams):
    """How many labels may be used."""

    fraction: float = Field(
        1.0, ge=0.001, le=1.0, description="share of the training labels that may be used"
    )
    shots: int | None = Field(
        None, ge=1, le=1000, description="labels of each class instead; empty for the share"
    )


class LayerParams(MethodParams):
    """Where in the encoder."""

    layer: str | None = Field(
        None,
        max_length=200,
        description="name of the layer to probe, such as blocks.3; empty for the last",
    )
