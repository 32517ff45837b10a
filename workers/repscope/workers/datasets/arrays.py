"""Images in arrays of NumPy."""

from typing import Any

from numpy.typing import NDArray
from pydantic import Field

from repscope.core.errors import InvalidRecipe
from repscope.workers.context import Context, Result
from repscope.workers.datasets.naming import ChosenPart, choose
from repscope.workers.datasets.stacks import Part, assemble
from repscope.workers.files.npy import MAGIC, read_npy
from repscope.workers.files.npz import Npz
from repscope.workers.files.params import ClassNames, Title, Upload
from repscope.workers.registry import MethodParams, register


class Params(MethodParams):
    """Which upload, and which of its arrays."""

    upload: Upload = Field(description="SHA-256 of the .npz or .npy file")
    labels: Upload | None = Field(
        None, description="SHA-256 of a .npy file with one label for each image"
    )
    images_name: str | None = Field(
        None, max_length=200, description="array of the .npz that holds images; empty to find it"
    )
    labels_name: str | None = Field(
        None, max_length=200, description="array of the .npz that holds labels; empty to find it"
    )
    class_names: ClassNames | None = Field(
        None, description="names of the classes, in the order of their numbers from 0"
    )
    title: Title | None = Field(None, description="name for people")


@register(
    "dataset",
    "arrays",
    version=2,
    title="NumPy arrays",
    params=Params,
    output="images",
    cost={"constant": 5.0},
)
def arrays(context: Context, params: Params) -> Result:
    """Images from an array of numbers: a .npy file, or a .npz with labels and more beside them.

    The shape is N x height x width, with 1, 3 or 4 channels behind or before these two; rows of a
    square number of values are squares. Of a .npz, the largest such array is taken, its labels and
    columns are the arrays of N values, and arrays called train, val and test are splits. Numbers
    from 0 to 255 are kept as they are; floats from 0 to 1 are spread over 0 to 255, 16 bits keep
    their upper 8, and any other range is stretched from its least to its greatest value. Python
    objects are refused: nothing is unpickled.
    """
    path = context.upload(params.upload)
    labels = (
        read_npy(context.upload(params.labels), "The file of labels") if params.labels else None
    )
    with path.open("rb") as file:
        single = file.read(len(MAGIC)) == MAGIC
    names = params.class_names
    if single:
        if params.images_name or params.labels_name:
            raise InvalidRecipe(
                "A .npy file is one array without a name; leave 'images_name' and 'labels_name' "
                "empty.",
                field="params.images_name" if params.images_name else "params.labels_name",
            )
        parts = [Part(read_npy(path, "The file"), _flat(labels))]
    else:
        with Npz.open(path, "The file") as npz:
            chosen = choose(npz.layouts, params.images_name, params.labels_name)
            parts = [_part(context, npz, each, labels) for each in chosen.parts]
            if names is None and chosen.class_names is not None:
                names = [str(each)[:200] for each in _read(context, npz, chosen.class_names)]
    return assemble(
        context,
        parts,
        name="The array of images",
        class_names=names,
        title=params.title or "Arrays",
        source=f"a NumPy file with the SHA-256 {params.upload}",
    )


def _part(context: Context, npz: Npz, chosen: ChosenPart, labels: NDArray[Any] | None) -> Part:
    """Unpack the arrays of a part; labels that were brought beside count more than those within."""
    given = labels
    if given is None and chosen.labels is not None:
        given = _read(context, npz, chosen.labels)
    return Part(
        _read(context, npz, chosen.images),
        _flat(given),
        chosen.split,
        {name: _flat(_read(context, npz, key)) for name, key in chosen.columns.items()},
    )


def _read(context: Context, npz: Npz, key: str) -> NDArray[Any]:
    return npz.read(
        key,
        context.work / "array",
        lambda share: context.progress(None, f"unpacking {key[:60]}: {share:.0%}"),
    )


def _flat(values: NDArray[Any] | None) -> Any:
    """Return (N, 1) as (N,), as some files have their labels."""
    return (
        values[:, 0] if values is not None and values.ndim == 2 and values.shape[1] == 1 else values
    )
