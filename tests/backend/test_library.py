"""Titles, notes, dependents and deletion over HTTP, and what a card of the library needs."""

import hashlib
from typing import Any

import numpy as np
import pytest

from tests.backend.conftest import Bench
from tests.backend.recipes import DIGITS, EMBEDDING, MAP, UNKNOWN, shapes
from tests.workers.zipping import packed, picture


def check(answer: Any, status: int, code: str, field: str | None = None) -> str:
    assert answer.status_code == status, answer.text
    error = answer.json()["error"]
    assert (error["code"], error["field"]) == (code, field), error
    assert error["message"].endswith(".")
    return str(error["message"])


def test_a_title_and_a_note_stand_beside_what_never_changes(bench: Bench) -> None:
    digits = bench.make(DIGITS)
    address = f"/api/artifacts/{digits.id}"
    before = bench.client.get(address).json()
    assert (before["title"], before["note"]) == ("Handwritten digits", "")
    files = bench.files()
    answer = bench.client.patch(address, json={"title": "  Ziffern 🖊 ", "note": "for Monday"})
    assert answer.status_code == 200
    named = bench.client.get(address).json()
    assert named == answer.json() == before | {"title": "Ziffern 🖊", "note": "for Monday"}
    (card,) = bench.client.get("/api/artifacts", params={"kind": "dataset"}).json()["artifacts"]
    assert (card["title"], card["note"]) == ("Ziffern 🖊", "for Monday")
    for body in ({"title": ""}, {"title": None}):
        assert bench.client.patch(address, json=body).json() == before | {"note": "for Monday"}
    assert bench.files() == files


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, None),
        ([], None),
        ({"title": 3}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"note": "x" * 10_001}, "note"),
        ({"note": ["x"]}, "note"),
        ({"titel": "x"}, "titel"),
        ({"title": "a\0b"}, None),
    ],
)
def test_what_is_no_title(finished: Bench, body: Any, field: str | None) -> None:
    digits = finished.client.post("/api/jobs", json=DIGITS).json()["id"]
    check(
        finished.client.patch(f"/api/artifacts/{digits}", json=body), 422, "invalid_request", field
    )
    assert finished.services.titles.find([digits]) == {}


def test_only_what_is_there_has_a_title(bench: Bench) -> None:
    check(bench.client.patch(f"/api/artifacts/{UNKNOWN}", json={"title": "x"}), 404, "not_found")
    check(bench.client.get(f"/api/artifacts/{UNKNOWN}/dependents"), 404, "not_found")
    check(bench.client.delete(f"/api/artifacts/{UNKNOWN}"), 404, "not_found")
    waiting = bench.client.post("/api/jobs", json=DIGITS).json()["id"]
    check(bench.client.patch(f"/api/artifacts/{waiting}", json={"title": "x"}), 404, "not_made")


def test_a_card_has_what_it_shows(bench: Bench) -> None:
    data = packed(
        {
            "flowers/train/rose/1.png": picture("PNG", size=(30, 20)),
            "flowers/test/tulip/2.png": picture("PNG", size=(30, 20)),
            "flowers/LICENSE": b"CC BY 4.0\n\nand much more" + b"." * 15_000,
        }
    )
    bench.client.put("/api/uploads", content=data)
    upload = hashlib.sha256(data).hexdigest()
    made = bench.make({"kind": "dataset", "method": "archive", "params": {"upload": upload}})
    (entry,) = bench.client.get("/api/artifacts", params={"kind": "dataset"}).json()["artifacts"]
    card = entry["dataset"]
    assert (entry["id"], entry["method"], entry["title"]) == (made.id, "archive", "flowers")
    assert entry["bytes"] > 0
    assert "license_text" not in entry["meta"]  # it is long
    assert {name: card[name] for name in ("count", "height", "width", "channels")} == {
        "count": 2,
        "height": made.meta["height"],
        "width": made.meta["width"],
        "channels": 3,
    }
    assert (card["classes"], card["splits"]) == (2, ["train", "test"])
    assert (card["license"], card["parent"]) == ("CC BY 4.0", None)
    assert {"name": "split", "title": "Split", "type": "category"} in card["columns"]
    bench.make(EMBEDDING)
    listed = bench.client.get("/api/artifacts", params={"kind": "embedding"}).json()["artifacts"]
    assert [(each["title"], each["dataset"]) for each in listed] == [("embedding/embed", None)]


def test_a_dataset_that_says_little_has_a_card(bench: Bench) -> None:
    staging = bench.artifacts.stage("ef" * 16)
    staging.write("sizes", np.zeros((3, 2), np.int32))
    recipe = {"kind": "dataset", "method": "old", "version": 1, "inputs": {}, "params": {}}
    meta = {"columns": None, "parent": UNKNOWN, "splits": {"train": 2, "test": 1}}
    staging.publish({**recipe, "seed": 0}, meta=meta)
    (entry,) = bench.client.get("/api/artifacts").json()["artifacts"]
    assert (entry["title"], entry["dataset"]["mixed"]) == ("dataset/old", True)
    assert (entry["dataset"]["parent"], entry["dataset"]["splits"]) == (UNKNOWN, ["train", "test"])


