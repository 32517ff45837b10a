"""Finding artifacts in the store."""

import re

from repscope.backend.cards import ArtifactList, ArtifactSummary
from repscope.backend.errors import InvalidRequest, NotMade
from repscope.backend.services import Services
from repscope.core.artifacts import Artifact
from repscope.core.errors import NotFound
from repscope.core.library import Entry

_CURSOR = re.compile(r"([0-9]{1,12}\.[0-9]{1,9})-([0-9a-f]{32})")


def open_artifact(services: Services, artifact_id: str) -> Artifact:
    """Open one artifact.

    Raises:
        NotMade: It is known what it is, but it is not there.
        NotFound: Nobody knows this id.
    """
    try:
        return services.artifacts.open(artifact_id)
    except NotFound:
        recipe = services.jobs.recipe(artifact_id)
        if recipe is None:
            raise
        raise NotMade(
            f"This {recipe['kind']} has not been made yet; submit its recipe.",
            job=artifact_id,
            recipe=recipe,
        ) from None


def open_dataset(services: Services, dataset_id: str) -> Artifact:
    """Open one dataset.

    Raises:
        NotMade: It is known what it is, but it is not there.
        NotFound: Nobody knows this id, or it is no dataset.
    """
    artifact = open_artifact(services, dataset_id)
    if artifact.kind != "dataset":
        raise NotFound(f"'{dataset_id}' is of kind {artifact.kind}, not a dataset.", field="id")
    return artifact


def newest_first(
    services: Services, kind: str | None, limit: int, cursor: str | None
) -> ArtifactList:
    """List artifacts, newest first.

    Args:
        services: Where they are.
        kind: Only these.
        limit: Most to return.
        cursor: Where the page before ended.

    Raises:
        InvalidRequest: The cursor is none of ours.
    """
    entries = [entry for entry in services.index if kind is None or entry.manifest.kind == kind]
    keyed = sorted(
        ((-round(entry.manifest.created, 6), entry.id, entry) for entry in entries),
        key=lambda k: k[:2],
    )
    if cursor is not None:
        place = _CURSOR.fullmatch(cursor)
        if place is None:
            raise InvalidRequest("'cursor' is not one that this list gave.", field="cursor")
        end = (-float(place[1]), place[2])
        keyed = [k for k in keyed if k[:2] > end]
    page = keyed[:limit]
    more = len(keyed) > limit
    return ArtifactList(
        artifacts=summarize(services, [entry for _, _, entry in page]),
        cursor=f"{-page[-1][0]:.6f}-{page[-1][1]}" if more else None,
    )


def summarize(services: Services, entries: list[Entry]) -> list[ArtifactSummary]:
    """Sum up artifacts, with what people say of them."""
    ids = [entry.id for entry in entries]
    said, asked = services.titles.find(ids), services.jobs.asked(ids)
    return [ArtifactSummary.of(entry, said.get(entry.id), entry.id in asked) for entry in entries]
