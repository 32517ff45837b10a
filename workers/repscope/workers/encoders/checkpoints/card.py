"""What a file that was downloaded from a Repscope says of its encoder, in its header."""

import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Field, ValidationError, model_validator

from repscope.core.encoder_card import CARD
from repscope.core.errors import InvalidRecipe
from repscope.workers.encoders.checkpoints.found import Hints
from repscope.workers.encoders.named import Deviation, Mean
from repscope.workers.encoders.preprocess import Fit, Interpolation, Preprocess
from repscope.workers.files.params import Title

_Side = Annotated[int, Field(ge=8, le=4096)]


class _Prepared(BaseModel):
    image_size: Annotated[int, Field(ge=8, le=2048)]
    channels: Literal[1, 3]
    mean: list[Mean]
    std: list[Deviation]
    resize: _Side | None = None
    interpolation: Interpolation = "bicubic"
    fit: Fit = "crop"

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if not len(self.mean) == len(self.std) == self.channels:
            raise ValueError("mean and std have one number for each channel")
        if self.resize is not None and self.resize < self.image_size:
            raise ValueError("the crop is larger than the image")
        return self


class _Network(BaseModel):
    heads: Annotated[int, Field(ge=1, le=256)] | None = None
    num_heads: Annotated[int, Field(ge=1, le=256)] | None = None
    name: (
        Annotated[str, Field(max_length=100, pattern=r"^[a-z0-9_]+(\.[A-Za-z0-9_]+)?$")] | None
    ) = None


class _Decoder(BaseModel):
    norm_pix: bool = False


class Card(BaseModel):
    """The part of a card that a file cannot do without.

    Attributes:
        title: What people call the encoder.
        preprocess: How images are prepared for it.
        config: Sizes of its network.
        params: Of its training.
        decoder: Of its decoder, where that came from a file.
    """

    title: Title | None = None
    preprocess: _Prepared | None = None
    config: _Network = _Network()
    params: _Decoder = _Decoder()
    decoder: _Decoder = _Decoder()

    @property
    def norm_pix(self) -> bool:
        """Whether its decoder guesses normalized patches."""
        return self.params.norm_pix or self.decoder.norm_pix

    def hints(self, given: Hints) -> Hints:
        """Return what people said, or else what the card says."""
        heads = given.heads or self.config.heads or self.config.num_heads
        return Hints(heads, given.name or self.config.name)

    def prepared(self, usual: Preprocess) -> Preprocess:
        """Return how images are prepared: as the card says, where it does.

        Raises:
            InvalidRecipe: Its images have other channels than the network takes.
        """
        if self.preprocess is None:
            return usual
        if self.preprocess.channels != usual.channels:
            raise InvalidRecipe(
                f"The file's card speaks of {self.preprocess.channels} channels, and its network "
                f"takes {usual.channels}.",
                field="params.upload",
            )
        return Preprocess.from_json(self.preprocess.model_dump())


def card_of(words: Mapping[str, str]) -> Card:
    """Read the card of a file; an empty one where it has none.

    Args:
        words: What its header says beside its tensors.

    Raises:
        InvalidRecipe: It is no card of an encoder.
    """
    text = words.get(CARD)
    if text is None:
        return Card()
    try:
        document: Any = json.loads(text)
        return Card.model_validate(document)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "all of it"
        reason = f"{place}: {first['msg']}"
    except (ValueError, RecursionError):
        reason = "it is no JSON"
    raise InvalidRecipe(
        f"The file's card cannot be read ({reason[:200]}); download the encoder again, or take the "
        f"words under '{CARD}' out of its header.",
        field="params.upload",
    )
