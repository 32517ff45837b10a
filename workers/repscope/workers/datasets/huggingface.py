"""Datasets of Hugging Face by name, the first images streamed."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pydantic import Field

from repscope.core.downloads import DOWNLOAD_FORMAT
from repscope.core.errors import InvalidRecipe, MethodFailed, RepscopeError
from repscope.workers.context import Context, Result
from repscope.workers.datasets.collecting import Collection
from repscope.workers.datasets.decoder import Decoder
from repscope.workers.datasets.description import describe
from repscope.workers.datasets.pictures import Hostile, Unreadable
from repscope.workers.fetching import require_network
from repscope.workers.registry import MethodParams, register

#: What columns of classes are called, where none is declared to be one.
_LABELS = ("label", "labels", "class", "target", "fine_label", "category")
#: What columns of images are called, where none is declared to be one.
_IMAGES = ("image", "img", "picture", "pixels")
#: More distinct values than this are no classes.
_MOST_CLASSES = 10_000
_LISTED = 100


class Params(MethodParams):
    """Which set, and how much of it."""

    name: str = Field(
        pattern=r"^\w[\w.-]*/\w[\w.-]*$",
        max_length=200,
        description="owner and name on Hugging Face, such as ylecun/mnist",
        json_schema_extra={"format": DOWNLOAD_FORMAT},
    )
    config: str | None = Field(
        None, max_length=200, description="configuration of the set, where it has several"
    )
    split: str = Field("train", max_length=200, description="part of the set, such as test")
    first: int = Field(
        5000, ge=1, le=1_000_000, description="how many images to take, from the beginning"
    )
    image_column: str | None = Field(
        None, max_length=200, description="column of the images; empty finds it"
    )
    label_column: str | None = Field(
        None, max_length=200, description="column of the classes; empty finds it, if there is one"
    )
    image_size: int | None = Field(
        None,
        ge=8,
        le=1024,
        description="side in pixels: the shorter side is scaled to it and the square at the center "
        "cut out; empty keeps images as they are, up to a longest side of 512",
    )


@register(
    "dataset",
    "huggingface",
    version=1,
    title="Hugging Face",
    params=Params,
    output="images",
    cost={"constant": 20.0, "params.first": 0.01},
)
def huggingface(context: Context, params: Params) -> Result:
    """The first images of a dataset on Hugging Face, by its name.

    Rows are streamed, so that of a large set only the beginning is fetched; many sets are sorted
    by class, and then the beginning is one class. The columns of images and of classes are found
    by their declared types, then by their usual names. Images are decoded in a process that can do
    no harm, and broken ones are left out.
    """
    context.progress(None, f"connecting for {params.name}")
    with _explained(params.name):
        stream = _open(params)
        return collect(context, params, stream)


def collect(context: Context, params: Params, stream: Any) -> Result:
    """Make a dataset of the first rows of a stream.

    Args:
        context: Where arrays are written to.
        params: How many, and of which columns.
        stream: A `datasets.IterableDataset`.

    Raises:
        MethodFailed: There is no image in it.
        InvalidRecipe: It has no such column.
    """
    import datasets

    features = dict(stream.features or {})
    image = _column(params.image_column, features, datasets.Image, _IMAGES, "image_column")
    if image is None:
        raise InvalidRecipe(
            f"No column of {params.name} holds images; it has {', '.join(features)}.",
            field="params.image_column",
        )
    label = _column(params.label_column, features, datasets.ClassLabel, _LABELS, "label_column")
    if isinstance(features[image], datasets.Image):
        stream = stream.cast_column(image, datasets.Image(decode=False))
    values: list[Any] = []
    left: list[dict[str, str]] = []
    with (
        Collection(context, params.image_size, lossless=False) as pictures,
        Decoder() as decoder,
    ):
        for number, row in enumerate(stream.take(params.first)):
            context.progress(number / params.first, f"{number:,} of {params.first:,} images")
            try:
                pictures.add(_picture(row[image], decoder, params.image_size))
            except (Unreadable, Hostile) as error:
                left.append({"name": f"row {number}", "why": str(error)})
                continue
            values.append(None if label is None else row[label])
        if not values:
            why = f": {left[0]['why']}" if left else ""
            raise MethodFailed(f"{params.name} has no image that can be read{why}.")
        names, codes = _classes(values, features.get(label or ""))
        arrays: dict[str, NDArray[Any]] = {} if names is None else {"labels": codes}
        meta = describe(
            pictures,
            title=f"{params.name}, first {len(values):,} of {params.split}",
            source=f"https://huggingface.co/datasets/{params.name}",
            license=str(getattr(stream.info, "license", "") or "see source"),
            classes=names,
            left_out={"count": len(left), "files": left[:_LISTED]} if left else None,
        )
        return Result(pictures.arrays() | arrays, meta, {"left_out": float(len(left))})


def _open(params: Params) -> Any:
    try:
        import datasets
    except ModuleNotFoundError:
        raise MethodFailed(
            "Sets of Hugging Face need the package datasets; install it where the workers run: "
            "pip install 'repscope[huggingface]'."
        ) from None
    # The library would take a folder of this name for the set.
    if Path(params.name).exists():
        raise MethodFailed(f"{params.name} is a folder of this machine, not read by name.")
    if not datasets.config.HF_HUB_OFFLINE:  # else it says so itself
        hub = urlsplit(datasets.config.HF_ENDPOINT)
        try:
            require_network(hub.hostname or "", hub.port or (443 if hub.scheme == "https" else 80))
        except OSError as error:
            raise ConnectionError(str(error)) from error
    return datasets.load_dataset(params.name, params.config, split=params.split, streaming=True)


@contextlib.contextmanager
def _explained(name: str) -> Iterator[None]:
    """Turn what the library raises into one sentence."""
    try:
        yield
    except RepscopeError:
        raise
    except ConnectionError as error:
        raise MethodFailed(
            f"{name} could not be fetched: there is no network here, or Hugging Face does not "
            "answer; try again where there is one."
        ) from error
    except (ValueError, OSError, RuntimeError) as error:
        # A set, a configuration or a part that is not there: the library names those that are.
        lines = str(error).strip().splitlines() or [type(error).__name__]
        raise MethodFailed(
            f"{name} could not be read: {' '.join(lines)[:400].rstrip('.')}."
        ) from error


def _column(
    given: str | None, features: dict[str, Any], kind: type, usual: tuple[str, ...], field: str
) -> str | None:
    """Find a column: the one that is named, else the first of a type, else one of a usual name."""
    if given is not None:
        if given not in features:
            raise InvalidRecipe(
                f"There is no column '{given}'; there is {', '.join(features)}.",
                field=f"params.{field}",
            )
        return given
    typed = [name for name, feature in features.items() if isinstance(feature, kind)]
    return next(iter([*typed, *(name for name in usual if name in features)]), None)


def _picture(cell: Any, decoder: Decoder, side: int | None) -> Image.Image:
    """Decode what stands in a column of images."""
    if isinstance(cell, dict) and cell.get("bytes") is not None:
        data = cell["bytes"]
    elif isinstance(cell, dict) and "hf://" in str(cell.get("path")):
        from datasets.download.streaming_download_manager import xopen

        with xopen(cell["path"], "rb") as file:
            data = file.read()
    elif isinstance(cell, bytes):
        data = cell
    else:
        # A path of this machine is not looked at: a stranger wrote it.
        raise Unreadable("it holds no image")
    return Image.fromarray(decoder.pixels(data, side))


def _classes(values: list[Any], feature: Any) -> tuple[list[str] | None, NDArray[np.int32]]:
    """Return the names of the classes and the class of each value, -1 for none."""
    none: NDArray[np.int32] = np.full(len(values), -1, np.int32)
    names = getattr(feature, "names", None)
    if names is not None:
        known = [v if isinstance(v, int) and 0 <= v < len(names) else -1 for v in values]
        return list(names), np.array(known, np.int32)
    plain = [v for v in values if isinstance(v, int | str)]
    distinct = sorted(set(plain), key=lambda v: (isinstance(v, str), v))
    if not distinct or len(distinct) > _MOST_CLASSES:
        return None, none
    number = {value: code for code, value in enumerate(distinct)}
    codes = [number[v] if isinstance(v, int | str) else -1 for v in values]
    return [str(value) for value in distinct], np.array(codes, np.int32)
