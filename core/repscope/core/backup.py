"""A data folder and its job table in one place, taken while everything runs, and put back.

    BACKUP/                         or the same as a .tar
        backup.json                 what it is; written last, so that half a backup is none
        database.jsonl.gz           every row of the job table, one JSON object a line
        artifacts/3f/3f9a.../       as in the store
        uploads/ab/ab34...          as in the store
        plugins/*.py

The rows are read in one transaction, a moment of the database. Artifacts never change, so they are
copied after that moment without stopping anybody: what the rows of the moment call done was in the
store by then. The rows have the same form on SQLite and PostgreSQL, so a backup of one can be
restored into the other. A second backup into the same folder copies only what is new.

Not part of it are announcements of living workers, logs, and scratch folders: a job that runs
during the backup is queued in what is restored, and starts from its beginning.
"""

import gzip
import json
import shutil
import tarfile
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any

from pydantic import BaseModel
from sqlalchemy import func, select

from repscope.core.artifacts import ArtifactStore
from repscope.core.errors import Conflict, NotFound, RepscopeError
from repscope.core.integrity import check_artifact, checksum
from repscope.core.jobs import Database, Leases
from repscope.core.jobs.schema import CURRENT, catalogue, jobs, metadata, schema_version, workers
from repscope.core.locks import FolderLock
from repscope.core.recipes import is_id
from repscope.core.settings import Settings
from repscope.core.uploads import UploadStore

#: Who lives right now is no part of what was made.
_LEFT_OUT = {workers.name, catalogue.name, schema_version.name}
_TABLES = [table for table in metadata.sorted_tables if table.name not in _LEFT_OUT]
_LABEL, _ROWS = "backup.json", "database.jsonl.gz"
#: Stands in place of the label while a backup is being written.
_BEGUN = "backup.json.part"
_BATCH = 500

#: Is told how many of how many artifacts were copied.
Progress = Callable[[int, int], None]


class Label(BaseModel):
    """What a backup says of itself."""

    release: str
    schema_version: int
    created: float
    rows: int
    artifacts: int
    damaged: list[str]
    """Artifacts and uploads that were left out since their bytes are not what was made."""
    uploads: int = 0


def back_up(settings: Settings, target: Path, progress: Progress | None = None) -> Label:
    """Copy everything that was made, and everything that was asked for.

    Args:
        settings: Where everything is.
        target: A folder, new or from an earlier backup; or a file that ends with `.tar`.
        progress: Is called after each artifact.

    Raises:
        NotFound: There is no data folder.
        Conflict: The target is something else.
    """
    if not settings.store.is_dir():
        raise NotFound(f"There is nothing to back up: no artifacts are in {settings.data}.")
    if target.suffix == ".tar":
        if target.exists():
            raise Conflict(f"{target} exists already; choose another name.")
        # Beside it, since there is room for a backup where one is to lie.
        folder = target.with_name(f"{target.name}.part")
        shutil.rmtree(folder, ignore_errors=True)
        try:
            label = _back_up(settings, folder, progress)
            part = folder.with_name(f"{target.name}.writing")
            with tarfile.open(part, "w") as archive:
                archive.add(folder, arcname=".")
            part.replace(target)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return label
    ours = any((target / name).is_file() for name in (_LABEL, _BEGUN))
    if target.exists() and not ours and any(target.iterdir()):
        raise Conflict(f"{target} holds something that is no backup; choose another folder.")
    return _back_up(settings, target, progress)


def restore(source: Path, settings: Settings, progress: Progress | None = None) -> Label:
    """Put a backup into an empty data folder and an empty database.

    Args:
        source: What `back_up` wrote, a folder or a `.tar`.
        settings: Where it is put.
        progress: Is called after each artifact.

    Raises:
        NotFound: The source is no backup.
        Conflict: The data folder or the database is not empty, or a server runs there, or the
            backup is of another schema.
        RepscopeError: The backup is damaged.
    """
    if source.is_file():
        folder = settings.data / "restoring"
        _require_empty(settings)
        try:
            folder.mkdir(parents=True)
            with tarfile.open(source) as archive:
                archive.extractall(folder, filter="data")
            return _restore(folder, settings, progress)
        except tarfile.TarError as error:
            raise NotFound(f"{source} is no backup: {error}.") from error
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    _require_empty(settings)
    return _restore(source, settings, progress)


