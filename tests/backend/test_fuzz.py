"""Random requests: never a 500, never a job that nobody meant."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tests.backend.conftest import Bench, open_bench
from tests.backend.recipes import EMBEDDING, GRAPH, MAP, UNKNOWN, shapes

JSON = {"Content-Type": "application/json"}
WORDS = ["kind", "method", "inputs", "params", "seed", "version", "embedding", "count", "row", "k"]

scalars = (
    some.none()
    | some.booleans()
    | some.integers()
    | some.floats()
    | some.text(max_size=8)
    | some.sampled_from(
        [*WORDS, UNKNOWN, "dataset", "projection", "pca", 10**400, -(10**30), 1e308]
    )
)
values = some.recursive(
    scalars,
    lambda inner: (
        some.lists(inner, max_size=3)
        | some.dictionaries(some.sampled_from(WORDS) | some.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=12,
)


@some.composite
def mutated(draw: some.DrawFn) -> Any:
    """A good recipe with something of it replaced, removed or added."""
    recipe = json.loads(json.dumps(draw(some.sampled_from([MAP, GRAPH, EMBEDDING, shapes()]))))
    place = recipe
    while draw(some.booleans()) and isinstance(place.get("inputs"), dict) and place["inputs"]:
        place = place["inputs"][draw(some.sampled_from(sorted(place["inputs"])))]
    name = draw(some.sampled_from(WORDS))
    target = place
    if draw(some.booleans()):
        target = place.setdefault("params", {})
    if draw(some.booleans()):
        target[name] = draw(values)
    else:
        target.pop(name, None)
    return recipe


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    yield from open_bench(tmp_path_factory.mktemp("fuzz") / "data")


@settings(max_examples=150)
@given(body=values | mutated(), path=some.sampled_from(["jobs", "resolve", "live/neighbors"]))
def test_random_json(bench: Bench, body: Any, path: str) -> None:
    answer = bench.client.post(f"/api/{path}", content=json.dumps(body), headers=JSON)
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        assert answer.json()["error"]["message"]


@settings(max_examples=100)
@given(
    body=some.binary(max_size=60), kind=some.sampled_from(["application/json", "text/plain", ""])
)
def test_random_bytes(bench: Bench, body: bytes, kind: str) -> None:
    answer = bench.client.post("/api/jobs", content=body, headers={"Content-Type": kind})
    assert 400 <= answer.status_code < 500, answer.text


@settings(max_examples=100)
@given(
    path=some.sampled_from(
        [
            "jobs/{}",
            "artifacts/{}",
            "artifacts/{}/arrays/{}.npy",
            "artifacts/{}/dependents",
            "datasets/{}/images/{}",
            "datasets/{}/mosaic",
            "datasets/{}/selections",
            "datasets/{}/export/{}",
            "uploads/{}",
            "{}",
        ]
    ),
    word=some.text(some.characters(codec="utf-8"), max_size=40),
    query=some.dictionaries(
        some.sampled_from(["limit", "state", "cursor", "kind", "size", "jobs", "columns", "rows"]),
        some.text(some.characters(codec="utf-8"), max_size=20),
    ),
)
def test_random_addresses(bench: Bench, path: str, word: str, query: dict[str, str]) -> None:
    answer = bench.client.get(f"/api/{path.replace('{}', quote(word))}", params=query)
    assert answer.status_code < 500, answer.text


@pytest.fixture(scope="module")
def dataset(bench: Bench) -> str:
    """Address of a small dataset."""
    return f"/api/datasets/{bench.make(shapes(count=3)).id}"


@settings(max_examples=80)
@given(
    body=values
    | some.fixed_dictionaries(
        {}, optional={name: values for name in ("title", "note", "name", "selection", "x")}
    ),
    path=some.sampled_from(["", "/selections", "/selections/{}"]),
    word=some.text(some.characters(codec="utf-8"), max_size=40),
)
def test_random_names(bench: Bench, dataset: str, body: Any, path: str, word: str) -> None:
    address = dataset + path.replace("{}", quote(word, safe=""))
    if not path:
        address = address.replace("datasets", "artifacts")
    method = "POST" if path == "/selections" else "PATCH"
    answer = bench.client.request(method, address, content=json.dumps(body), headers=JSON)
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        assert answer.json()["error"]["message"]
    else:
        assert set(body) <= {"title", "note"}


@settings(max_examples=60)
@given(
    path=some.sampled_from(["mosaic", "selections/{}", "export/{}", "export/table.csv"]),
    word=some.text(some.characters(codec="utf-8"), min_size=1, max_size=40),
    query=some.dictionaries(
        some.sampled_from(["columns", "rows", "size", "selection"]),
        some.integers() | some.text(some.characters(codec="utf-8"), max_size=20),
    ),
)
def test_random_looks(bench: Bench, dataset: str, path: str, word: str, query: Any) -> None:
    address = f"{dataset}/{path.replace('{}', quote(word, safe=''))}"
    method = "DELETE" if path == "selections/{}" else "GET"
    answer = bench.client.request(method, address, params=query)
    assert answer.status_code < 500, answer.text
