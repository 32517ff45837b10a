"""Whatever comes in: 4xx with one clear sentence, nothing queued, nothing written."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.backend.conftest import Bench
from tests.backend.recipes import DIGITS, EMBEDDING, MAP, UNKNOWN, shapes

JSON = {"Content-Type": "application/json"}


def pca(**params: Any) -> dict[str, Any]:
    return {**MAP, "params": params}


def nested(depth: int) -> bytes:
    return b'{"a":' * depth + b"1" + b"}" * depth


#: What is wrong, the recipe, and the field that the answer names.
RECIPES: list[tuple[str, Any, str | None]] = [
    ("unknown kind", {"kind": "painting", "method": "oil"}, "kind"),
    ("unknown method", {"kind": "projection", "method": "oil"}, "method"),
    ("no method", {"kind": "projection"}, "method"),
    ("unknown field", {**DIGITS, "color": 1}, "color"),
    ("unknown parameter", pca(color=1), "params.color"),
    ("wrong type", pca(dimensions="two"), "params.dimensions"),
    ("wrong type of count", shapes(count="many"), "params.count"),
    ("a boolean for a number", shapes(count=True), "params.count"),
    ("a fraction for a count", shapes(count=2.5), "params.count"),
    ("out of range", pca(dimensions=4), "params.dimensions"),
    ("below the range", shapes(count=0), "params.count"),
    ("above the range", shapes(count=10**12), "params.count"),
    ("a number of 30 digits", shapes(count=10**30), "params.count"),
    ("missing input", {"kind": "projection", "method": "pca"}, "inputs.embedding"),
    ("input of another kind", {**MAP, "inputs": {"embedding": DIGITS}}, "inputs.embedding"),
    ("unknown input", {**MAP, "inputs": {"pictures": DIGITS}}, "inputs.pictures"),
    ("unknown id", {**MAP, "inputs": {"embedding": UNKNOWN}}, "inputs.embedding"),
    ("no id", {**MAP, "inputs": {"embedding": "../../etc"}}, "inputs.embedding"),
    ("a list for one", {**MAP, "inputs": {"embedding": [EMBEDDING]}}, "inputs.embedding"),
    (
        "a live method",
        {
            "kind": "live",
            "method": "neighbors",
            "inputs": {"embedding": EMBEDDING},
            "params": {"row": 0},
        },
        "method",
    ),
    ("a number for one", {**MAP, "inputs": {"embedding": 7}}, "inputs.embedding"),
    (
        "deep inside",
        {**MAP, "inputs": {"embedding": {**EMBEDDING, "params": {"layer": 7}}}},
        "inputs.embedding.params.layer",
    ),
    (
        "half a recipe inside",
        {**MAP, "inputs": {"embedding": {"kind": "embedding"}}},
        "inputs.embedding.method",
    ),
    ("another version", {**DIGITS, "version": 99}, "version"),
    ("negative seed", {**DIGITS, "seed": -1}, "seed"),
    ("huge seed", {**DIGITS, "seed": 2**64}, "seed"),
    ("seed in words", {**DIGITS, "seed": "zero"}, "seed"),
    ("null", None, None),
    ("a list", [DIGITS], None),
    ("a text", "digits", None),
    ("a name with capitals", {"kind": "Dataset", "method": "digits"}, "kind"),
    ("params as a list", {**MAP, "params": [2]}, "params"),
    ("NUL in a text", {**EMBEDDING, "params": {"layer": "a\0b"}}, None),
]

#: What is wrong, the bytes, the status, and the field.
BODIES: list[tuple[str, bytes, int, str | None]] = [
    ("nothing", b"", 422, None),
    ("no JSON", b"kind=dataset", 400, None),
    ("half of it", b'{"kind": "dataset"', 400, None),
    ("not UTF-8", b'{"kind": "\xff\xfe"}', 400, None),
    ("UTF-16", '{"kind": "dataset"}'.encode("utf-16"), 400, None),
    ("NaN", b'{"kind":"projection","method":"pca","params":{"dimensions":NaN}}', 422, None),
    ("NaN as the seed", b'{"kind":"dataset","method":"digits","seed":NaN}', 422, "seed"),
    ("infinite seed", b'{"kind":"dataset","method":"digits","seed":-Infinity}', 422, "seed"),
    (
        "infinity",
        b'{"kind":"dataset","method":"shapes","params":{"count":Infinity}}',
        422,
        "params.count",
    ),
    (
        "a float too large",
        b'{"kind":"dataset","method":"shapes","params":{"count":1e999}}',
        422,
        "params.count",
    ),
    (
        "a number of 5000 digits",
        b'{"kind":"dataset","method":"shapes","params":{"count":' + b"9" * 5000 + b"}}",
        422,
        "params.count",
    ),
    (
        "a seed of 5000 digits",
        b'{"kind":"dataset","method":"digits","seed":' + b"9" * 5000 + b"}",
        422,
        "seed",
    ),
    ("nested 200 levels", nested(200), 422, None),
    ("nested 100,000 levels", nested(100_000), 422, None),
    ("a million brackets", b"[" * 1_000_000, 422, None),
    ("half a surrogate pair", b'{"kind": "\\ud800", "method": "x"}', 422, None),
    ("half a pair as a name", b'{"kind": "dataset", "method": "x", "\\udfff": 1}', 422, None),
    ("three megabytes", b'{"kind": "' + b"x" * 3_000_000 + b'"}', 413, None),
    (
        "a sentence as a name",
        json.dumps({**DIGITS, "params": {"x" * 5000: 1}}).encode(),
        422,
        "params." + "x" * 5000,
    ),
]


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    from tests.backend.conftest import open_bench

    yield from open_bench(tmp_path_factory.mktemp("untouched") / "data")


def check(bench: Bench, path: str, body: bytes, status: int, field: str | None) -> None:
    before = bench.files()
    answer = bench.client.post(path, content=body, headers=JSON)
    assert answer.status_code == status, answer.text
    error = answer.json()["error"]
    assert error["field"] == field, error
    assert error["message"].endswith((".", "...")), error
    assert error["message"].count("\n") == 0
    assert len(error["message"]) <= 600
    assert bench.client.get("/api/jobs").json() == {"jobs": []}
    assert bench.services.jobs.queued() == 0
    assert bench.files() == before


@pytest.mark.parametrize("path", ["/api/jobs", "/api/resolve"])
@pytest.mark.parametrize(
    ("recipe", "field"), [pytest.param(r, f, id=name) for name, r, f in RECIPES]
)
def test_a_recipe_that_does_not_fit(
    untouched: Bench, path: str, recipe: Any, field: str | None
) -> None:
    check(untouched, path, json.dumps(recipe).encode(), 422, field)


@pytest.mark.parametrize("path", ["/api/jobs", "/api/live/neighbors"])
@pytest.mark.parametrize(
    ("body", "status"), [pytest.param(b, s, id=name) for name, b, s, _ in BODIES]
)
def test_bytes_that_are_no_recipe(untouched: Bench, path: str, body: bytes, status: int) -> None:
    answer = untouched.client.post(path, content=body, headers=JSON)
    if path == "/api/jobs":
        assert answer.status_code == status
    assert 400 <= answer.status_code < 500
    assert answer.json()["error"]["message"]
    assert untouched.services.jobs.queued() == 0


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [pytest.param(b, s, f, id=name) for name, b, s, f in BODIES if f is not None],
)
def test_the_field_is_named(untouched: Bench, body: bytes, status: int, field: str) -> None:
    check(untouched, "/api/jobs", body, status, field)


def test_other_content_types_are_refused(untouched: Bench) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", ""):
        answer = untouched.client.post(
            "/api/jobs", content=json.dumps(DIGITS), headers={"Content-Type": kind}
        )
        assert answer.status_code == 400
        assert "application/json" in answer.json()["error"]["message"]
    assert untouched.services.jobs.queued() == 0


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/api/jobs?limit=0", "limit"),
        ("/api/jobs?limit=NaN", "limit"),
        ("/api/jobs?limit=99999999999999999999", "limit"),
        ("/api/jobs?state=sleeping", "state"),
        ("/api/jobs/not-an-id", "id"),
        ("/api/jobs/" + "0" * 31 + "G", "id"),
        ("/api/jobs/" + "0" * 32 + "%0A", "id"),
        ("/api/artifacts?kind=../x", "kind"),
        ("/api/artifacts?cursor=yesterday", "cursor"),
        (f"/api/artifacts/{UNKNOWN}/arrays/No.npy", "name"),
        (f"/api/datasets/{UNKNOWN}/images/-1", "row"),
        (f"/api/datasets/{UNKNOWN}/images/1.5", "row"),
        (f"/api/datasets/{UNKNOWN}/images/99999999999", "row"),
        (f"/api/datasets/{UNKNOWN}/images/0?size=0", "size"),
        (f"/api/datasets/{UNKNOWN}/images/0?size=100000", "size"),
        (f"/api/datasets/{UNKNOWN}/atlas/x", "page"),
        (f"/api/datasets/{UNKNOWN}/mosaic?columns=0", "columns"),
        (f"/api/datasets/{UNKNOWN}/mosaic?rows=17", "rows"),
        (f"/api/datasets/{UNKNOWN}/mosaic?size=4096", "size"),
        (f"/api/datasets/{UNKNOWN}/export/table.xls", "file"),
        (f"/api/datasets/{UNKNOWN}/export/table.csv?selection=all", "selection"),
        ("/api/datasets/x/selections", "id"),
        ("/api/artifacts/x/dependents", "id"),
        ("/api/uploads/x", "sha256"),
        ("/api/events?jobs=all", "jobs"),
    ],
)
def test_addresses_that_do_not_fit(untouched: Bench, path: str, field: str) -> None:
    answer = untouched.client.get(path)
    assert answer.status_code == 422, answer.text
    error = answer.json()["error"]
    assert error["field"] == field
    assert error["message"].endswith(".")


def test_addresses_that_nobody_has(untouched: Bench) -> None:
    for path in ("/api/nothing", "/api", "/nothing.js", "/../secrets", "/api/artifacts/a/b/c"):
        answer = untouched.client.get(path)
        assert answer.status_code == 404
        assert answer.json()["error"]["code"] == "not_found"
    wrong = untouched.client.put("/api/jobs", json=DIGITS)
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (405, "method_not_allowed")
    assert "GET" in wrong.headers["allow"] or "POST" in wrong.headers["allow"]


def test_an_unforeseen_error_says_a_number_and_nothing_else(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    bench.settings.store.joinpath("de").mkdir()
    broken = bench.settings.store / "de" / ("de" + "a" * 30)
    broken.mkdir()
    (broken / "manifest.json").write_text("{ half a manifest of /home/ada")
    answer = bench.client.get(f"/api/artifacts/{broken.name}")
    assert answer.status_code == 500
    error = answer.json()["error"]
    assert "ada" not in answer.text
    number = error["message"].rstrip(".").split()[-1]
    assert f"unexpected error {number}" in caplog.text
    assert answer.headers["x-content-type-options"] == "nosniff"
