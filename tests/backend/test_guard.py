"""Who may come in, and what every response carries."""

import httpx2
import pytest

from repscope.backend.app import create_app
from repscope.core.settings import Settings
from tests.backend.conftest import URL, Bench
from tests.backend.recipes import DIGITS

ORIGIN = {"Origin": URL}


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8000", "localhost", "[::1]:8000"])
def test_loopback_names_are_let_in(bench: Bench, host: str) -> None:
    assert bench.client.get("/api/health", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", "localhost.evil", "", "[::1"],
)
def test_other_names_are_not(bench: Bench, host: str) -> None:
    for path in ("/api/health", "/", "/docs", "/openapi.json"):
        answer = bench.client.get(path, headers={"Host": host})
        assert answer.status_code == 403
        assert answer.json()["error"]["code"] == "forbidden"


def test_two_hosts_are_none(bench: Bench) -> None:
    headers = [("Host", "localhost"), ("Host", "evil.example")]
    assert bench.client.get("/api/health", headers=headers).status_code == 403


def test_settings_add_names(tmp_path_factory: pytest.TempPathFactory) -> None:
    from fastapi.testclient import TestClient

    data = tmp_path_factory.mktemp("hosts") / "data"
    app = create_app(Settings(data=data, allowed_hosts=["class.example"]))
    with TestClient(app, base_url="http://class.example") as client:
        assert client.get("/api/health").status_code == 200
        own = client.post("/api/jobs", json=DIGITS, headers={"Origin": "http://class.example"})
        assert own.status_code == 202


FOREIGN = [
    {"Origin": "http://evil.example"},
    {"Origin": "http://127.0.0.1:9000"},
    {"Origin": "http://localhost:8000"},
    {"Origin": "null"},
    {"Origin": "file://127.0.0.1:8000"},
    {"Origin": URL, "Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
]


@pytest.mark.parametrize("headers", FOREIGN)
def test_foreign_pages_change_nothing(bench: Bench, headers: dict[str, str]) -> None:
    job = bench.client.post("/api/jobs", json=DIGITS).json()["id"]
    calls = [
        ("POST", "/api/jobs"),
        ("POST", "/api/resolve"),
        ("POST", f"/api/jobs/{job}/cancel"),
        ("POST", f"/api/jobs/{job}/retry"),
        ("POST", "/api/live/neighbors"),
        ("DELETE", f"/api/artifacts/{job}"),
        ("GET", "/api/events"),
    ]
    for verb, path in calls:
        answer = bench.client.request(verb, path, headers=headers)
        assert answer.status_code == 403, (verb, path)
        assert "site" in answer.json()["error"]["message"]
    assert bench.client.get(f"/api/jobs/{job}").json()["state"] == "queued"


def test_every_route_that_changes_something_is_covered(bench: Bench) -> None:
    document = bench.client.get("/openapi.json").json()
    for path, operations in document["paths"].items():
        for verb in operations:
            if verb != "get":
                answer = bench.client.request(verb, path, headers={"Origin": "http://evil"})
                assert answer.status_code == 403


def test_our_own_page_may(bench: Bench) -> None:
    for headers in (
        ORIGIN,
        {**ORIGIN, "Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
    ):
        assert bench.client.post("/api/jobs", json=DIGITS, headers=headers).status_code == 202


def test_every_response_is_dressed(bench: Bench) -> None:
    answers: list[httpx2.Response] = [
        bench.client.get("/"),
        bench.client.get("/docs"),
        bench.client.get("/api/health"),
        bench.client.get("/api/nothing"),
        bench.client.post("/api/jobs", content=b"{"),
        bench.client.get("/api/health", headers={"Host": "evil"}),
    ]
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cross-origin-opener-policy"] == "same-origin"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert "access-control-allow-origin" not in answer.headers


def test_what_changes_is_not_kept(bench: Bench) -> None:
    assert bench.client.get("/api/jobs").headers["cache-control"] == "no-store"


def test_a_body_is_bounded_whatever_it_says_of_itself(wired: Bench) -> None:
    def endless() -> object:
        for _ in range(100):
            yield b"[" * 100_000

    json = {"Content-Type": "application/json"}
    chunked = wired.client.post("/api/jobs", content=endless(), headers=json)  # type: ignore[arg-type]
    assert (chunked.status_code, chunked.json()["error"]["code"]) == (413, "too_large")
    declared = wired.client.post("/api/jobs", content=b"x" * 3_000_000, headers=json)
    assert declared.status_code == 413
    assert wired.client.get("/api/health").status_code == 200
