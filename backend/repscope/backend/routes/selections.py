"""Saved selections of a dataset: rows under a name."""

from typing import Annotated

from fastapi import APIRouter, Path, status
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from repscope.backend.cards import SavedSelection, SavedSelections
from repscope.backend.dependencies import IdInPath, Owner, ServicesOf
from repscope.backend.errors import InvalidRequest
from repscope.backend.finding import open_artifact, open_dataset
from repscope.backend.services import Services
from repscope.backend.strict import StrictRoute
from repscope.core.artifacts import Artifact
from repscope.core.errors import NotFound
from repscope.core.library import SELECTION_NAME_PATTERN, Saved
from repscope.core.recipes import ArtifactId, input_ids

router = APIRouter(tags=["datasets"], route_class=StrictRoute)

_LONGEST_NAME = 100
SelectionName = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        min_length=1,
        max_length=_LONGEST_NAME,
        pattern=SELECTION_NAME_PATTERN,
    ),
]
NameInPath = Annotated[
    str, Path(alias="name", max_length=_LONGEST_NAME, description="name of the selection")
]


class NewSelection(BaseModel):
    """What to save, and under which name."""

    model_config = ConfigDict(extra="forbid")

    name: SelectionName
    selection: ArtifactId = Field(description="id of a `selection/rows` of this dataset")


class NewName(BaseModel):
    """Another name."""

    model_config = ConfigDict(extra="forbid")

    name: SelectionName


@router.get("/datasets/{id}/selections")
def list_selections(dataset_id: IdInPath, services: ServicesOf) -> SavedSelections:
    """List the saved selections of a dataset by name."""
    open_dataset(services, dataset_id)
    return SavedSelections(
        selections=[_shown(saved, services) for saved in services.selections.of(dataset_id)]
    )


@router.post("/datasets/{id}/selections", status_code=status.HTTP_201_CREATED)
def save_selection(
    dataset_id: IdInPath, given: NewSelection, services: ServicesOf, owner: Owner
) -> SavedSelection:
    """Save rows of a dataset under a name that no other selection of it has.

    The rows are an artifact of their own (`selection/rows`); make it first.
    """
    dataset = open_dataset(services, dataset_id)
    require_selection(open_artifact(services, given.selection), dataset, "selection")
    saved = services.selections.save(dataset_id, given.name, given.selection, owner)
    return _shown(saved, services)


@router.patch("/datasets/{id}/selections/{name}")
def rename_selection(
    dataset_id: IdInPath, name: NameInPath, given: NewName, services: ServicesOf
) -> SavedSelection:
    """Give a saved selection another name."""
    open_dataset(services, dataset_id)
    return _shown(services.selections.rename(dataset_id, name, given.name), services)


@router.delete("/datasets/{id}/selections/{name}", status_code=status.HTTP_204_NO_CONTENT)
def delete_selection(dataset_id: IdInPath, name: NameInPath, services: ServicesOf) -> None:
    """Take the name of a saved selection back; what was made of its rows stays."""
    open_dataset(services, dataset_id)
    services.selections.forget(dataset_id, name)


def require_selection(selection: Artifact, dataset: Artifact, field: str) -> None:
    """See that an artifact holds rows of a dataset.

    Raises:
        InvalidRequest: It does not.
    """
    if selection.kind != "selection" or "rows" not in selection.array_names:
        raise InvalidRequest(
            f"'{selection.id}' is of kind {selection.kind}; give the id of a selection.",
            field=field,
        )
    if input_ids(selection.recipe).get("dataset") != dataset.id:
        raise InvalidRequest(
            f"The selection '{selection.id}' is of another dataset than this.", field=field
        )


def _shown(saved: Saved, services: Services) -> SavedSelection:
    try:
        rows = services.artifacts.open(saved.selection).manifest.arrays["rows"]
    except NotFound:  # somebody removed its folder
        return SavedSelection.of(saved, 0)
    return SavedSelection.of(saved, rows.shape[0])
