"""What is asked of a network by name: its weights, and how its images are prepared."""

from collections.abc import Iterable
from dataclasses import replace
from difflib import get_close_matches
from typing import Annotated

from pydantic import Field

from repscope.core.errors import InvalidRecipe
from repscope.workers.encoders.preprocess import Fit, Interpolation, Preprocess
from repscope.workers.registry import MethodParams

Mean = Annotated[float, Field(ge=-10.0, le=10.0)]
Deviation = Annotated[float, Field(ge=0.001, le=10.0)]


class PreparedParams(MethodParams):
    """How a network's images are prepared; what is empty is as the network itself has it.

    A form shows the fields of the last base first: name this one before what is asked first.
    """

    image_size: int | None = Field(
        None, ge=32, le=1024, description="side of the input in pixels; empty takes the model's own"
    )
    resize: int | None = Field(
        None,
        ge=32,
        le=2048,
        description="what the shorter side is scaled to before the center is cut out, in pixels; "
        "empty takes the model's own share",
    )
    fit: Fit | None = Field(
        None, description="crop keeps the ratio of the sides; squash makes every image a square"
    )
    interpolation: Interpolation | None = Field(None, description="how images are scaled")
    mean: list[Mean] | None = Field(
        None,
        min_length=1,
        max_length=3,
        description="subtracted from values between 0 and 1: one number, or one for each channel",
    )
    std: list[Deviation] | None = Field(
        None,
        min_length=1,
        max_length=3,
        description="divided by afterwards: one number, or one for each channel",
    )

    def preprocess(self, own: Preprocess) -> Preprocess:
        """Return how images are prepared: as the network wants it, but for what is asked.

        Raises:
            InvalidRecipe: The crop would be larger than the image, or a list does not fit.
        """
        size = self.image_size or own.image_size
        resize = self.resize or int(size * own.shorter / own.image_size)
        if resize < size:
            raise InvalidRecipe(
                f"'resize' must be at least the side of the input, {size}; it is {resize}.",
                field="params.resize",
            )
        return replace(
            own,
            image_size=size,
            resize=resize,
            fit=self.fit or own.fit,
            interpolation=self.interpolation or own.interpolation,
            mean=_channels(self.mean, "mean", own.mean),
            std=_channels(self.std, "std", own.std),
        )


class _Published(MethodParams):
    pretrained: bool = Field(
        True,
        description="with the weights that are published under this name, which are downloaded "
        "once; off draws them at random",
    )


class NamedParams(PreparedParams, _Published):
    """Parameters of networks by name."""


def _channels(given: list[float] | None, name: str, own: tuple[float, ...]) -> tuple[float, ...]:
    """Return a number for each channel."""
    if given is None:
        return own
    if len(given) not in (1, len(own)):
        raise InvalidRecipe(
            f"'{name}' must have one number, or {len(own)}; it has {len(given)}.",
            field=f"params.{name}",
        )
    return tuple(given) if len(given) == len(own) else tuple(given) * len(own)


def unknown(library: str, name: str, known: Iterable[str]) -> InvalidRecipe:
    """Return what is said of a name that a library does not have."""
    near = get_close_matches(name, known, n=3)
    advice = f"; did you mean {' or '.join(near)}?" if near else "."
    return InvalidRecipe(f"{library} has no model {name!r}{advice}", field="params.name")
