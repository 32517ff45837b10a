"""Parameters that every training has."""

from typing import Annotated, Literal

from pydantic import Field, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from repscope.workers.encoders.backbones import LARGEST, SMALLEST, BackboneName
from repscope.workers.registry import MethodParams

# Those whose default an objective may want to set by itself: `learning_rate: LearningRate = 2e-3`.
LearningRate = Annotated[
    float,
    Field(ge=1e-7, le=1.0, description="step size of AdamW at its height, after the warm-up"),
]
WeightDecay = Annotated[
    float,
    Field(
        ge=0.0, le=1.0, description="pull of the weights towards zero; biases and norms have none"
    ),
]
BatchSize = Annotated[
    int, Field(ge=2, le=8192, description="images per update; fewer when there are fewer images")
]
SmallestCrop = Annotated[
    float,
    Field(
        ge=0.05,
        le=1.0,
        description="smallest share of an image that a random crop shows; 1 shows all of it",
    ),
]
Flip = Annotated[
    bool, Field(description="mirror half of the images; not where left and right matter: digits")
]
HeldOut = Annotated[
    float,
    Field(
        ge=0.0,
        le=0.5,
        description="share of the rows that is not learned from but measured on, where the "
        "dataset has no split of its own",
    ),
]

Blur = Annotated[
    bool,
    Field(
        description="blur some of the views, as the paper does; it is meant for large images, and "
        "SimCLR leaves it out at 32 pixels"
    ),
]


class ObjectiveParams(MethodParams):
    """Parameters that every training has; an objective adds its own, which a form shows first."""

    backbone: BackboneName = Field(
        "vit_micro",
        description="the network: Vision Transformers of 4 x 96, 12 x 192, 12 x 384 and 12 x 768 "
        "(blocks x width), residual networks, plain convolutional ones of 8, 16 and 32 channels at "
        "first",
    )
    image_size: int | None = Field(
        None,
        ge=SMALLEST,
        le=LARGEST,
        description="side of the images in pixels; empty takes the dataset's, 16 to 224",
    )
    patch_size: int | None = Field(
        None,
        ge=2,
        le=32,
        description="side of a ViT's patch in pixels; empty leaves 7 to 14 patches along a side",
    )
    epochs: int = Field(
        20, ge=1, le=10_000, description="times that every image of the training rows is seen"
    )
    batch_size: BatchSize = 128
    learning_rate: LearningRate = 1e-3
    weight_decay: WeightDecay = 0.05
    warmup_epochs: float = Field(
        1.0,
        ge=0.0,
        le=1000.0,
        description="epochs over which the learning rate rises; then it falls by a cosine to 0",
    )
    held_out: HeldOut = 0.1
    snapshots: int = Field(
        8,
        ge=1,
        le=64,
        description="encoders published on the way, spaced by the logarithm of the step",
    )
    precision: Literal["float32", "bfloat16"] = Field(
        "float32", description="of matrix products; bfloat16 is faster where the processor has it"
    )
    stop_at: int | None = Field(
        None,
        ge=0,
        le=100_000_000,
        description="step after which to stop, its schedules unchanged; empty goes on to the end",
    )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Put the objective's own parameters before those of every training."""
        schema = handler(core_schema)
        document = handler.resolve_ref_schema(schema)
        known = ObjectiveParams.model_fields
        order = sorted(document["properties"].items(), key=lambda entry: entry[0] in known)
        document["properties"] = dict(order)
        return schema
