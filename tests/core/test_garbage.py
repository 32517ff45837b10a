"""Only what nobody needs goes, and nothing that somebody asks for meanwhile."""

import json
import os
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from repscope.core.garbage import Garbage, Waste
from repscope.core.jobs import Job
from repscope.core.jobs.schema import events, jobs, requests
from repscope.core.library import Selections, Titles
from repscope.core.settings import Settings
from repscope.core.uploads import UploadStore
from tests.core.conftest import CATALOGUE, DATASET, EMBEDDING, PROJECTION, Bench

DAY = 86400.0


class House:
    """A data folder whose clock can be turned back."""

    def __init__(self, bench: Bench, data: Path) -> None:
        self.bench = bench
        self.settings = Settings(data=data)
        bench.workers.publish_catalogue("w", list(CATALOGUE))

    def garbage(self, days: float = 30) -> Garbage:
        return Garbage(self.settings, self.bench.database, days)

    def found(self, kind: str, days: float = 30) -> set[str]:
        return {waste.name for waste in self.garbage(days).find() if waste.kind == kind}

    def age(self, days: float) -> None:
        """Make everything older."""
        past = days * DAY
        with self.bench.database.write() as connection:
            connection.execute(update(requests).values(created=requests.c.created - past))
            connection.execute(update(jobs).values(ended=jobs.c.ended - past))
        for artifact in self.bench.artifacts:
            path = artifact.path / "manifest.json"
            manifest = json.loads(path.read_text())
            path.write_text(json.dumps(manifest | {"created": manifest["created"] - past}))

    def count(self, table: object) -> int:
        with self.bench.database.read() as connection:
            return int(connection.execute(select(func.count()).select_from(table)).scalar_one())

    def made(self, recipe: dict[str, object]) -> Job:
        job = self.bench.submit(recipe)
        self.bench.work()
        return job


@pytest.fixture
def house(bench: Bench, tmp_path: Path) -> House:
    return House(bench, tmp_path)


def test_what_was_asked_for_of_late_stays_with_all_it_stands_on(house: House) -> None:
    house.made(PROJECTION)
    assert house.garbage().find() == []
    house.age(40)
    assert len(house.found("artifact")) == 4
    assert len(house.found("job")) == 4
    assert house.found("artifact", days=50) == set()
    house.bench.submit(EMBEDDING)  # a page opens it again
    left = {house.bench.artifacts.open(name).kind for name in house.found("artifact")}
    assert left == {"neighbors", "projection"}
    assert len(house.found("job")) == 2
    assert len(house.found("history")) == 2


def test_what_an_unfinished_job_needs_stays(house: House) -> None:
    house.made(EMBEDDING)
    house.age(40)
    house.bench.submit(PROJECTION)
    house.age(40)
    assert house.found("artifact") == set()
    house.bench.work()
    house.age(40)
    assert len(house.found("artifact")) == 4


def test_what_cannot_be_made_again_stays(house: House) -> None:
    house.made(DATASET)
    house.age(40)
    assert len(house.found("artifact")) == 1
    newer = CATALOGUE.get("dataset", "toy").model_copy(update={"version": 2})
    house.bench.workers.publish_catalogue("w", [newer])
    assert house.found("artifact") == set()


def test_what_was_trained_and_what_has_a_name_stays(house: House) -> None:
    dataset, encoder = house.made(DATASET), house.made({"kind": "encoder", "method": "toy"})
    house.age(40)
    assert house.found("artifact") == {dataset.id, encoder.id}
    trained = CATALOGUE.get("encoder", "toy").model_copy(update={"queue": "train"})
    house.bench.workers.publish_catalogue("w", [trained])
    assert house.found("artifact") == {dataset.id}
    Titles(house.bench.database).say(dataset.id, "ada", title="Mine")
    assert house.found("artifact") == set()


def test_what_a_saved_selection_names_stays_with_its_dataset(house: House) -> None:
    dataset, rows = house.made(DATASET), house.made({"kind": "encoder", "method": "toy"})
    house.age(40)
    saved = Selections(house.bench.database)
    saved.save(dataset.id, "tulips", rows.id, "ada")
    garbage = house.garbage()
    assert house.found("artifact") == set()
    assert not garbage.remove(Waste("artifact", rows.id, "", 0, ""))
    saved.forget(dataset.id, "tulips")
    assert house.found("artifact") == {dataset.id, rows.id}


