"""What Prometheus and a watching person learn from a real server after real work."""

import json
import logging
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from repscope.backend.app import create_app
from repscope.core.settings import Settings
from repscope.core.space import free_bytes
from tests.backend.conftest import URL, Bench
from tests.backend.recipes import DIGITS, GRAPH, MAP
from tools.app import App, running_app

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def samples(text: str) -> Samples:
    """Read the whole page with Prometheus' own reader."""
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def value(found: Samples, name: str, **labels: str) -> float:
    return found[name, frozenset(labels.items())]


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """A real server that writes JSON, in which a map was made and a neighbor asked for."""
    data = tmp_path_factory.mktemp("w") / "data"
    environment = {"REPSCOPE_LOG_FORMAT": "json", "REPSCOPE_LOG_LEVEL": "debug"}
    with running_app(data, environment=environment) as app:
        assert app.finish(MAP)["state"] == "done"
        yield app


def read(app: App) -> Samples:
    with urllib.request.urlopen(app.url + "/metrics", timeout=30) as answer:
        assert answer.headers["Content-Type"].startswith("text/plain")
        return samples(answer.read().decode())


def test_a_server_tells_of_its_work(watched: App) -> None:
    found = read(watched)
    posted = {"route": "/api/jobs", "method": "POST"}
    assert value(found, "repscope_requests_total", status="202", **posted) == 1
    assert value(found, "repscope_request_seconds_count", **posted) == 1
    assert value(found, "repscope_database_up") == 1
    assert value(found, "repscope_jobs", state="done", queue="compute") >= 3
    made = {"kind": "dataset", "method": "digits"}
    assert value(found, "repscope_job_seconds_count", **made) == 1
    assert value(found, "repscope_job_seconds_sum", **made) > 0
    assert value(found, "repscope_store_bytes") > 100_000
    assert value(found, "repscope_free_bytes") > 0
    assert sum(v for (name, _), v in found.items() if name == "repscope_workers") == 3
    assert value(found, "process_resident_memory_bytes") > 0


def test_ids_make_no_series(watched: App) -> None:
    job = watched.post("/api/jobs", MAP)["id"]
    watched.get(f"/api/jobs/{job}")
    text = " ".join(str(labels) for _, labels in read(watched))
    assert job not in text
    assert "/api/jobs/{id}" in text


def test_live_calls_are_timed(watched: App) -> None:
    embedding = MAP["inputs"]["embedding"]
    call = {"inputs": {"embedding": embedding}, "params": {"row": 0, "k": 3}}
    request = urllib.request.Request(
        watched.url + "/api/live/neighbors",
        json.dumps(call).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert answer.status == 200
    assert value(read(watched), "repscope_live_call_seconds_count", method="neighbors") == 1


def test_every_process_writes_json_with_ids(watched: App) -> None:
    job = watched.post("/api/jobs", GRAPH)["id"]
    assert watched.wait_for(job, "done")["state"] == "done"
    lines = {
        path.name: [json.loads(line) for line in path.read_text().splitlines()]
        for path in (watched.data / "logs").glob("*.log")
    }
    assert lines.keys() >= {"server.log", "workers.log"}
    assert all({"time", "level", "logger", "message"} <= set(e) for f in lines.values() for e in f)
    asked = [e for e in lines["server.log"] if e["message"].startswith("POST /api/jobs: 202")]
    assert len({entry["request"] for entry in asked}) == len(asked) >= 2
    worked = [e for e in lines["workers.log"] if e.get("job") == job]
    assert {entry["worker"] for entry in worked if "worker" in entry} == {"worker-1"}
    assert any("attempt 1" in entry["message"] for entry in worked)


def test_a_queue_has_a_length_and_an_age(bench: Bench) -> None:
    bench.client.post("/api/jobs", json=DIGITS)
    found = samples(bench.client.get("/metrics").text)
    assert value(found, "repscope_queue_length", queue="compute") == 1
    assert 0 <= value(found, "repscope_queue_oldest_seconds", queue="compute") < 60
    bench.work()
    found = samples(bench.client.get("/metrics").text)
    assert ("repscope_queue_length", frozenset({("queue", "compute")})) not in found
    assert value(found, "repscope_jobs", state="done", queue="compute") == 1


def test_unknown_paths_and_methods_share_a_series(bench: Bench) -> None:
    bench.client.request("BREW", "/api/nothing")
    names = str(samples(bench.client.get("/metrics").text))
    assert "BREW" not in names
    assert "/api/nothing" not in names
    assert "other" in names


def test_a_request_id_comes_back(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    given = bench.client.get("/api/health", headers={"X-Request-ID": "from-proxy.1"})
    assert given.headers["x-request-id"] == "from-proxy.1"
    ids = {bench.client.get("/api/nothing").headers["x-request-id"] for _ in range(3)}
    assert len(ids) == 3
    for nonsense in ("a b", "x" * 65, 'quote"'):
        answer = bench.client.get("/api/health", headers={"X-Request-ID": nonsense})
        assert answer.headers["x-request-id"] != nonsense
    refused = bench.client.get("/api/health", headers={"Host": "evil.example"})
    assert refused.status_code == 403
    assert "x-request-id" in refused.headers
    with caplog.at_level(logging.DEBUG, "repscope"):
        bench.client.get("/api/health?token=a-secret-in-the-address")
    assert "GET /api/health: 200" in caplog.text
    assert "a-secret" not in caplog.text


def test_a_server_that_can_work_is_ready(bench: Bench) -> None:
    assert bench.client.get("/api/health/live").json() == {"status": "alive"}
    ready = bench.client.get("/api/health/ready")
    assert (ready.status_code, ready.json()) == (200, {"status": "ready", "broker": "none"})


def test_without_a_store_it_is_not(bench: Bench) -> None:
    bench.settings.store.rename(bench.settings.store.with_name("elsewhere"))
    answer = bench.client.get("/api/health/ready")
    assert answer.status_code == 503
    assert "data folder" in answer.json()["error"]["message"]
    assert bench.client.get("/api/health/live").status_code == 200


def test_below_the_floor_no_job_is_taken_and_what_is_there_is_given(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data")
    with TestClient(create_app(settings), base_url=URL) as client:
        ready = client.get("/api/health/ready")
        assert ready.status_code == 200
    floor = free_bytes(tmp_path) + 2**40
    scarce = settings.model_copy(update={"free_space_floor": floor})
    with TestClient(create_app(scarce), base_url=URL) as client:
        answer = client.post("/api/jobs", json=DIGITS)
        assert (answer.status_code, answer.json()["error"]["code"]) == (507, "storage_full")
        assert client.get("/api/jobs").json() == {"jobs": []}
        ready = client.get("/api/health/ready")
        assert ready.status_code == 503
        assert "REPSCOPE_FREE_SPACE_FLOOR" in ready.json()["error"]["message"]
        assert client.get("/api/health").status_code == 200