def test_it_is_told_what_was_only_made_on_the_way(bench: Bench) -> None:
    part = {"kind": "dataset", "method": "subset", "params": {"count": 20}}
    part["inputs"] = {"dataset": DIGITS}
    inputs = {**EMBEDDING["inputs"], "dataset": part}
    bench.make({**EMBEDDING, "inputs": inputs})

    def asked() -> dict[str, bool]:
        listed = bench.client.get("/api/artifacts").json()["artifacts"]
        return {each["method"]: each["asked"] for each in listed}

    before = asked()
    assert (before["embed"], before["subset"], before["digits"]) == (True, False, False)
    # To name it is to want it, and so is to ask for what is there.
    digits = next(
        each["id"]
        for each in bench.client.get("/api/artifacts").json()["artifacts"]
        if each["method"] == "digits"
    )
    bench.client.patch(f"/api/artifacts/{digits}", json={"note": "for Tuesday"})
    assert asked()["digits"]
    assert bench.client.post("/api/jobs", json=part).json()["state"] == "done"
    assert asked() == {**before, "digits": True, "subset": True}


def test_what_stands_on_a_dataset_is_told_and_goes_with_it(bench: Bench) -> None:
    digits, layout = bench.make(DIGITS), bench.make(MAP)
    bench.client.patch(f"/api/artifacts/{layout.id}", json={"title": "For the talk"})
    address = f"/api/artifacts/{digits.id}"
    found = bench.client.get(f"{address}/dependents").json()
    titles = [each["title"] for each in found["artifacts"]]
    assert titles == ["embedding/embed", "For the talk"]
    assert all(each["bytes"] > 0 for each in found["artifacts"])
    assert (found["jobs"], found["selections"], found["uploads"]) == ([], [], [])
    message = check(bench.client.delete(address), 409, "conflict")
    assert message.startswith("2 artifacts ('embedding/embed', 'For the talk') stand on this")
    assert bench.artifacts.exists(digits.id)
    check(bench.client.delete(f"{address}?cascade=maybe"), 422, "invalid_request", "cascade")
    assert bench.client.delete(f"{address}?cascade=true").status_code == 204
    assert bench.client.get("/api/artifacts").json()["artifacts"] == [
        each
        for each in bench.client.get("/api/artifacts").json()["artifacts"]
        if each["kind"] == "encoder"
    ]
    # No job says that it is done; asking makes everything again.
    assert {job["kind"] for job in bench.client.get("/api/jobs").json()["jobs"]} <= {"encoder"}
    assert bench.client.get(f"/api/jobs/{digits.id}").status_code == 404
    assert bench.client.post("/api/jobs", json=MAP).status_code == 202
    assert bench.work() == ["dataset", "embedding", "projection"]


def test_a_job_under_way_is_told_and_pins_what_it_reads(bench: Bench) -> None:
    digits = bench.make(DIGITS)
    bench.client.post("/api/jobs", json=MAP)
    (job,) = bench.client.get(f"/api/artifacts/{digits.id}/dependents").json()["jobs"]
    assert job["state"] in {"queued", "waiting"}
    answer = bench.client.delete(f"/api/artifacts/{digits.id}?cascade=true")
    assert check(answer, 409, "conflict") == "A job under way needs this; cancel first, or wait."
    assert answer.json()["error"]["job"] == job["id"]


def test_an_upload_goes_only_with_what_was_made_of_it(bench: Bench) -> None:
    data = packed({"cat/1.png": picture("PNG"), "dog/2.png": picture("PNG")})
    digest = bench.client.put("/api/uploads", content=data).json()["sha256"]
    recipe = {"kind": "dataset", "method": "archive", "params": {"upload": digest}}
    made = bench.make(recipe)
    address = f"/api/uploads/{digest}"
    assert bench.client.get(f"/api/artifacts/{made.id}/dependents").json()["uploads"] == [digest]
    assert "stands on this upload" in check(bench.client.delete(address), 409, "conflict")
    # What it made may go: it can be made again as long as the upload is there.
    assert bench.client.delete(f"/api/artifacts/{made.id}").status_code == 204
    assert bench.client.get(address).status_code == 200
    bench.make(recipe)
    assert bench.client.delete(f"{address}?cascade=true").status_code == 204
    assert bench.client.get(address).status_code == 404
    assert not bench.artifacts.exists(made.id)
    check(bench.client.delete(address), 404, "not_found")
    check(bench.client.delete("/api/uploads/x"), 422, "invalid_request", "sha256")


def test_what_an_older_version_made_opens_by_id(bench: Bench) -> None:
    recipe = shapes(count=3)
    old = bench.make(recipe)
    newer = bench.services.catalogue().get("dataset", "shapes").model_copy(update={"version": 99})
    bench.services.workers.publish_catalogue("test", [newer])
    bench.services._catalogue_looked = -10.0
    assert bench.client.post("/api/resolve", json=recipe).json()["id"] != old.id
    embedding = {**EMBEDDING, "inputs": {**EMBEDDING["inputs"], "dataset": old.id}}
    answer = bench.client.post("/api/resolve", json=embedding)
    assert answer.status_code == 200, answer.text
    assert answer.json()["graph"][0]["id"] == old.id
    assert answer.json()["graph"][0]["state"] == "done"
    assert bench.client.post("/api/jobs", json=old.recipe).json()["state"] == "done"
