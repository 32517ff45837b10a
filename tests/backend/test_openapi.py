"""The OpenAPI document and the page of all calls."""

import json
import os
import re
import subprocess
import sys
from typing import Any

import jsonschema_rs
import pytest

from repscope.backend.app import create_app
from repscope.backend.openapi import document
from repscope.core.catalogue import Catalogue
from repscope.core.settings import Settings
from tests.backend.conftest import Bench
from tests.backend.recipes import ATLAS, DIGITS, GRAPH, MAP, UNKNOWN, shapes


@pytest.fixture(scope="module")
def woven(finished: Bench) -> dict[str, Any]:
    found: dict[str, Any] = finished.client.get("/openapi.json").json()
    return found


def references(value: Any) -> set[str]:
    if isinstance(value, dict):
        own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
        return own.union(*map(references, value.values()))
    if isinstance(value, list):
        return set().union(*map(references, value))
    return set()


def validator(woven: dict[str, Any], name: str) -> jsonschema_rs.Draft202012Validator:
    schema = {**woven, "$ref": f"#/components/schemas/{name}"}
    return jsonschema_rs.Draft202012Validator(schema)


def printed(seed: str) -> str:
    result = subprocess.run(
        [sys.executable, "-W", "error", "-m", "repscope.backend.openapi"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONHASHSEED": seed},
    )
    return result.stdout


def test_the_printed_document_is_always_the_same() -> None:
    first, second = printed("1"), printed("2")
    assert first == second
    found = json.loads(first)
    assert found["components"]["schemas"]["Recipe"]["type"] == "object"
    assert "DatasetDigits" not in first


def test_printing_needs_no_data_folder(tmp_path: Any) -> None:
    app = create_app(Settings(data=tmp_path / "data"))
    document(app, Catalogue())
    assert not (tmp_path / "data").exists()


def test_every_reference_leads_somewhere(woven: dict[str, Any]) -> None:
    names = {f"#/components/schemas/{name}" for name in woven["components"]["schemas"]}
    assert references(woven) <= names


def test_every_call_has_a_name_and_an_explanation(woven: dict[str, Any]) -> None:
    names = []
    for path, operations in woven["paths"].items():
        for operation in operations.values():
            names.append(operation["operationId"])
            assert re.fullmatch(r"[a-z]+(_[a-z0-9]+)*", operation["operationId"])
            assert operation["description"], path
            assert "4XX" in operation["responses"]
    assert len(set(names)) == len(names)


def test_every_json_answer_is_typed(woven: dict[str, Any]) -> None:
    for path, operations in woven["paths"].items():
        for operation in operations.values():
            for code, answer in operation["responses"].items():
                content = answer.get("content", {}).get("application/json")
                assert content is None or "$ref" in content["schema"], (path, code)


def test_what_the_server_answers_fits_its_document(finished: Bench, woven: dict[str, Any]) -> None:
    job = finished.client.post("/api/jobs", json=MAP).json()
    answers = {
        "Health": finished.client.get("/api/health").json(),
        "CatalogueDocument": finished.client.get("/api/catalogue").json(),
        "Resolution": finished.client.post("/api/resolve", json=MAP).json(),
        "Job": job,
        "JobList": finished.client.get("/api/jobs?limit=2").json(),
        "Manifest": finished.client.get(f"/api/artifacts/{job['id']}").json(),
        "ArtifactList": finished.client.get("/api/artifacts?limit=2").json(),
        "ErrorBody": finished.client.get(f"/api/artifacts/{UNKNOWN}").json(),
    }
    for name, answer in answers.items():
        validator(woven, name).validate(answer)


@pytest.mark.parametrize("recipe", [DIGITS, MAP, GRAPH, ATLAS, shapes(count=5)])
def test_recipes_fit_the_woven_schema(woven: dict[str, Any], recipe: dict[str, Any]) -> None:
    validator(woven, "Recipe").validate(recipe)


@pytest.mark.parametrize(
    "recipe",
    [
        {"kind": "projection", "method": "oil"},
        {"kind": "projection", "method": "pca", "inputs": {}},
        {**MAP, "params": {"dimensions": 4}},
        {**MAP, "color": 1},
        shapes(count=0),
    ],
)
def test_what_does_not_fit_is_told_by_the_schema(
    woven: dict[str, Any], recipe: dict[str, Any]
) -> None:
    with pytest.raises(jsonschema_rs.ValidationError):
        validator(woven, "Recipe").validate(recipe)


def test_methods_are_told_apart_by_kind_and_method(woven: dict[str, Any]) -> None:
    schemas = woven["components"]["schemas"]
    assert schemas["Recipe"]["discriminator"]["propertyName"] == "kind"
    assert schemas["Recipe"]["discriminator"]["mapping"]["projection"].endswith("ProjectionRecipe")
    projection = schemas["ProjectionRecipe"]["discriminator"]
    assert projection["propertyName"] == "method"
    pca = schemas[projection["mapping"]["pca"].rpartition("/")[2]]
    assert pca["title"] == "PCA"
    assert pca["properties"]["params"]["properties"]["dimensions"]["default"] == 2


def test_live_methods_have_calls_of_their_own(woven: dict[str, Any]) -> None:
    call = woven["paths"]["/api/live/neighbors"]["post"]
    assert call["operationId"] == "call_live_neighbors"
    name = call["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    schema = validator(woven, name)
    schema.validate({"inputs": {"embedding": UNKNOWN}, "params": {"row": 3}, "view": "map"})
    with pytest.raises(jsonschema_rs.ValidationError):
        schema.validate({"inputs": {"embedding": UNKNOWN}, "params": {"row": -3}})


def test_the_document_follows_the_catalogue(bench: Bench) -> None:
    assert "Toy" not in bench.client.get("/openapi.json").text
    pca = bench.services.catalogue().get("projection", "pca")
    brought = pca.model_copy(update={"method": "toy", "title": "Toy"})
    bench.services.workers.publish_catalogue("test", [brought])
    bench.services._catalogue_looked -= 2.0
    assert "Toy" in bench.client.get("/openapi.json").text


def test_the_page_lists_every_call_and_method(finished: Bench, woven: dict[str, Any]) -> None:
    answer = finished.client.get("/docs")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    for path in woven["paths"]:
        if not path.startswith("/api/live/"):  # which the methods stand for
            assert path in answer.text
    for method in finished.services.catalogue():
        assert f'id="{method.kind}-{method.method}"' in answer.text
    addresses = re.findall(r'(?:src|href)="([^"]+)"', answer.text)
    assert set(addresses) <= {"/openapi.json", "/docs/style.css", "data:,"}
    assert "<script" not in answer.text
    assert "style=" not in answer.text
    style = finished.client.get("/docs/style.css")
    assert (style.status_code, style.headers["content-type"]) == (200, "text/css; charset=utf-8")


def test_words_of_a_plugin_cannot_become_markup(bench: Bench) -> None:
    pca = bench.services.catalogue().get("projection", "pca")
    words = "<script>alert(1)</script>"
    fields = {"method": "toy", "title": words, "summary": words, "description": words}
    bench.services.workers.publish_catalogue("test", [pca.model_copy(update=fields)])
    bench.services._catalogue_looked -= 2.0
    page = bench.client.get("/docs").text
    assert "&lt;script&gt;" in page
    assert "<script" not in page
