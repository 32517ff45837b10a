"""The page: built, absent, kept by browsers, and the cookie that tells browsers apart."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from repscope.backend.errors import install_error_handlers
from repscope.backend.ui import install_ui
from tests.backend.conftest import URL


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A built page, as the build leaves it."""
    (tmp_path / "static" / "assets").mkdir(parents=True)
    (tmp_path / "static" / "index.html").write_text("<!doctype html><title>Repscope</title>")
    (tmp_path / "static" / "icon.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (tmp_path / "static" / "assets" / "main-4f3a.js").write_text("export {};")
    (tmp_path / "secret.txt").write_text("secret")
    return tmp_path / "static"


@pytest.fixture
def client(folder: Path) -> Iterator[TestClient]:
    yield from open_client(folder)


def open_client(folder: Path) -> Iterator[TestClient]:
    app = FastAPI()
    install_error_handlers(app)
    install_ui(app, folder)
    with TestClient(app, base_url=URL) as client:
        yield client


def test_the_page_is_asked_for_every_time(client: TestClient) -> None:
    answer = client.get("/")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-cache")
    assert answer.headers["content-type"].startswith("text/html")
    assert client.head("/").status_code == 200


def test_hashed_files_are_kept_for_good(client: TestClient) -> None:
    answer = client.get("/assets/main-4f3a.js")
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-type"].startswith("text/javascript")
    assert client.get("/icon.svg").headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "path",
    ["/../secret.txt", "/%2e%2e/secret.txt", "/assets/..%2f..%2fsecret.txt", "/assets", "/x"],
)
def test_nothing_else_is_served(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "not_found"


def test_a_browser_gets_one_cookie(client: TestClient) -> None:
    cookie = client.get("/").headers["set-cookie"]
    assert re.match(
        r"repscope_browser=[0-9a-f]{32}; HttpOnly; Max-Age=\d+; Path=/; SameSite=strict", cookie
    )
    assert "set-cookie" not in client.get("/").headers  # the client has it now
    client.cookies.clear()
    forged = client.get("/", headers={"Cookie": "repscope_browser=../../x"})
    assert "set-cookie" in forged.headers


def test_an_unbuilt_page_says_how_to_build_it(tmp_path: Path) -> None:
    for client in open_client(tmp_path / "nowhere"):
        answer = client.get("/")
        assert answer.status_code == 503
        assert "make setup" in answer.text
        assert "<script" not in answer.text
        assert client.get("/assets/main.js").status_code == 404
