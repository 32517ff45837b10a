"""Taking an artifact or an upload away, and what that does to others.

Nothing that is there is left without what it was made of unless somebody says so: what others
stand on goes with all of them or not at all. What a job under way reads stays. The row of the job
goes first, so that nothing claims to be done which is gone; the bytes follow.
"""

import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import Connection, or_, select

from repscope.core.artifacts import ArtifactStore
from repscope.core.errors import Conflict, NotFound
from repscope.core.jobs import FINISHED, UNFINISHED, Database
from repscope.core.jobs.schema import job_inputs, jobs, selections, titles
from repscope.core.library.index import Entry, Index
from repscope.core.library.titles import Titles
from repscope.core.uploads import UploadStore, digests_in

#: Names that one sentence lists.
_NAMED = 3


@dataclass(frozen=True)
class Dependents:
    """What stands on an artifact."""

    artifacts: list[Entry] = field(default_factory=list)
    """Finished ones, directly or through others, oldest first."""
    jobs: list[str] = field(default_factory=list)
    """Jobs under way that read it, or any of them."""
    selections: list[tuple[str, str]] = field(default_factory=list)
    """Dataset and name of saved selections that would go."""
    uploads: list[str] = field(default_factory=list)
    """Checksums of files that nothing else would name."""


class Deletion:
    """Takes things away."""

    def __init__(
        self, database: Database, store: ArtifactStore, uploads: UploadStore, index: Index
    ) -> None:
        """Take them from `store` and `uploads`, and what is said of them from `database`."""
        self._database = database
        self._store = store
        self._uploads = uploads
        self._index = index
        self._titles = Titles(database)

    def dependents(self, artifact_id: str) -> Dependents:
        """Find everything that stands on an artifact."""
        entries = list(self._index)
        above = _above({artifact_id}, entries)
        going = {artifact_id, *(entry.id for entry in above)}
        kept = {name for entry in entries if entry.id not in going for name in entry.uploads}
        named = {name for entry in entries if entry.id in going for name in entry.uploads}
        with self._database.read() as connection:
            return Dependents(
                above, _readers(connection, going), _saved(connection, going), sorted(named - kept)
            )

    def delete(self, artifact_id: str, *, cascade: bool) -> list[str]:
        """Delete an artifact.

        Args:
            artifact_id: Which.
            cascade: Delete what stands on it, too.

        Returns:
            The ids of all that went.

        Raises:
            NotFound: It is not there.
            Conflict: Something stands on it, or a job under way needs it.
        """
        if not self._store.exists(artifact_id):
            raise NotFound(f"There is no artifact '{artifact_id}'.")
        found = self.dependents(artifact_id)
        if (found.artifacts or found.selections) and not cascade:
            raise Conflict(
                f"{self._in_words(found)} this {self._store.open(artifact_id).kind}; "
                "cascade=true deletes them, too."
            )
        return self._take([artifact_id, *(entry.id for entry in found.artifacts)])

    def delete_upload(self, sha256: str, *, cascade: bool) -> list[str]:
        """Delete a file that somebody brought.

        Args:
            sha256: Its checksum.
            cascade: Delete what was made of it, and what stands on that, too.

        Returns:
            The ids of all artifacts that went.

        Raises:
            NotFound: It is not there.
            Conflict: Something was made of it, or a job under way reads it.
        """
        self._uploads.path(sha256)
        entries = list(self._index)
        made = {entry.id for entry in entries if sha256 in entry.uploads}
        above = [entry for entry in entries if entry.id in made or entry.parts & made]
        above.sort(key=_age)
        if above and not cascade:
            raise Conflict(
                f"{self._in_words(Dependents(above))} this upload; cascade=true deletes them, too."
            )
        return self._take([entry.id for entry in above], sha256)

    def _take(self, going: list[str], upload: str | None = None) -> list[str]:
        # Who asks for something does so in a transaction of this kind: before this one, and it is
        # seen, or after it, and it is made again.
        folders = []
        with self._database.write() as connection:
            readers = _readers(connection, set(going))
            if upload is not None:
                readers += _readers_of_upload(connection, upload)
            if readers:
                count = (
                    "A job under way needs" if len(readers) == 1 else f"{len(readers)} jobs need"
                )
                raise Conflict(f"{count} this; cancel first, or wait.", job=readers[0])
            forget(connection, going)
            for artifact_id in going:
                try:
                    folders.append(self._store.withdraw(artifact_id))
                except NotFound:
                    continue  # somebody else deleted it meanwhile
            if upload is not None:
                self._uploads.remove(upload)
        for folder in folders:
            shutil.rmtree(folder, ignore_errors=True)
        return going

    def _in_words(self, found: Dependents) -> str:
        parts = []
        if found.artifacts:
            said = self._titles.find([entry.id for entry in found.artifacts[:_NAMED]])
            names = [
                said[entry.id].title
                if entry.id in said and said[entry.id].title
                else entry.own_title
                for entry in found.artifacts[:_NAMED]
            ]
            parts.append(_counted(len(found.artifacts), "artifact", names))
        if found.selections:
            names = [name for _, name in found.selections[:_NAMED]]
            parts.append(_counted(len(found.selections), "saved selection", names))
        verb = "stands" if len(found.artifacts) + len(found.selections) == 1 else "stand"
        return f"{' and '.join(parts)} {verb} on"


def forget(connection: Connection, artifact_ids: Iterable[str]) -> None:
    """Remove what the database says of artifacts that are about to go."""
    for artifact_id in artifact_ids:
        # One that is under way makes it anew.
        ended = (jobs.c.id == artifact_id, jobs.c.state.in_(FINISHED))
        connection.execute(jobs.delete().where(*ended))
        connection.execute(titles.delete().where(titles.c.artifact_id == artifact_id))
        connection.execute(
            selections.delete().where(
                or_(
                    selections.c.dataset_id == artifact_id,
                    selections.c.selection_id == artifact_id,
                )
            )
        )


def _above(going: set[str], entries: list[Entry]) -> list[Entry]:
    return sorted((entry for entry in entries if entry.parts & going), key=_age)


def _age(entry: Entry) -> tuple[float, str]:
    return entry.manifest.created, entry.id


def _readers(connection: Connection, artifact_ids: set[str]) -> list[str]:
    query = (
        select(jobs.c.id)
        .join(job_inputs, job_inputs.c.job_id == jobs.c.id)
        .where(job_inputs.c.input_id.in_(artifact_ids), jobs.c.state.in_(UNFINISHED))
        .distinct()
        .order_by(jobs.c.id)
    )
    return list(connection.execute(query).scalars())


def _readers_of_upload(connection: Connection, sha256: str) -> list[str]:
    query = select(jobs.c.id, jobs.c.recipe).where(jobs.c.state.in_(UNFINISHED))
    return [
        row.id for row in connection.execute(query) if sha256 in digests_in(row.recipe["params"])
    ]


def _saved(connection: Connection, artifact_ids: set[str]) -> list[tuple[str, str]]:
    query = (
        select(selections.c.dataset_id, selections.c.name)
        .where(
            or_(
                selections.c.dataset_id.in_(artifact_ids),
                selections.c.selection_id.in_(artifact_ids),
            )
        )
        .order_by(selections.c.dataset_id, selections.c.name)
    )
    return [(row.dataset_id, row.name) for row in connection.execute(query)]


def _counted(count: int, what: str, names: list[str]) -> str:
    listed = ", ".join(f"'{name}'" for name in names)
    more = f" and {count - len(names):,} more" if count > len(names) else ""
    return f"{count:,} {what}{'s' if count != 1 else ''} ({listed}{more})"
