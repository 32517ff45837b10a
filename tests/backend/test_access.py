"""Who may come in: a token before everything, sessions for browsers, a limit for guesses."""

import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import SecretStr
from starlette.routing import BaseRoute, Mount

from repscope.backend import door
from repscope.backend.access import MOST_TRIES, Access, TooManyTries, Tries, is_loopback
from repscope.backend.app import create_app
from repscope.backend.door import OPEN_PATHS
from repscope.backend.openapi import document
from repscope.core.catalogue import Catalogue
from repscope.core.settings import Settings
from tests.backend.recipes import DIGITS

TOKEN = "a-token-for-the-whole-class"
URL = "http://class.example:8000"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
PAGE = {"Accept": "text/html,application/xhtml+xml"}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data", host="0.0.0.0", token=SecretStr(TOKEN))


@pytest.fixture
def app(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> FastAPI:
    monkeypatch.setattr(door, "_PAUSE", 0.0)
    return create_app(settings)


@pytest.fixture
def client(app: FastAPI) -> Iterator[httpx2.Client]:
    with TestClient(app, base_url=URL, follow_redirects=False) as client:
        yield client


def routes_of(routes: list[BaseRoute], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Every method and path that the app answers to, in routers within routers too."""
    for route in routes:
        inner = getattr(route, "routes", None) or getattr(
            getattr(route, "original_router", None), "routes", None
        )
        if inner:
            context = getattr(route, "include_context", None)
            yield from routes_of(inner, prefix + getattr(context, "prefix", ""))
            continue
        assert not isinstance(route, Mount), "what is mounted must be walked too"
        for method in getattr(route, "methods", None) or {"GET"}:
            path: str = route.path  # type: ignore[attr-defined]
            yield method, prefix + re.sub(r"\{[^}]*\}", "0" * 32, path)


def test_every_route_lies_behind_the_door(app: FastAPI, client: httpx2.Client) -> None:
    walked = set(routes_of(app.routes))
    described = {
        (verb.upper(), re.sub(r"\{[^}]*\}", "0" * 32, path))
        for path, operations in document(app, Catalogue())["paths"].items()
        for verb in operations
    }
    assert walked >= described
    walked |= {("GET", "/assets/any.js"), ("GET", "/docs/style.css"), ("GET", "//x")}
    assert len(walked) > 30
    assert {path for _, path in walked} >= {"/", "/metrics", "/docs", "/openapi.json"}
    for method, path in sorted(walked):
        for headers in ({}, PAGE, {"Authorization": "Bearer "}, {"Cookie": "repscope_browser=1"}):
            with client.stream(method, path, headers=headers) as answer:
                expected = 200 if path in OPEN_PATHS else 401
                assert answer.status_code in (expected, 429), (method, path, headers)
    assert {"/api/health/live", "/sign-in.css"} == OPEN_PATHS


def test_what_is_open_tells_nothing(client: httpx2.Client) -> None:
    assert client.get("/api/health/live").json() == {"status": "alive"}
    refused = client.get("/api/health")
    assert refused.status_code == 401
    assert refused.json()["error"]["code"] == "unauthorized"
    assert refused.headers["www-authenticate"] == "Bearer"


def test_a_script_shows_the_token_each_time(client: httpx2.Client) -> None:
    assert client.get("/api/health", headers=BEARER).json()["status"] == "ok"
    answer = client.post("/api/jobs", json=DIGITS, headers=BEARER)
    assert answer.status_code == 202
    assert client.get("/api/health").status_code == 401
    assert not client.cookies


def test_a_link_becomes_a_session_and_leaves_the_address(client: httpx2.Client) -> None:
    answer = client.get("/", params={"token": TOKEN, "x": "1"}, headers=PAGE)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/?x=1"
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "secure" not in cookie
    assert TOKEN not in cookie
    assert client.get("/api/jobs").status_code == 200
    page = client.get("/", headers=PAGE)
    assert page.status_code in (200, 503)  # 503: the page has not been built
    assert "repscope_browser" in client.cookies


def test_under_https_the_cookie_stays_there(app: FastAPI) -> None:
    with TestClient(app, base_url="https://class.example", follow_redirects=False) as client:
        answer = client.get("/", params={"token": TOKEN})
        assert "secure" in answer.headers["set-cookie"].lower()


def test_a_redirect_stays_on_this_server(client: httpx2.Client) -> None:
    for path in ("//evil.example/", "/\\evil.example", "///evil.example"):
        answer = client.get(f"{URL}{path}", params={"token": TOKEN})
        assert re.match(r"/[^/\\]", answer.headers["location"]), path


def test_a_link_from_another_site_passes_through_a_page(client: httpx2.Client) -> None:
    elsewhere = {**PAGE, "Sec-Fetch-Site": "cross-site"}
    answer = client.get("/", params={"token": TOKEN}, headers=elsewhere)
    assert answer.status_code == 200
    assert "set-cookie" in answer.headers
    assert 'content="0;url=/"' in answer.text
    assert TOKEN not in answer.text
    client.cookies.clear()
    assert 'content="0;url=/docs"' in client.get("/docs", headers=elsewhere).text


def test_the_form_lets_in(client: httpx2.Client) -> None:
    page = client.get("/", headers=PAGE)
    assert page.status_code == 401
    policy = page.headers["content-security-policy"]
    assert "form-action 'self'" in policy
    assert "script-src" not in policy
    assert "<script" not in page.text
    assert client.get("/sign-in.css").headers["content-type"].startswith("text/css")
    wrong = client.post("/", data={"token": "<b>no</b>"}, headers=PAGE)
    assert wrong.status_code == 401
    assert "not the token" in wrong.text
    assert "<b>" not in wrong.text
    right = client.post("/", data={"token": f" {TOKEN} "}, headers={**PAGE, "Origin": URL})
    assert (right.status_code, right.headers["location"]) == (303, "/")
    assert client.get("/api/jobs").status_code == 200


def test_another_sites_form_does_not(client: httpx2.Client) -> None:
    foreign = {**PAGE, "Origin": "http://evil.example"}
    assert client.post("/", data={"token": TOKEN}, headers=foreign).status_code == 403


def test_the_guard_stays_for_those_who_are_in(client: httpx2.Client) -> None:
    headers = {**BEARER, "Origin": "http://evil.example"}
    assert client.post("/api/jobs", json=DIGITS, headers=headers).status_code == 403
    # Any name may stand in Host: a page that rebound its own has no token.
    assert client.get("/api/jobs", headers={**BEARER, "Host": "10.0.0.7"}).status_code == 200


def test_forged_and_expired_sessions_are_none(settings: Settings) -> None:
    access = Access.of(settings)
    assert access is not None
    session = access.new_session()
    assert access.is_session(session)
    end, rest = session.split(".", 1)
    text = f"{int(end) + 1}.{rest}"
    assert not access.is_session(text)
    old = f"1000.{'0' * 16}"
    assert not access.is_session(f"{old}.{access._sign(old)}")
    for nonsense in ("", ".", "..", "a.b.c", "\xff", session + "0", session[:-1]):
        assert not access.is_session(nonsense)


def test_sessions_outlive_a_restart_and_end_with_the_token(settings: Settings) -> None:
    first, again = Access.of(settings), Access.of(settings)
    changed = Access.of(settings.model_copy(update={"token": SecretStr("b" * 20)}))
    assert first
    assert again
    assert changed
    assert again.is_session(first.new_session())
    assert not changed.is_session(first.new_session())


def test_a_token_is_made_once_and_kept_to_its_owner(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data", host="0.0.0.0")
    first, second = Access.of(settings), Access.of(settings)
    assert first
    assert second
    assert first.token == second.token
    assert len(first.token) >= 43
    assert {path.name for path in settings.keys.iterdir()} == {"token", "secret"}
    for path in settings.keys.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(settings.keys.stat().st_mode) == 0o700


def test_a_laptop_stays_open(tmp_path: Path) -> None:
    for host in ("127.0.0.1", "localhost", "::1"):
        assert Access.of(Settings(data=tmp_path / "data", host=host)) is None
    assert not (tmp_path / "data").exists()
    assert Access.of(Settings(data=tmp_path, token=SecretStr(TOKEN))) is not None
    for host in ("0.0.0.0", "::", "192.168.1.5", "class.example"):
        assert not is_loopback(host)


def test_a_ticket_opens_once(settings: Settings) -> None:
    access = Access.of(settings)
    assert access is not None
    ticket = access.ticket()
    assert access.fits(ticket)
    assert not access.fits(ticket)
    assert access.fits(TOKEN)


def test_who_guesses_has_to_wait(client: httpx2.Client) -> None:
    session = dict(client.get("/", params={"token": TOKEN}).cookies)
    client.cookies.clear()
    wrong: Any = {"Authorization": "Bearer wrong"}
    for _ in range(MOST_TRIES):
        assert client.get("/api/jobs", headers=wrong).status_code == 401
    refused = client.get("/api/jobs", headers=BEARER)
    assert refused.status_code == 429
    assert refused.headers["retry-after"] == "60"
    # Whoever is in already does not suffer.
    client.cookies.update(session)
    assert client.get("/api/jobs").status_code == 200


def test_tries_are_counted_for_each_network_and_forgotten() -> None:
    tries = Tries()
    for i in range(MOST_TRIES):
        tries.wrong(f"2001:db8::{i:x}")
    with pytest.raises(TooManyTries):
        tries.check("2001:db8::ffff")
    tries.check("2001:db8:1::1")
    for i in range(10_001):
        tries.wrong(f"10.0.{i // 256}.{i % 256}")
    tries.check("2001:db8::ffff")


def test_each_browser_owns_its_jobs(client: httpx2.Client) -> None:
    client.get("/", params={"token": TOKEN})
    client.get("/", headers=PAGE)
    job = client.post("/api/jobs", json=DIGITS).json()["id"]
    assert [each["id"] for each in client.get("/api/jobs").json()["jobs"]] == [job]
    client.cookies.clear()
    client.get("/", params={"token": TOKEN})
    client.get("/", headers=PAGE)
    assert client.get("/api/jobs").json()["jobs"] == []
    client.post(f"/api/jobs/{job}/cancel")
    assert client.get(f"/api/jobs/{job}").json()["state"] == "queued"
