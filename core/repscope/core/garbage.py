"""What may go: leftovers of crashes, and what nobody has asked for in a long time.

An artifact goes only when it can be made again, and when neither a job under way nor anything that
somebody asked for of late stands on it: a map that was opened yesterday keeps its dataset. What
was trained, what somebody gave a name, and what was made of an upload, stays. An upload goes when
neither an artifact nor a row of the job table names it, and nobody asked for it of late.
"""

import contextlib
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import ValidationError
from sqlalchemy import Connection, delete, func, or_, select, true

from repscope.core.artifacts import Artifact, ArtifactStore
from repscope.core.catalogue import Catalogue
from repscope.core.errors import NotFound
from repscope.core.jobs import FINISHED, UNFINISHED, Database, WorkerTable
from repscope.core.jobs.schema import events, jobs, requests, selections, titles
from repscope.core.library.deletion import forget
from repscope.core.recipes import ingredients
from repscope.core.settings import Settings
from repscope.core.space import bytes_below
from repscope.core.uploads import UploadStore, digests_in, named_uploads

#: Seconds that the work folder of an ended job is left alone: a training that was stopped goes on
#: from the checkpoint there when it is asked for again.
_WORK_REST = 86400.0

Kind = Literal["staging", "work", "artifact", "upload", "job", "history"]


@dataclass(frozen=True)
class Waste:
    """One thing that may go."""

    kind: Kind
    name: str
    """Id of an artifact or job, checksum of an upload, or name of a folder."""
    about: str
    """What it is, for people."""
    bytes: int
    why: str


