"""What stands on something goes with it or keeps it; nothing claims to be done that is gone."""

import json
import os
from pathlib import Path

import pytest
from sqlalchemy import func, select

from repscope.core.errors import Conflict, NotFound
from repscope.core.jobs import Job
from repscope.core.jobs.schema import events, jobs, requests
from repscope.core.library import Deletion, Index, Selections, Titles
from repscope.core.uploads import UploadStore
from tests.core.conftest import DATASET, EMBEDDING, PROJECTION, Bench

Made = dict[str, str]


class Shelf:
    """A bench with what the library keeps beside it."""

    def __init__(self, bench: Bench, data: Path) -> None:
        self.bench = bench
        self.uploads = UploadStore(data / "uploads")
        self.index = Index(bench.artifacts)
        self.deletion = Deletion(bench.database, bench.artifacts, self.uploads, self.index)

    def made(self, recipe: dict[str, object]) -> Job:
        job = self.bench.submit(recipe)
        self.bench.work()
        return job

    def ids(self) -> Made:
        return {artifact.kind: artifact.id for artifact in self.bench.artifacts}

    def rows(self, table: object) -> int:
        with self.bench.database.read() as connection:
            return int(connection.execute(select(func.count()).select_from(table)).scalar_one())

    def bring(self, data: bytes) -> str:
        with self.uploads.receive(limit=100, floor=0) as incoming:
            incoming.write(data)
            return incoming.keep().sha256


@pytest.fixture
def shelf(bench: Bench, tmp_path: Path) -> Shelf:
    return Shelf(bench, tmp_path)


def test_everything_that_stands_on_an_artifact_is_found(shelf: Shelf) -> None:
    shelf.made(PROJECTION)
    other = shelf.made({"kind": "encoder", "method": "toy"})
    ids = shelf.ids()
    found = shelf.deletion.dependents(ids["dataset"])
    assert {entry.manifest.kind for entry in found.artifacts} == {
        "embedding",
        "neighbors",
        "projection",
    }
    ages = [entry.manifest.created for entry in found.artifacts]
    assert ages == sorted(ages)
    assert shelf.deletion.dependents(ids["projection"]).artifacts == []
    assert shelf.deletion.dependents(other.id).artifacts == []


def test_what_others_stand_on_goes_with_all_of_them_or_not_at_all(shelf: Shelf) -> None:
    shelf.made(PROJECTION)
    ids = shelf.ids()
    Titles(shelf.bench.database).say(ids["embedding"], "ada", title="Mine")
    with pytest.raises(Conflict) as caught:
        shelf.deletion.delete(ids["dataset"], cascade=False)
    assert caught.value.message == (
        "3 artifacts ('Mine', 'neighbors/toy', 'projection/toy') stand on this dataset; "
        "cascade=true deletes them, too."
    )
    assert len(shelf.ids()) == 4
    gone = shelf.deletion.delete(ids["embedding"], cascade=True)
    assert set(gone) == {ids["embedding"], ids["neighbors"], ids["projection"]}
    assert shelf.ids() == {"dataset": ids["dataset"]}
    assert Titles(shelf.bench.database).of(ids["embedding"]).title == ""
    with pytest.raises(NotFound):
        shelf.deletion.delete(ids["embedding"], cascade=True)


def test_no_job_says_that_it_is_done_whose_result_is_gone(shelf: Shelf) -> None:
    job = shelf.made(DATASET)
    assert shelf.bench.jobs.get(job.id).state == "done"
    shelf.deletion.delete(job.id, cascade=False)
    with pytest.raises(NotFound):
        shelf.bench.jobs.get(job.id)
    assert [shelf.rows(table) for table in (jobs, requests, events)] == [0, 0, 0]
    assert list((shelf.bench.artifacts.root / ".staging").iterdir()) == []
    assert shelf.made(DATASET).id == job.id
    assert shelf.bench.jobs.get(job.id).state == "done"


