"""What was backed up comes back, from SQLite and PostgreSQL into either."""

import json
import threading
from pathlib import Path

import pytest
from sqlalchemy import select

from repscope.core.artifacts import ArtifactStore
from repscope.core.backup import Label, back_up, restore
from repscope.core.errors import Conflict, NotFound, RepscopeError
from repscope.core.integrity import check_store
from repscope.core.jobs import Database, JobStore
from repscope.core.jobs.schema import jobs, metadata
from repscope.core.library import Selections, Titles
from repscope.core.settings import Settings
from repscope.core.uploads import UploadStore
from tests.core.conftest import DATASET, EMBEDDING, PROJECTION, Bench


@pytest.fixture
def settings(bench: Bench, tmp_path: Path) -> Settings:
    """Those of the bench, in which something is made and something is under way."""
    bench.submit(EMBEDDING)
    bench.work()
    bench.submit(PROJECTION, owner="grace")
    assert bench.claim() is not None
    url = bench.database._engine.url.render_as_string(hide_password=False)
    made = next(iter(bench.artifacts)).id
    Titles(bench.database).say(made, "ada", title="Mine", note="first")
    Selections(bench.database).save(made, "tulips", made, "ada")
    (tmp_path / "plugins").mkdir()
    (tmp_path / "plugins" / "mine.py").write_text("# mine")
    return Settings(data=tmp_path, database_url=url)


@pytest.fixture
def elsewhere(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "elsewhere")


def rows(settings: Settings, table: str) -> list[tuple[object, ...]]:
    database = Database(settings.database)
    query = select(metadata.tables[table])
    with database.read() as connection:
        found = sorted(tuple(row) for row in connection.execute(query))
    database.close()
    return found


@pytest.mark.parametrize("name", ["backup", "backup.tar"])
def test_there_and_back(name: str, settings: Settings, elsewhere: Settings, tmp_path: Path) -> None:
    written = back_up(settings, tmp_path / name)
    assert (written.artifacts, written.damaged) == (2, [])
    assert not list(tmp_path.glob("*.part"))
    assert restore(tmp_path / name, elsewhere) == written
    report = check_store(elsewhere.store, quick=False)
    assert (report.artifacts, report.findings) == (2, [])
    for table in ("requests", "job_inputs", "titles", "selections"):
        assert rows(elsewhere, table) == rows(settings, table)
    assert (elsewhere.plugins / "mine.py").read_text() == "# mine"
    assert not (elsewhere.data / "restoring").exists()
    # What ran somewhere else is queued here.
    database = Database(elsewhere.database)
    store = JobStore(database, ArtifactStore(elsewhere.store))
    states = sorted(job.state for job in store.recent())
    assert states == ["done", "done", "queued", "waiting"]
    database.close()