def _back_up(settings: Settings, folder: Path, progress: Progress | None) -> Label:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _BEGUN).touch()
    (folder / _LABEL).unlink(missing_ok=True)
    database = Database(settings.database)
    rows = _write_rows(database, folder / _ROWS)
    database.close()
    artifacts = sorted(settings.store.glob("[0-9a-f][0-9a-f]/*"))
    damaged = []
    for number, path in enumerate(artifacts, start=1):
        place = folder / "artifacts" / path.parent.name / path.name
        if not place.exists() and not _copy_artifact(path, place):
            damaged.append(path.name)
        if progress is not None:
            progress(number, len(artifacts))
    uploads = list(UploadStore(settings.uploads))
    for upload in uploads:
        if not _copy_upload(settings.uploads, folder / "uploads", upload.sha256):
            damaged.append(upload.sha256)
    if settings.plugins.is_dir():
        shutil.copytree(settings.plugins, folder / "plugins", dirs_exist_ok=True)
    label = Label(
        release=version("repscope"),
        schema_version=CURRENT,
        created=time.time(),
        rows=rows,
        artifacts=len(artifacts) - sum(map(is_id, damaged)),
        damaged=damaged,
        uploads=len(uploads) - sum(not is_id(each) for each in damaged),
    )
    (folder / _BEGUN).write_text(label.model_dump_json(indent=1), "utf-8")
    (folder / _BEGUN).replace(folder / _LABEL)
    return label


def _restore(folder: Path, settings: Settings, progress: Progress | None) -> Label:
    try:
        label = Label.model_validate_json((folder / _LABEL).read_bytes())
    except (OSError, ValueError) as error:
        raise NotFound(f"{folder} is no backup: it has no {_LABEL} that can be read.") from error
    if label.schema_version != CURRENT:
        raise Conflict(
            f"This backup was taken by release {label.release} with schema version "
            f"{label.schema_version}; this release has {CURRENT}. Restore it with that release, "
            "then update."
        )
    with FolderLock(settings.data):
        store = ArtifactStore(settings.store)
        found = sorted((folder / "artifacts").glob("??/*"))
        for number, path in enumerate(found, start=1):
            if not _copy_artifact(path, settings.store / path.parent.name / path.name):
                raise RepscopeError(f"The backup is damaged: {path} is not what was made.")
            if progress is not None:
                progress(number, len(found))
        for upload in UploadStore(folder / "uploads"):
            if not _copy_upload(folder / "uploads", settings.uploads, upload.sha256):
                raise RepscopeError(f"The backup is damaged: upload {upload.sha256} is not whole.")
        if (folder / "plugins").is_dir():
            shutil.copytree(folder / "plugins", settings.plugins, dirs_exist_ok=True)
        database = Database(settings.database)
        _read_rows(database, folder / _ROWS)
        # Whoever ran something then does not run it here.
        Leases(database, store).release_all()
        database.close()
    return label


def _copy_artifact(source: Path, target: Path) -> bool:
    """Copy an artifact in whole or not at all; tells whether its bytes are what was made."""
    part = target.with_name(f"{target.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    shelf = part / source.name[:2]
    try:
        copied = shutil.copytree(source, shelf / source.name)
    except FileNotFoundError:
        return True  # it was deleted meanwhile
    whole = not check_artifact(copied, quick=False)[1]
    if whole:
        copied.replace(target)
    shutil.rmtree(part, ignore_errors=True)
    return whole


def _copy_upload(source: Path, target: Path, sha256: str) -> bool:
    """Copy an upload in whole or not at all; tells whether its bytes are what was sent."""
    place = target / sha256[:2] / sha256
    if place.exists():
        return True
    part = place.with_name(f"{sha256}.part")
    part.parent.mkdir(parents=True, exist_ok=True)
    try:
        shutil.copyfile(source / sha256[:2] / sha256, part)
    except FileNotFoundError:
        return True  # it was removed meanwhile
    whole = checksum(part) == sha256
    if whole:
        part.replace(place)
    part.unlink(missing_ok=True)
    return whole


def _write_rows(database: Database, path: Path) -> int:
    part = path.with_name(f"{path.name}.part")
    count = 0
    with database.snapshot() as connection, gzip.open(part, "wt", encoding="utf-8") as file:
        for table in _TABLES:
            for row in connection.execute(select(table)):
                line = {"table": table.name, "row": dict(row._mapping)}
                file.write(json.dumps(line, allow_nan=False) + "\n")
                count += 1
    part.replace(path)
    return count


def _read_rows(database: Database, path: Path) -> None:
    tables = {table.name: table for table in _TABLES}
    with database.write() as connection, gzip.open(path, "rt", encoding="utf-8") as file:
        for name, rows in _batches(file):
            connection.execute(tables[name].insert(), rows)


def _batches(file: IO[str]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Gather neighboring rows of one table."""
    name = ""
    rows: list[dict[str, Any]] = []
    for line in file:
        entry = json.loads(line)
        if rows and (entry["table"] != name or len(rows) == _BATCH):
            yield name, rows
            rows = []
        name = entry["table"]
        rows.append(entry["row"])
    if rows:
        yield name, rows


def _require_empty(settings: Settings) -> None:
    if settings.store.is_dir() and any(settings.store.glob("[0-9a-f][0-9a-f]/*")):
        raise Conflict(f"{settings.data} holds artifacts already; restore into an empty folder.")
    database = Database(settings.database)
    try:
        with database.read() as connection:
            found = connection.execute(select(func.count()).select_from(jobs)).scalar_one()
    finally:
        database.close()
    if found:
        raise Conflict(f"The database holds {found:,} jobs already; restore into an empty one.")