def test_what_a_job_under_way_reads_stays_whatever_is_said(shelf: Shelf) -> None:
    shelf.made(EMBEDDING)
    ids = shelf.ids()
    job = shelf.bench.submit(PROJECTION)
    for name in ("embedding", "dataset"):
        with pytest.raises(Conflict, match=r"under way|stands on") as caught:
            shelf.deletion.delete(ids[name], cascade=name == "embedding")
    shelf.bench.claim()
    with pytest.raises(Conflict, match="A job under way needs this") as caught:
        shelf.deletion.delete(ids["dataset"], cascade=True)
    assert caught.value.job in shelf.deletion.dependents(ids["dataset"]).jobs
    assert shelf.ids() == ids
    shelf.bench.work()
    assert shelf.bench.jobs.get(job.id).state in {"waiting", "queued"}


def test_saved_selections_keep_their_dataset_and_go_with_it(shelf: Shelf) -> None:
    dataset, rows = shelf.made(DATASET), shelf.made({"kind": "encoder", "method": "toy"})
    saved = Selections(shelf.bench.database)
    saved.save(dataset.id, "tulips", rows.id, "ada")
    for artifact in (dataset.id, rows.id):
        with pytest.raises(Conflict, match=r"1 saved selection \('tulips'\) stands on this"):
            shelf.deletion.delete(artifact, cascade=False)
        assert shelf.deletion.dependents(artifact).selections == [(dataset.id, "tulips")]
    shelf.deletion.delete(rows.id, cascade=True)
    assert saved.of(dataset.id) == []
    shelf.deletion.delete(dataset.id, cascade=False)


def test_an_upload_goes_with_what_was_made_of_it(shelf: Shelf) -> None:
    sha256, lost = shelf.bring(b"flowers"), shelf.bring(b"nothing")
    dataset = {**DATASET, "params": {"label": sha256}}
    made = shelf.made({**EMBEDDING, "inputs": {"dataset": dataset}})
    other = shelf.made(DATASET)
    ids = {artifact.kind for artifact in shelf.bench.artifacts}
    assert ids == {"dataset", "embedding"}
    assert shelf.deletion.dependents(shelf.bench.submit(dataset).id).uploads == [sha256]
    with pytest.raises(Conflict, match="2 artifacts .* stand on this upload"):
        shelf.deletion.delete_upload(sha256, cascade=False)
    waiting = shelf.bench.submit({**dataset, "seed": 1})
    with pytest.raises(Conflict, match="A job under way"):
        shelf.deletion.delete_upload(sha256, cascade=True)
    shelf.bench.jobs.cancel(waiting.id, "ada")
    assert made.id in shelf.deletion.delete_upload(sha256, cascade=True)
    assert [artifact.id for artifact in shelf.bench.artifacts] == [other.id]
    assert shelf.deletion.delete_upload(lost, cascade=False) == []
    assert list(shelf.uploads) == []
    with pytest.raises(NotFound):
        shelf.deletion.delete_upload(lost, cascade=False)


def test_deleting_a_dataset_leaves_the_upload(shelf: Shelf) -> None:
    sha256 = shelf.bring(b"flowers")
    job = shelf.made({**DATASET, "params": {"label": sha256}})
    shelf.deletion.delete(job.id, cascade=False)
    assert [each.sha256 for each in shelf.uploads] == [sha256]


def test_the_list_follows_the_store_and_passes_over_what_is_damaged(shelf: Shelf) -> None:
    job = shelf.made(DATASET)
    (entry,) = shelf.index
    assert (entry.id, entry.own_title) == (job.id, "dataset/toy")
    assert next(iter(shelf.index)) is entry  # it is read once
    path = shelf.bench.artifacts.open(job.id).path / "manifest.json"
    manifest = json.loads(path.read_text())
    columns = [{"name": "file", "categories": [f"{n}.png" for n in range(5000)]}]
    meta = {"title": "Toys", "columns": columns, "license_text": "x" * 20_000, "classes": ["a"] * 9}
    path.write_text(json.dumps({**manifest, "meta": meta}))
    os.utime(path, (1, 1))
    (entry,) = shelf.index
    assert (entry.own_title, entry.classes) == ("Toys", 9)
    assert entry.manifest.meta == {
        "title": "Toys",
        "columns": [{"name": "file"}],
        "classes": ["a"] * 9,
    }
    path.write_text("{")
    assert list(shelf.index) == []