class Garbage:
    """Finds what may go, and removes it."""

    def __init__(self, settings: Settings, database: Database, days: float) -> None:
        """Look into one data folder and its database.

        Args:
            settings: Where everything is.
            database: The job table.
            days: What was asked for within so many days stays.
        """
        self._store = ArtifactStore(settings.store)
        self._uploads = UploadStore(settings.uploads)
        self._work = settings.work
        self._database = database
        self._days = days
        self._begun = time.time()
        self._since = self._begun - days * 86400.0

    def find(self) -> list[Waste]:
        """Look at everything; nothing is removed."""
        catalogue = WorkerTable(self._database).catalogue()
        with self._database.read() as connection:
            needed = _in_use(connection, self._since)
            named = _named(connection)
            unfinished = _ids(connection, jobs.c.state.in_(UNFINISHED))
            old = self._old_jobs(connection)
            talkative = self._with_history(connection)
            brought = self._named_uploads(connection)
        return [
            *self._staging(),
            *self._work_folders(unfinished),
            *self._artifacts(catalogue, needed | named),
            *self._unnamed_uploads(brought),
            *(
                Waste("job", name, title, 0, f"ended more than {self._days:g} days ago")
                for name, title in old.items()
                if name not in needed
            ),
            *(
                Waste("history", name, title, 0, f"of {self._days:g} days ago and more")
                for name, title in talkative.items()
                if name not in old or name in needed
            ),
        ]

    def remove(self, waste: Waste) -> bool:
        """Remove one thing; tells whether it went, for somebody may have asked for it meanwhile."""
        match waste.kind:
            case "staging":
                shutil.rmtree(self._store.root / ".staging" / waste.name, ignore_errors=True)
                self._uploads.sweep()
            case "upload":
                return self._remove_upload(waste.name)
            case "work":
                return self._remove_work(waste.name)
            case "artifact":
                return self._remove_artifact(waste.name)
            case "job" | "history":
                return self._remove_rows(waste)
        return True

    def _staging(self) -> Iterator[Waste]:
        for path in self._store.stale():
            why = "a crash left it" if "-deleted-" not in path.name else "was being deleted"
            yield Waste("staging", path.name, "unfinished artifact", bytes_below(path), why)

    def _unnamed_uploads(self, named: set[str]) -> Iterator[Waste]:
        for path in self._uploads.stale():
            size = path.stat().st_size
            yield Waste("staging", path.name, "unfinished upload", size, "it broke off")
        for upload in self._uploads:
            if upload.sha256 not in named and self._has_rested(upload.sha256):
                why = f"nothing was made of it within {self._days:g} days"
                yield Waste("upload", upload.sha256, "upload", upload.bytes, why)

    def _has_rested(self, sha256: str) -> bool:
        with contextlib.suppress(NotFound):
            return self._uploads.path(sha256).stat().st_mtime < self._since
        return False

    def _named_uploads(self, connection: Connection) -> set[str]:
        """Return the uploads that artifacts and rows of the job table name."""
        recipes = [artifact.recipe for artifact in self._readable()]
        recipes += connection.execute(select(jobs.c.recipe)).scalars()
        return {sha256 for recipe in recipes for sha256 in named_uploads(recipe)}

    def _work_folders(self, unfinished: set[str]) -> Iterator[Waste]:
        if not self._work.is_dir():
            return
        for path in sorted(self._work.iterdir()):
            rested = path.stat().st_mtime < self._begun - _WORK_REST
            if path.name not in unfinished and rested:
                yield Waste("work", path.name, "scratch folder", bytes_below(path), "its job ended")

    def _artifacts(self, catalogue: Catalogue, kept: set[str]) -> Iterator[Waste]:
        for artifact in self._readable():
            young = artifact.manifest.created >= self._since
            brought = bool(digests_in(artifact.recipe["params"]))
            needed = artifact.id in kept or young or brought
            if not needed and _can_be_made(artifact, catalogue):
                about = f"{artifact.kind}/{artifact.manifest.method}"
                why = f"nobody asked for it within {self._days:g} days"
                yield Waste("artifact", artifact.id, about, bytes_below(artifact.path), why)

    def _readable(self) -> Iterator[Artifact]:
        """Iterate over all artifacts but the damaged, which `repscope doctor` names."""
        for path in sorted(self._store.root.glob("[0-9a-f][0-9a-f]/*")):
            with contextlib.suppress(NotFound, ValidationError):
                yield self._store.open(path.name)

    def _old_jobs(self, connection: Connection) -> dict[str, str]:
        asked = (
            select(requests.c.job_id)
            .where(requests.c.job_id == jobs.c.id, requests.c.created >= self._since)
            .exists()
        )
        query = select(jobs.c.id, jobs.c.title).where(
            jobs.c.state.in_(FINISHED), jobs.c.ended < self._since, ~asked
        )
        return {row.id: row.title for row in connection.execute(query)}

    def _with_history(self, connection: Connection) -> dict[str, str]:
        told = select(events.c.job_id).where(events.c.job_id == jobs.c.id).exists()
        query = select(jobs.c.id, jobs.c.title).where(
            jobs.c.state.in_(FINISHED), jobs.c.ended < self._since, told
        )
        return {row.id: row.title for row in connection.execute(query)}

    def _remove_artifact(self, artifact_id: str) -> bool:
        # Who asks for something does so in a transaction of this kind: before this one, and it is
        # seen, or after it, and it is made again.
        with self._database.write() as connection:
            if artifact_id in _in_use(connection, self._begun) | _named(connection):
                return False
            forget(connection, [artifact_id])
            try:
                folder = self._store.withdraw(artifact_id)
            except NotFound:
                return False
        shutil.rmtree(folder, ignore_errors=True)
        return True

    def _remove_upload(self, name: str) -> bool:
        with self._database.write() as connection:
            if name in self._named_uploads(connection) or not self._has_rested(name):
                return False
            self._uploads.remove(name)
        return True

    def _remove_work(self, name: str) -> bool:
        with self._database.write() as connection:
            if _ids(connection, jobs.c.id == name, jobs.c.state.in_(UNFINISHED)):
                return False
            shutil.rmtree(self._work / name, ignore_errors=True)
        return True

    def _remove_rows(self, waste: Waste) -> bool:
        table, key = (jobs, jobs.c.id) if waste.kind == "job" else (events, events.c.job_id)
        with self._database.write() as connection:
            if waste.name in _in_use(connection, self._begun):
                return False
            connection.execute(delete(table).where(key == waste.name))
        return True


def _in_use(connection: Connection, since: float) -> set[str]:
    """Return what jobs under way stand on, and what anybody asked for since then stands on."""
    latest = select(func.max(requests.c.created)).where(
        requests.c.job_id == jobs.c.id, requests.c.withdrawn.is_(None)
    )
    query = select(jobs.c.recipe).where(
        or_(jobs.c.state.in_(UNFINISHED), latest.scalar_subquery() >= since)
    )
    return {
        found for recipe in connection.execute(query).scalars() for found, _ in ingredients(recipe)
    }


def _named(connection: Connection) -> set[str]:
    """Return what somebody gave a name, and what saved selections are of and refer to."""
    columns = (titles.c.artifact_id, selections.c.selection_id, selections.c.dataset_id)
    return {found for column in columns for found in connection.execute(select(column)).scalars()}


def _ids(connection: Connection, *conditions: Any) -> set[str]:
    return set(connection.execute(select(jobs.c.id).where(true(), *conditions)).scalars())


def _can_be_made(artifact: Artifact, catalogue: Catalogue) -> bool:
    """Tell whether the methods of today make it again, in minutes rather than by training."""
    known = {(each.kind, each.method): each for each in catalogue}
    for _, recipe in ingredients(artifact.recipe):
        method = known.get((recipe["kind"], recipe["method"]))
        if method is None or method.version != recipe["version"]:
            return False
    own = known[artifact.kind, artifact.manifest.method]
    return own.queue != "train"
