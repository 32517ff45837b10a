"""A dataset, or some rows of it, as a table and as arrays."""

from collections.abc import Iterator

import numpy as np

from repscope.backend.export.npz import Member, members_of, picked, recipes_of, whole, write_members
from repscope.backend.export.table import Table, described, named_apart
from repscope.core.artifacts import Artifact
from repscope.core.errors import NotFound
from repscope.core.images import images_of

_LONGEST_NAME = 100


def table_of_dataset(dataset: Artifact, title: str, selection: Artifact | None) -> Table:
    """Put together what is known of the images of a dataset.

    Args:
        dataset: The dataset.
        title: What people call it.
        selection: Rows of it; nothing for all.
    """
    chosen = None if selection is None else selection.array("rows")
    return Table(
        name=_file_name(title) or dataset.manifest.method,
        title=title,
        count=len(images_of(dataset)) if chosen is None else len(chosen),
        columns=named_apart([(dataset, described(dataset))], None),
        recipe=dataset.recipe,
        joined=[] if selection is None else [selection.recipe],
        chosen=chosen,
    )


def write_arrays(dataset: Artifact, table: Table) -> Iterator[bytes]:
    """Write images, columns and whatever else a dataset keeps of each row as `.npz`."""
    return write_members(_members(dataset, table))


def _file_name(title: str) -> str:
    """Make a name for a file from a title, as far as its letters may stand there."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "-" for c in title)
    return plain.strip("-.")[:_LONGEST_NAME]


def _members(dataset: Artifact, table: Table) -> Iterator[Member]:
    columns = list(members_of(table))
    taken = {member.name for member in columns}
    told = {entry["array"] for entry in dataset.meta.get("columns") or []}
    yield from columns
    names = dataset.array_names
    if "images" not in names:
        yield from _encoded(dataset, table)
    total = len(images_of(dataset))
    for name, entry in dataset.manifest.arrays.items():
        of_rows = bool(entry.shape) and entry.shape[0] == total
        if of_rows and name not in {*taken, *told, "bytes", "offsets", "sizes"}:
            yield picked(name, dataset.array(name), table)
    yield from recipes_of(table)


def _encoded(dataset: Artifact, table: Table) -> Iterator[Member]:
    """Iterate over the arrays of images of mixed sizes: files end to end."""
    try:
        data, offsets = dataset.array("bytes"), dataset.array("offsets")
    except NotFound:
        return
    rows = table.rows(0, table.count)
    starts, ends = offsets[rows], offsets[rows + 1]
    places = np.concatenate([[0], np.cumsum(ends - starts)]).astype("<i8")
    blocks = (data[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True))
    yield Member("bytes", np.dtype(np.uint8), (int(places[-1]),), blocks)
    yield whole("offsets", places)
    yield picked("sizes", dataset.array("sizes"), table)
