"""What lists and the library show of artifacts: enough for a card, never what is long."""

from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from repscope.core import library
from repscope.core.library import Entry, Naming

LONGEST_TITLE, LONGEST_NOTE = 200, 10_000

Title = Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST_TITLE)]
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST_NOTE)]


class NamingChange(BaseModel):
    """A title or a note, or both; what is left out stays as it is."""

    model_config = ConfigDict(extra="forbid")

    title: Title | None = Field(None, description="empty for its own title")
    note: Note | None = Field(None, description="empty for none")


class ColumnCard(BaseModel):
    """One thing that is known of each image."""

    name: str
    title: str
    type: str = Field(description="category, number or text")


class DatasetCard(BaseModel):
    """What a dataset says of itself, in short."""

    count: int = Field(description="number of images")
    height: int = Field(description="of an image in pixels, the largest where they differ")
    width: int = Field(description="of an image in pixels, the largest where they differ")
    channels: int = Field(description="1 is gray, 3 is color")
    mixed: bool = Field(description="whether its images differ in size")
    classes: int = Field(description="how many there are; 0 without labels")
    columns: list[ColumnCard]
    splits: list[str] = Field(description="names of its parts, such as train and test")
    source: str
    license: str
    parent: str | None = Field(description="id of the dataset that its rows are taken from")

    @classmethod
    def of(cls, entry: Entry) -> Self:
        """Read it from a manifest; what is not there counts as nothing."""
        meta = entry.manifest.meta
        columns = [each for each in _list(meta.get("columns")) if isinstance(each, dict)]
        return cls(
            count=_whole(meta.get("count")),
            height=_whole(meta.get("height")),
            width=_whole(meta.get("width")),
            channels=_whole(meta.get("channels")),
            mixed="sizes" in entry.manifest.arrays,
            classes=entry.classes,
            columns=[
                ColumnCard(
                    name=str(each.get("name")),
                    title=str(each.get("title") or each.get("name")),
                    type=str(each.get("type")),
                )
                for each in columns
            ],
            splits=_splits(meta.get("splits"), columns),
            source=str(meta.get("source") or ""),
            license=str(meta.get("license") or ""),
            parent=meta["parent"] if isinstance(meta.get("parent"), str) else None,
        )


class ArtifactSummary(BaseModel):
    """One line of the list of artifacts."""

    id: str
    kind: str
    method: str
    version: int
    title: str = Field(description="what people call it; its own title until somebody names it")
    note: str = Field(description="what somebody noted of it")
    asked: bool = Field(
        description="whether somebody asked for it itself or named it; else it was only made on "
        "the way to something else"
    )
    meta: dict[str, Any] = Field(description="what its method says, without what is long")
    metrics: dict[str, float]
    dataset: DatasetCard | None = Field(description="of datasets: what a card shows")
    bytes: int = Field(description="size of all arrays and files")
    seconds: float = Field(description="how long it took to make")
    created: float = Field(description="unix seconds")

    @classmethod
    def of(cls, entry: Entry, said: Naming | None, asked: bool) -> Self:
        """Sum up an artifact, what somebody said of it and whether anybody asked for it."""
        manifest = entry.manifest
        sizes = [each.bytes for each in manifest.arrays.values()]
        sizes += [each.bytes for each in manifest.files.values()]
        asked = asked or said is not None
        said = said or Naming()
        return cls(
            id=manifest.id,
            kind=manifest.kind,
            method=manifest.method,
            version=manifest.version,
            title=said.title or entry.own_title,
            note=said.note,
            asked=asked,
            meta=manifest.meta,
            metrics=manifest.metrics,
            dataset=DatasetCard.of(entry) if manifest.kind == "dataset" else None,
            bytes=sum(sizes),
            seconds=manifest.seconds,
            created=manifest.created,
        )


class ArtifactList(BaseModel):
    """Artifacts, newest first."""

    artifacts: list[ArtifactSummary]
    cursor: str | None = Field(description="give it back to get the next page; nothing at the end")


class Dependent(BaseModel):
    """A finished artifact that stands on another."""

    id: str
    kind: str
    method: str
    title: str
    bytes: int = Field(description="size of all arrays and files")


class DependentJob(BaseModel):
    """A job under way that needs an artifact."""

    id: str
    title: str
    state: str


class SavedName(BaseModel):
    """A saved selection, by its name."""

    dataset: str = Field(description="id of its dataset")
    name: str


class Dependents(BaseModel):
    """What stands on an artifact, and goes with it."""

    artifacts: list[Dependent] = Field(description="oldest first")
    jobs: list[DependentJob] = Field(description="while there is one, nothing can be deleted")
    selections: list[SavedName] = Field(description="saved selections that would go")
    uploads: list[str] = Field(
        description="checksums of files that nothing else names; `repscope gc` removes them later"
    )


class SavedSelection(BaseModel):
    """Rows of a dataset under a name."""

    name: str
    selection: str = Field(description="id of the artifact that holds the rows")
    count: int = Field(description="how many rows")
    created: float = Field(description="unix seconds")
    updated: float = Field(description="unix seconds")

    @classmethod
    def of(cls, saved: library.Saved, count: int) -> Self:
        """Show a saved selection."""
        return cls(
            name=saved.name,
            selection=saved.selection,
            count=count,
            created=saved.created,
            updated=saved.updated,
        )


class SavedSelections(BaseModel):
    """The saved selections of a dataset, by name."""

    selections: list[SavedSelection]


def _splits(said: Any, columns: list[dict[str, Any]]) -> list[str]:
    """Take the parts that a dataset names, or else those of its column `split`."""
    if isinstance(said, dict | list):
        return [str(each) for each in said]
    given = [each.get("categories") for each in columns if each.get("name") == "split"]
    return [str(each) for each in _list(given[0] if given else None)]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _whole(value: Any) -> int:
    return value if isinstance(value, int) else 0