@pytest.mark.postgres
def test_from_either_database_into_postgresql(
    settings: Settings, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue("postgres").new_database()
    target = Settings(data=tmp_path / "elsewhere", database_url=url)
    back_up(settings, tmp_path / "backup")
    restore(tmp_path / "backup", target)
    assert rows(target, "requests") == rows(settings, "requests")
    assert len(rows(target, "jobs")) == 4


def test_uploads_come_back(settings: Settings, elsewhere: Settings, tmp_path: Path) -> None:
    good, rotten = (_brought(settings, data) for data in (b"a zip", b"another"))
    UploadStore(settings.uploads).path(rotten).write_bytes(b"rot")
    written = back_up(settings, tmp_path / "backup")
    assert (written.artifacts, written.uploads, written.damaged) == (2, 1, [rotten])
    restore(tmp_path / "backup", elsewhere)
    assert [each.sha256 for each in UploadStore(elsewhere.uploads)] == [good]
    UploadStore(tmp_path / "backup" / "uploads").path(good).write_bytes(b"rot")
    with pytest.raises(RepscopeError, match="damaged"):
        restore(tmp_path / "backup", Settings(data=tmp_path / "third"))


def _brought(settings: Settings, data: bytes) -> str:
    with UploadStore(settings.uploads).receive(limit=100, floor=0) as incoming:
        incoming.write(data)
        return incoming.keep().sha256


def test_a_second_backup_copies_what_is_new(
    bench: Bench, settings: Settings, elsewhere: Settings, tmp_path: Path
) -> None:
    target = tmp_path / "backup"
    back_up(settings, target)
    before = {path: path.stat().st_mtime_ns for path in target.glob("artifacts/*/*/*")}
    bench.submit(DATASET | {"params": {"count": 3}})
    bench.work()
    assert back_up(settings, target).artifacts == 3
    assert {path: path.stat().st_mtime_ns for path in before} == before
    restore(target, elsewhere)
    assert check_store(elsewhere.store, quick=False).artifacts == 3


def test_while_others_work(
    bench: Bench, settings: Settings, elsewhere: Settings, tmp_path: Path
) -> None:
    """Whatever a backup calls done is in it."""
    ending = threading.Event()

    def work() -> None:
        count = 10
        while not ending.is_set():
            count += 1
            bench.submit(
                EMBEDDING | {"inputs": {"dataset": DATASET | {"params": {"count": count}}}}
            )
            bench.work()

    worker = threading.Thread(target=work)
    worker.start()
    try:
        for _ in range(3):
            back_up(settings, tmp_path / "backup")
    finally:
        ending.set()
        worker.join()
    restore(tmp_path / "backup", elsewhere)
    report = check_store(elsewhere.store, quick=False)
    assert report.findings == []
    store = ArtifactStore(elsewhere.store)
    database = Database(elsewhere.database)
    with database.read() as connection:
        done = connection.execute(select(jobs.c.id).where(jobs.c.state == "done")).scalars().all()
    assert len(done) > 2
    assert all(store.exists(each) for each in done)
    database.close()


def test_damage_is_not_copied(bench: Bench, settings: Settings, tmp_path: Path) -> None:
    first = next(iter(bench.artifacts))
    (first.path / "values.npy").write_bytes(b"rot")
    label = back_up(settings, tmp_path / "backup")
    assert (label.artifacts, label.damaged) == (1, [first.id])


def test_a_damaged_backup_is_refused(
    settings: Settings, elsewhere: Settings, tmp_path: Path
) -> None:
    back_up(settings, tmp_path / "backup")
    array = next((tmp_path / "backup").glob("artifacts/*/*/values.npy"))
    array.write_bytes(b"rot")
    with pytest.raises(RepscopeError, match="damaged"):
        restore(tmp_path / "backup", elsewhere)


def test_only_into_what_is_empty(settings: Settings, tmp_path: Path) -> None:
    back_up(settings, tmp_path / "backup")
    with pytest.raises(Conflict, match="already"):
        restore(tmp_path / "backup", settings)
    other = Settings(data=tmp_path / "other", database_url=settings.database_url)
    with pytest.raises(Conflict, match="4 jobs already"):
        restore(tmp_path / "backup", other)


def test_only_what_is_a_backup(settings: Settings, elsewhere: Settings, tmp_path: Path) -> None:
    half = tmp_path / "half"
    back_up(settings, half)
    (half / "backup.json").rename(half / "backup.json.part")
    with pytest.raises(NotFound, match="no backup"):
        restore(half, elsewhere)
    back_up(settings, half)  # goes on where it was interrupted
    other = json.loads((half / "backup.json").read_text()) | {"schema_version": 99}
    (half / "backup.json").write_text(Label(**other).model_dump_json())
    with pytest.raises(Conflict, match="schema version 99"):
        restore(half, elsewhere)
    (tmp_path / "text.tar").write_text("no archive")
    with pytest.raises(NotFound, match="no backup"):
        restore(tmp_path / "text.tar", elsewhere)
    with pytest.raises(Conflict, match="no backup"):
        back_up(settings, settings.plugins)
    with pytest.raises(NotFound, match="nothing to back up"):
        back_up(Settings(data=tmp_path / "none"), tmp_path / "more")
    assert not (tmp_path / "none").exists()
    with pytest.raises(Conflict, match="exists already"):
        back_up(settings, tmp_path / "text.tar")