def test_removing_leaves_nothing_behind(house: House) -> None:
    house.made(PROJECTION)
    house.age(40)
    garbage = house.garbage()
    found = garbage.find()
    assert all(garbage.remove(waste) for waste in found)
    assert list(house.bench.artifacts) == []
    assert [house.count(table) for table in (jobs, requests, events)] == [0, 0, 0]
    assert house.garbage().find() == []
    assert house.made(PROJECTION).state == "waiting"
    assert len(list(house.bench.artifacts)) == 4


def test_what_is_asked_for_meanwhile_stays(house: House) -> None:
    house.made(PROJECTION)
    house.age(40)
    garbage = house.garbage()
    found = garbage.find()
    house.bench.submit(PROJECTION)
    assert not any(garbage.remove(waste) for waste in found)
    assert len(list(house.bench.artifacts)) == 4
    assert house.count(jobs) == 4


def old_folder(path: Path, days: float) -> None:
    path.mkdir(parents=True)
    (path / "values.npy").write_bytes(b"x" * 9000)
    then = time.time() - days * DAY
    os.utime(path, (then, then))


def test_leftovers_of_crashes(house: House) -> None:
    staging = house.settings.store / ".staging"
    old_folder(staging / f"{'0' * 32}-12345678", days=2)
    old_folder(staging / f"{'1' * 32}-12345678", days=0)
    running = house.bench.submit(DATASET)
    assert house.bench.claim() is not None
    for name in (running.id, "2" * 32):
        old_folder(house.settings.work / name, days=2)
    old_folder(house.settings.work / ("3" * 32), days=0)
    garbage = house.garbage()
    found = garbage.find()
    assert [(waste.kind, waste.name[:1]) for waste in found] == [("staging", "0"), ("work", "2")]
    assert all(waste.bytes >= 9000 for waste in found)
    assert all(garbage.remove(waste) for waste in found)
    assert house.garbage().find() == []
    assert not garbage.remove(Waste("work", running.id, "", 0, ""))
    assert len(list(house.settings.work.iterdir())) == 2


def test_damaged_artifacts_are_left_to_the_doctor(house: House) -> None:
    job = house.made(DATASET)
    house.age(40)
    (house.bench.artifacts.open(job.id).path / "manifest.json").write_text("{")
    assert house.found("artifact") == set()


def brought(house: House, data: bytes, days: float) -> str:
    """Bring a file, so many days ago; returns its checksum."""
    store = UploadStore(house.settings.uploads)
    with store.receive(limit=100, floor=0) as incoming:
        incoming.write(data)
        sha256 = incoming.keep().sha256
    then = time.time() - days * DAY
    os.utime(store.path(sha256), (then, then))
    return sha256


def test_uploads_of_which_something_was_made_stay_and_so_does_that(house: House) -> None:
    used, lost, fresh, wanted = (
        brought(house, name.encode(), days)
        for name, days in zip("abcd", (50, 50, 1, 50), strict=True)
    )
    made = house.made(EMBEDDING | {"inputs": {"dataset": {**DATASET, "params": {"label": used}}}})
    house.age(40)
    garbage = house.garbage()
    found = {waste.name: waste for waste in garbage.find() if waste.kind == "upload"}
    assert set(found) == {lost, wanted}
    assert found[lost].bytes == 1
    # What was made of an upload stays; what stands on it can be made again.
    assert house.found("artifact") == {made.id}
    store = UploadStore(house.settings.uploads)
    house.bench.submit({**DATASET, "params": {"label": wanted}})
    assert [garbage.remove(found[name]) for name in (lost, wanted)] == [True, False]
    assert {each.sha256 for each in store} == {used, fresh, wanted}
    # Its artifact names it also when the table does not.
    for waste in house.garbage().find():
        house.garbage().remove(waste)
    assert house.count(jobs) == 1
    assert used in {each.sha256 for each in store}


def test_an_upload_that_broke_off_is_swept(house: House) -> None:
    staging = house.settings.uploads / ".staging"
    staging.mkdir(parents=True)
    (staging / "half").write_bytes(b"half")
    os.utime(staging / "half", (0, 0))
    garbage = house.garbage()
    waste = next(each for each in garbage.find() if each.about == "unfinished upload")
    assert garbage.remove(waste)
    assert list(staging.iterdir()) == []
