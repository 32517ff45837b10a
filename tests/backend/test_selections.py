"""Saved selections over HTTP."""

from typing import Any
from urllib.parse import quote

import numpy as np
import pytest

from repscope.core.artifacts import Artifact
from repscope.core.recipes import normalized_id
from tests.backend.conftest import Bench
from tests.backend.recipes import DIGITS, UNKNOWN, shapes
from tests.backend.test_library import check


def select_rows(bench: Bench, dataset: Artifact, *rows: int) -> Artifact:
    """Publish a set of rows of a dataset."""
    recipe = {
        "kind": "selection",
        "method": "rows",
        "version": 1,
        "inputs": {"dataset": dataset.recipe},
        "params": {"upload": f"{len(rows):064x}"},
        "seed": 0,
    }
    staging = bench.artifacts.stage(normalized_id(recipe))
    staging.write("rows", np.array(rows, np.int64))
    return staging.publish(recipe)


def test_selections_are_saved_listed_renamed_and_taken_back(bench: Bench) -> None:
    dataset = bench.make(shapes(count=9))
    few, many = select_rows(bench, dataset, 1, 4), select_rows(bench, dataset, 0, 1, 2)
    address = f"/api/datasets/{dataset.id}/selections"
    assert bench.client.get(address).json() == {"selections": []}
    saved = bench.client.post(address, json={"name": " a few ", "selection": few.id})
    assert saved.status_code == 201
    assert (saved.json()["name"], saved.json()["count"]) == ("a few", 2)
    again = bench.client.post(address, json={"name": "a few", "selection": few.id})
    assert again.json() == saved.json()
    other = bench.client.post(address, json={"name": "a few", "selection": many.id})
    check(other, 409, "conflict", "name")
    bench.client.post(address, json={"name": "ö % ?", "selection": many.id})
    listed = bench.client.get(address).json()["selections"]
    assert [(each["name"], each["selection"]) for each in listed] == [
        ("a few", few.id),
        ("ö % ?", many.id),
    ]
    odd = f"{address}/{quote('ö % ?')}"
    check(bench.client.patch(odd, json={"name": "a few"}), 409, "conflict", "name")
    assert bench.client.patch(odd, json={"name": "many"}).json()["name"] == "many"
    check(bench.client.patch(odd, json={"name": "x"}), 404, "not_found", "name")
    assert bench.client.delete(f"{address}/many").status_code == 204
    check(bench.client.delete(f"{address}/many"), 404, "not_found", "name")
    assert bench.artifacts.exists(many.id)
    found = bench.client.get(f"/api/artifacts/{few.id}/dependents").json()
    assert found["selections"] == [{"dataset": dataset.id, "name": "a few"}]
    check(bench.client.delete(f"/api/artifacts/{few.id}"), 409, "conflict")
    assert bench.client.delete(f"/api/artifacts/{few.id}?cascade=true").status_code == 204
    assert bench.client.get(address).json() == {"selections": []}


def test_only_rows_of_this_dataset_are_saved(bench: Bench) -> None:
    shapes_, digits = bench.make(shapes(count=9)), bench.make(DIGITS)
    rows = select_rows(bench, digits, 1)
    address = f"/api/datasets/{shapes_.id}/selections"
    for selection in (rows.id, digits.id):
        answer = bench.client.post(address, json={"name": "x", "selection": selection})
        check(answer, 422, "invalid_request", "selection")
    check(bench.client.post(address, json={"name": "x", "selection": UNKNOWN}), 404, "not_found")
    elsewhere = f"/api/datasets/{rows.id}/selections"
    check(bench.client.get(elsewhere), 404, "not_found", "id")
    check(bench.client.get(f"/api/datasets/{UNKNOWN}/selections"), 404, "not_found")
    assert bench.client.get(address).json() == {"selections": []}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"name": "x"}, "selection"),
        ({"name": "x", "selection": "../etc"}, "selection"),
        ({"name": "", "selection": UNKNOWN}, "name"),
        ({"name": "a/b", "selection": UNKNOWN}, "name"),
        ({"name": "..", "selection": UNKNOWN}, "name"),
        ({"name": "x" * 101, "selection": UNKNOWN}, "name"),
        ({"name": 7, "selection": UNKNOWN}, "name"),
        ({"name": "x", "selection": UNKNOWN, "rows": [1]}, "rows"),
    ],
)
def test_what_is_no_selection(finished: Bench, body: Any, field: str) -> None:
    digits = finished.client.post("/api/jobs", json=DIGITS).json()["id"]
    answer = finished.client.post(f"/api/datasets/{digits}/selections", json=body)
    check(answer, 422, "invalid_request", field)
