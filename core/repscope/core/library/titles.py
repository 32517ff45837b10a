"""Titles and notes: artifacts never change, what people call them may."""

import time
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select

from repscope.core.jobs import Database
from repscope.core.jobs.schema import titles


@dataclass(frozen=True)
class Naming:
    """What somebody says of an artifact; both are empty until somebody does."""

    title: str = ""
    note: str = ""


class Titles:
    """The titles and notes of all artifacts."""

    def __init__(self, database: Database) -> None:
        """Keep them in `database`."""
        self._database = database

    def of(self, artifact_id: str) -> Naming:
        """Return what is said of one artifact."""
        return self.find([artifact_id]).get(artifact_id, Naming())

    def find(self, artifact_ids: Collection[str]) -> dict[str, Naming]:
        """Return what is said of those of the artifacts of which something is said."""
        if not artifact_ids:
            return {}
        query = select(titles).where(titles.c.artifact_id.in_(list(artifact_ids)))
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        return {row.artifact_id: Naming(row.title, row.note) for row in rows}

    def say(
        self, artifact_id: str, owner: str, *, title: str | None = None, note: str | None = None
    ) -> Naming:
        """Name an artifact, or note something of it.

        Args:
            artifact_id: Of which.
            owner: Who says so.
            title: Empty gives its own title back; nothing leaves it as it is.
            note: Empty removes it; nothing leaves it as it is.
        """
        with self._database.write() as connection:
            where = titles.c.artifact_id == artifact_id
            row = connection.execute(select(titles).where(where)).one_or_none()
            known = Naming() if row is None else Naming(row.title, row.note)
            said = Naming(
                known.title if title is None else title, known.note if note is None else note
            )
            # A row keeps its artifact from `repscope gc`; one that says nothing must not.
            connection.execute(titles.delete().where(where))
            if said != Naming():
                connection.execute(
                    titles.insert().values(
                        artifact_id=artifact_id,
                        title=said.title,
                        note=said.note,
                        owner=owner,
                        updated=time.time(),
                    )
                )
        return said
