"""What an exported file holds: one row an image, one column a thing that is known of it.

    row, the dataset's columns, x, y (, z) or the computed values, further values

Nothing is read here but headers: the arrays stay mapped, and writers take them block by block.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from repscope.backend.errors import InvalidRequest
from repscope.backend.export.origin import dataset_of, file_name
from repscope.backend.finding import open_artifact
from repscope.backend.services import Services
from repscope.core.artifacts import Artifact
from repscope.core.errors import Conflict
from repscope.core.library import own_title
from repscope.core.texts import Texts, offsets_of

#: Rows that are held in memory at a time.
BLOCK = 65_536

AXES = ("x", "y", "z")
ROW = "row"
#: What stands in a file beside its columns: how they were made.
RECIPE, JOINED = "recipe", "joined_recipes"


def names_of(column: str) -> str:
    """Return what the names of a column's classes are called in a file."""
    return f"{column}_names"


@dataclass(frozen=True)
class Column:
    """One column of the file.

    Attributes:
        name: its name in the file, unique there.
        title: what it is, for people.
        values: (rows,), mapped; class numbers where it has categories, -1 for none; or texts.
        categories: the names of the classes; none for numbers and for classes without names.
        classes: whether the values are class numbers.
    """

    name: str
    title: str
    values: NDArray[Any] | Texts
    categories: list[str] | None = None
    classes: bool = False

    @property
    def names(self) -> set[str]:
        """What its arrays are called in a file."""
        if isinstance(self.values, Texts):
            return {self.name, offsets_of(self.name)}
        return {self.name} if self.categories is None else {self.name, names_of(self.name)}

    def codes(self, rows: NDArray[np.int64]) -> NDArray[Any]:
        """Return the class numbers of some rows."""
        assert not isinstance(self.values, Texts), "texts have no classes"
        return np.asarray(self.values[rows])


@dataclass(frozen=True)
class Table:
    """A file before it is written.

    Attributes:
        name: telling name for the file, without an ending, such as `tsne-digits-pixels`.
        title: what people call what is exported.
        count: number of rows of the file.
        columns: all but the row numbers.
        recipe: how the exported artifact is made, whole.
        joined: the recipes of the values that were joined to it.
        chosen: the rows of the artifact that stand in the file, int64 and sorted; none for all.
    """

    name: str
    title: str
    count: int
    columns: list[Column]
    recipe: dict[str, Any]
    joined: list[dict[str, Any]]
    chosen: NDArray[Any] | None = None

    def rows(self, first: int, end: int) -> NDArray[np.int64]:
        """Return which rows of the artifact are those from `first` to `end` of the file."""
        if self.chosen is None:
            return np.arange(first, end, dtype=np.int64)
        return np.asarray(self.chosen[first:end], np.int64)

    def blocks(self) -> Iterator[tuple[int, int]]:
        """Iterate over first row and end of each block."""
        for first in range(0, self.count, BLOCK):
            yield first, min(first + BLOCK, self.count)


def table_of(services: Services, artifact_id: str, joined: list[str]) -> Table:
    """Put together what belongs to the rows of an artifact.

    Args:
        services: Where the artifacts are.
        artifact_id: Points of a map, or values of every row.
        joined: Ids of further values of the same rows.

    Raises:
        NotFound: One of the artifacts is not there.
        InvalidRequest: An artifact has neither points nor values, or belongs to other rows.
    """
    artifact = open_artifact(services, artifact_id)
    own = _columns(artifact, "id")
    dataset = dataset_of(artifact.recipe)
    parts: list[tuple[Artifact, list[Column]]] = []
    if dataset is not None:
        images = open_artifact(services, dataset)
        parts.append((images, described(images)))
    parts.append((artifact, own))
    others = [open_artifact(services, each) for each in joined]
    for other in others:
        if dataset_of(other.recipe) != dataset:
            raise InvalidRequest(
                f"The values '{other.id}' are of other images than this {artifact.kind}.",
                field="with",
            )
        parts.append((other, _columns(other, "with")))
    count = len(own[0].values)
    for part, columns in parts:
        if any(len(column.values) != count for column in columns):
            raise Conflict(
                f"The {artifact.kind} has {count} rows but the {part.kind} '{part.id}' has another "
                "number, so they cannot stand in one table."
            )
    return Table(
        name=file_name(artifact.recipe),
        title=own_title(artifact.manifest),
        count=count,
        columns=named_apart(parts, artifact),
        recipe=artifact.recipe,
        joined=[other.recipe for other in others],
    )


def _columns(artifact: Artifact, field: str) -> list[Column]:
    """Return the points or the values of an artifact as columns."""
    entry = artifact.manifest.arrays.get("points")
    if entry is not None and len(entry.shape) == 2 and entry.shape[1] <= len(AXES):
        points = artifact.array("points")
        titles = artifact.meta.get("axes") or AXES
        return [
            Column(name, str(title), points[:, axis])
            for axis, (name, title) in enumerate(zip(AXES, titles, strict=False))
            if axis < entry.shape[1]
        ]
    columns = [] if artifact.kind == "dataset" else described(artifact)
    if not columns:
        raise InvalidRequest(
            f"This {artifact.kind} is no table: maps and values of every row can be exported, "
            "other artifacts have their arrays.",
            field=field,
        )
    return columns


def described(artifact: Artifact) -> list[Column]:
    """Return the columns that an artifact's `meta.columns` describes."""
    return [
        Column(
            name=entry["name"],
            title=entry.get("title") or entry["name"],
            values=_values(artifact, entry),
            categories=entry.get("categories"),
            classes=entry["type"] == "category",
        )
        for entry in artifact.meta.get("columns") or []
    ]


def _values(artifact: Artifact, entry: dict[str, Any]) -> NDArray[Any] | Texts:
    values = artifact.array(entry["array"])
    if entry["type"] != "text":
        return values
    return Texts(values, artifact.array(offsets_of(entry["array"])))


def named_apart(parts: list[tuple[Artifact, list[Column]]], own: Artifact | None) -> list[Column]:
    """Give every column a name of its own: a second `x` becomes `photos_x`.

    Args:
        parts: Artifacts with their columns; who comes first keeps its name.
        own: Comes first wherever it stands.
    """
    reserved = {ROW, RECIPE, JOINED}
    taken = set(reserved)
    for artifact, columns in parts:
        if artifact is own:
            taken.update(*(column.names for column in columns))
    result = []
    for artifact, columns in parts:
        for column in columns:
            keeps = artifact is own and column.name not in reserved
            apart, number = column, 1
            while not keeps and apart.names & taken:
                ending = "" if number == 1 else f"_{number}"
                apart = replace(column, name=f"{artifact.manifest.method}_{column.name}{ending}")
                number += 1
            taken |= apart.names
            result.append(apart)
    return result
