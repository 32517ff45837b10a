"""Images in a Parquet file, as Hugging Face keeps them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field as Described

from repscope.core.errors import MethodFailed
from repscope.workers.context import Context, Result
from repscope.workers.datasets.cells import Cells, Pictures
from repscope.workers.datasets.columns import MOST_COLUMNS, Columns
from repscope.workers.datasets.description import describe
from repscope.workers.datasets.folders import SPLIT_ORDER, split_named
from repscope.workers.datasets.importing import Left
from repscope.workers.datasets.labels import Labels, class_labels
from repscope.workers.files.matrix import label_name
from repscope.workers.files.params import Title, Upload
from repscope.workers.files.parquet import Field, Parquet
from repscope.workers.registry import MethodParams, register

_NAME = "The file"
_IMAGE_NAMES = ("image", "img", "picture", "photo", "images")
#: Rows of a batch of numbers and texts, and bytes of all texts.
_ROWS = 4096
_MOST_TEXT = 2**28


class Params(MethodParams):
    """Which upload, and which of its columns."""

    upload: Upload = Described(description="SHA-256 of the Parquet file")
    image_column: str | None = Described(
        None, max_length=200, description="column of encoded images; empty to find it"
    )
    label_column: str | None = Described(
        None, max_length=200, description="column of the class; empty to find it"
    )
    image_size: int | None = Described(
        None,
        ge=8,
        le=1024,
        description="side in pixels: the shorter side is scaled to it and the square at the center "
        "cut out; empty keeps each image's own size, up to 512",
    )
    title: Title | None = Described(None, description="name for people")


@register(
    "dataset",
    "parquet",
    version=2,
    title="Parquet file",
    params=Params,
    output="images",
    cost={"constant": 3.0},
)
def parquet(context: Context, params: Params) -> Result:
    """Images, classes and columns from a Parquet file, such as those of Hugging Face.

    A column holds the image files: bytes, `{bytes, path}` as Hugging Face writes them, or lists of
    bytes. The class is a column called label, class, target or the like, with the names that
    Hugging Face's schema gives its numbers; a column split with train, validation and test is the
    split; other numbers and texts are columns. Formats, sizes and what is left out are as with
    uploaded zips.
    """
    left = Left(context)
    with Parquet.open(context.upload(params.upload), _NAME) as file:
        chosen = _choose(file.fields, params)
        with Pictures(Cells(file, chosen.image), context, left) as pictures:
            taken = pictures.take(params.image_size)
        values = _values(context, file, chosen, taken.rows)
        names = file.classes.get(chosen.label.name) if chosen.label else None
    labels, columns, splits = _known(values, chosen, names)
    context.progress(1.0, f"{len(taken.rows):,} images, {left.count:,} left out")
    meta = describe(
        taken,
        title=params.title or "Parquet images",
        source=f"a Parquet file with the SHA-256 {params.upload}",
        license="not given",
        classes=labels.classes if labels else None,
        columns=columns.descriptions,
        splits=splits or None,
        left_out={"count": left.count, "files": left.listed},
    )
    known = {"labels": labels.numbers} if labels else {}
    arrays = {**taken.arrays, **known, **columns.arrays}
    return Result(arrays, meta, {"left_out": float(left.count)})


@dataclass(frozen=True)
class _Chosen:
    """Which columns are what."""

    image: Field
    label: Field | None
    others: list[Field]


def _choose(fields: list[Field], params: Params) -> _Chosen:
    by_name = {each.name: each for each in fields}
    for name in (params.image_column, params.label_column):
        if name is not None and name not in by_name:
            raise MethodFailed(f"The file has no column {name!r}; it has {_listed(fields)}.")
    images = [each.name for each in fields if each.kind == "bytes"]
    likely = [name for word in _IMAGE_NAMES for name in images if name.lower() == word]
    image = params.image_column or next(iter([*likely, *images]), None)
    if image is None or by_name[image].kind != "bytes":
        raise MethodFailed(
            f"The file has no column of images as bytes{f' called {image!r}' if image else ''}; "
            f"it has {_listed(fields)}."
        )
    plain = [each for each in fields if each.kind in {"number", "text"}]
    label = params.label_column or label_name([each.name for each in plain])
    if label is not None and by_name[label] not in plain:
        raise MethodFailed(f"The column {label!r} holds neither numbers nor texts, so no classes.")
    others = [each for each in plain if each.name != label][:MOST_COLUMNS]
    return _Chosen(by_name[image], by_name[label] if label else None, others)


def _values(
    context: Context, file: Parquet, chosen: _Chosen, rows: NDArray[np.int64]
) -> dict[str, Any]:
    """Read what is known of the images that were taken: (count,) numbers or texts by column."""
    wanted = [*([chosen.label] if chosen.label else []), *chosen.others]
    if not wanted:
        return {}
    found: dict[str, list[Any]] = {each.name: [] for each in wanted}
    length = 0
    for batch in file.read(wanted, _ROWS):
        context.check()
        for each in wanted:
            values: Any = batch[each.name]
            found[each.name].extend(values)
            if each.kind == "text":
                length += sum(map(len, values))
        if length > _MOST_TEXT:
            raise MethodFailed("The file has more text beside its images than is read.")
    return {
        each.name: np.array(found[each.name])[rows]
        if each.kind == "number"
        else [found[each.name][row] for row in rows]
        for each in wanted
    }


def _known(
    values: dict[str, Any], chosen: _Chosen, names: list[str] | None
) -> tuple[Labels | None, Columns, list[str]]:
    """Return labels, columns and the names of splits."""
    columns, labels, splits = Columns(), None, []
    for name, each in values.items():
        if chosen.label and name == chosen.label.name:
            labels = class_labels(each, names)
            if labels is not None:
                continue
        if name.lower() == "split" and isinstance(each, list):
            given = [split_named(word) for word in each]
            if all(given):
                splits = [split for split in SPLIT_ORDER if split in given]
                numbers = [splits.index(split) for split in given if split]
                columns.add_split(splits, np.array(numbers, np.int32))
                continue
        columns.add(name, each)
    return labels, columns, splits


def _listed(fields: list[Field]) -> str:
    shown = [f"{each.name[:60]} ({each.kind})" for each in fields[:8]]
    return ", ".join(shown) + (", ..." if len(fields) > 8 else "")
