"""Finding artifacts in the store."""

import re

from repscope.backend.errors import InvalidRequest, NotMade
from repscope.backend.models import ArtifactList, ArtifactSummary
from repscope.backend.services import Services
from repscope.core.artifacts import Artifact, ArtifactStore
from repscope.core.errors import NotFound

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


def newest_first(
    store: ArtifactStore, kind: str | None, limit: int, cursor: str | None
) -> ArtifactList:
    """List artifacts, newest first.

    Args:
        store: Where they are.
        kind: Only these.
        limit: Most to return.
        cursor: Where the page before ended.

    Raises:
        InvalidRequest: The cursor is none of ours.
    """
    manifests = [a.manifest for a in store if kind is None or a.kind == kind]
    keyed = sorted(((-round(m.created, 6), m.id, m) for m in manifests), key=lambda k: k[:2])
    if cursor is not None:
        place = _CURSOR.fullmatch(cursor)
        if place is None:
            raise InvalidRequest("'cursor' is not one that this list gave.", field="cursor")
        end = (-float(place[1]), place[2])
        keyed = [k for k in keyed if k[:2] > end]
    page = keyed[:limit]
    more = len(keyed) > limit
    return ArtifactList(
        artifacts=[ArtifactSummary.of(manifest) for _, _, manifest in page],
        cursor=f"{-page[-1][0]:.6f}-{page[-1][1]}" if more else None,
    )
