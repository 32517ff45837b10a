"""Published datasets by name, through torchvision."""

from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pydantic import Field

from repscope.core.downloads import DOWNLOAD_FORMAT, Downloads
from repscope.core.errors import InvalidRecipe, MethodFailed
from repscope.workers.context import Context, Result
from repscope.workers.datasets.collecting import Collection
from repscope.workers.datasets.description import column, describe
from repscope.workers.datasets.published import PUBLISHED, Published
from repscope.workers.fetching import Heard, explained, require_network, watched
from repscope.workers.registry import MethodParams, register

SOURCE = "torchvision"
#: Whose name is known wherever sets can be fetched.
_KNOWN = "pytorch.org"
#: Order in which parts follow one another.
_PARTS = ("train", "validation", "test")
#: Share of the time that a download is taken to need.
_FETCHED = 0.5


class Params(MethodParams):
    """Which set, and how much of it."""

    name: str = Field(
        "FashionMNIST",
        max_length=100,
        description="name of the set, as torchvision has it",
        json_schema_extra={"format": DOWNLOAD_FORMAT, "enum": list(PUBLISHED)},
    )
    split: Literal["all", "train", "validation", "test"] = Field(
        "all", description="one part of it, or all; a column then tells them apart"
    )
    image_size: int | None = Field(
        None,
        ge=8,
        le=1024,
        description="side in pixels: the shorter side is scaled to it and the square at the center "
        "cut out; empty keeps images as they are, up to a longest side of 512",
    )
    first: int | None = Field(
        None, ge=1, le=10_000_000, description="take only the first images of each part"
    )


@register(
    "dataset",
    "torchvision",
    version=1,
    title="Published sets (torchvision)",
    params=Params,
    output="images",
    cost={"constant": 30.0},
)
def torchvision(context: Context, params: Params) -> Result:
    """A well-known dataset by its name: MNIST, CIFAR, Flowers, Pets, Food and many more.

    torchvision knows where each is published and its checksums. It is downloaded once, from its
    publisher and under its license, and kept. Parts keep the names train, validation and test;
    sets without parts have only all. Images of EMNIST, which are published lying on their side,
    are turned upright.
    """
    published = _published(params.name)
    parts = _parts(params, published)
    if not context.downloads.has(SOURCE, params.name):
        context.progress(None, "looking for a network")
        with explained(published.title, _advice(params.name)):
            require_network(_KNOWN)
    fetch(
        context.downloads,
        params.name,
        lambda share, text: context.progress(None if share is None else _FETCHED * share, text),
    )
    folder = context.downloads.folder(SOURCE, params.name)
    names: list[str] = []  # classes as they occur in any part
    labels: list[str | None] = []
    split: list[int] = []
    with Collection(context, params.image_size, lossless=published.lossless) as pictures:
        for number, part in enumerate(parts):
            with explained(published.title, "get it anew"):
                dataset = _open(folder, published, part)
            known = published.classes(dataset)
            names += _new(known, names, ordered=published.order is None)
            order = _order(dataset, published)[: params.first]
            for done, row in enumerate(order):
                share = (number + done / len(order)) / len(parts)
                here = f"{part or 'images'}: {done:,} of {len(order):,}"
                context.progress(_FETCHED + (1.0 - _FETCHED) * share, here)
                picture, label = dataset[row]
                if published.transposed:
                    picture = picture.transpose(Image.Transpose.TRANSPOSE)
                pictures.add(picture)
                labels.append(None if label is None or label < 0 else known[int(label)])
                split.append(number)
        if not labels:
            raise MethodFailed(f"{published.title} has no images in its folder; get it anew.")
        return _result(pictures, published, names, labels, parts, split)


def fetch(downloads: Downloads, name: str, heard: Heard) -> None:
    """Download a set, unless it is here.

    Args:
        downloads: Where to.
        name: Of the set.
        heard: Hears of the share of each file that is here, and what it is.

    Raises:
        MethodFailed: There is no network, or a file has another checksum than it should.
        InvalidRecipe: There is no set of that name.
    """
    published = _published(name)
    if downloads.has(SOURCE, name):
        return
    heard(None, f"connecting for {name}")
    with (
        downloads.fetching(SOURCE, name) as folder,
        explained(published.title, _advice(name)),
        watched(heard),
    ):
        for part in published.parts:
            _open(folder, published, part, download=True)


def _advice(name: str) -> str:
    return f"where there is one, `repscope prefetch {name}` gets it beforehand"


def _published(name: str) -> Published:
    if name not in PUBLISHED:
        raise InvalidRecipe(
            f"torchvision's sets are {', '.join(PUBLISHED)}; there is no '{name}'.",
            field="params.name",
        )
    return PUBLISHED[name]


def _parts(params: Params, published: Published) -> list[str]:
    there = [part for part in _PARTS if part in published.parts]
    if params.split == "all":
        return there or [""]
    if params.split not in there:
        has = f"it has {' and '.join(there)}" if there else "it has no parts, so take all"
        raise InvalidRecipe(
            f"{published.title} has no part '{params.split}'; {has}.", field="params.split"
        )
    return [params.split]


def _open(folder: Path, published: Published, part: str, *, download: bool = False) -> Any:
    """Return torchvision's own dataset."""
    from torchvision import datasets

    cls = getattr(datasets, published.cls)
    return cls(str(folder), **published.parts[part], **published.options, download=download)


def _order(dataset: Any, published: Published) -> list[int]:
    return list(range(len(dataset))) if published.order is None else published.order(dataset)


def _new(known: list[str | None], names: list[str], *, ordered: bool) -> list[str]:
    """Return the classes that are not yet among `names`."""
    taken = set(names)
    new = [name for name in known if name is not None and name not in taken]
    return new if ordered else sorted(new)


def _result(
    pictures: Collection,
    published: Published,
    names: list[str],
    labels: list[str | None],
    parts: list[str],
    split: list[int],
) -> Result:
    number = {name: code for code, name in enumerate(names)}
    codes = [-1 if label is None else number[label] for label in labels]
    arrays: dict[str, NDArray[Any]] = {"labels": np.array(codes, np.int32)}
    columns = []
    if parts != [""]:
        arrays["column_split"] = np.array(split, np.int32)
        columns.append(column("split", "Split", "category", "column_split", parts))
    meta = describe(
        pictures,
        title=published.title,
        source=published.source,
        license=published.license,
        classes=names,
        columns=columns,
        splits=parts if columns else None,
    )
    return Result(pictures.arrays() | arrays, meta)
