"""Saved selections: names for sets of rows of a dataset.

The rows are an artifact (`selection/rows`), which never changes; a name refers to it and may be
given to another. As long as it has a name, `repscope gc` leaves it and its dataset alone.
"""

import time
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, select

from repscope.core.errors import Conflict, NotFound
from repscope.core.jobs import Database
from repscope.core.jobs.schema import selections

_SAFE = r"[^/\\\x00-\x1f\x7f]"
#: A name stands in an address: no slash, and no dots alone, which an address would resolve.
SELECTION_NAME_PATTERN = rf"^{_SAFE}*[^/\\\x00-\x1f\x7f.]{_SAFE}*$"


@dataclass(frozen=True)
class Saved:
    """A selection with a name."""

    dataset: str
    """Id of the dataset."""
    name: str
    selection: str
    """Id of the artifact that holds the rows."""
    created: float
    updated: float


class Selections:
    """The saved selections of all datasets."""

    def __init__(self, database: Database) -> None:
        """Keep them in `database`."""
        self._database = database

    def of(self, dataset: str) -> list[Saved]:
        """List those of one dataset, by name."""
        query = (
            select(selections).where(selections.c.dataset_id == dataset).order_by(selections.c.name)
        )
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        return [
            Saved(row.dataset_id, row.name, row.selection_id, row.created, row.updated)
            for row in rows
        ]

    def save(self, dataset: str, name: str, selection: str, owner: str) -> Saved:
        """Give a selection a name.

        Raises:
            Conflict: Another selection of this dataset has it.
        """
        now = time.time()
        with self._database.write() as connection:
            known = _find(connection, dataset, name)
            if known is not None and known.selection == selection:
                return known  # said twice
            if known is not None:
                raise _taken(name)
            saved = Saved(dataset, name, selection, now, now)
            connection.execute(
                selections.insert().values(
                    dataset_id=dataset,
                    name=name,
                    selection_id=selection,
                    owner=owner,
                    created=now,
                    updated=now,
                )
            )
        return saved

    def rename(self, dataset: str, name: str, new: str) -> Saved:
        """Give a selection another name.

        Raises:
            NotFound: There is none of this name.
            Conflict: Another has the new one.
        """
        with self._database.write() as connection:
            known = _find(connection, dataset, name)
            if known is None:
                raise _missing(name)
            if new != name and _find(connection, dataset, new) is not None:
                raise _taken(new)
            now = time.time()
            connection.execute(
                selections.update().where(*_is(dataset, name)).values(name=new, updated=now)
            )
        return Saved(dataset, new, known.selection, known.created, now)

    def forget(self, dataset: str, name: str) -> None:
        """Take a name back; the rows stay until `repscope gc` removes them.

        Raises:
            NotFound: There is none of this name.
        """
        with self._database.write() as connection:
            gone = connection.execute(selections.delete().where(*_is(dataset, name)))
            if gone.rowcount == 0:
                raise _missing(name)


def _is(dataset: str, name: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return selections.c.dataset_id == dataset, selections.c.name == name


def _find(connection: Connection, dataset: str, name: str) -> Saved | None:
    row = connection.execute(select(selections).where(*_is(dataset, name))).one_or_none()
    if row is None:
        return None
    return Saved(row.dataset_id, row.name, row.selection_id, row.created, row.updated)


def _missing(name: str) -> NotFound:
    return NotFound(f"This dataset has no saved selection '{name}'.", field="name")


def _taken(name: str) -> Conflict:
    return Conflict(
        f"This dataset has a selection '{name}' already; take another name.", field="name"
    )
