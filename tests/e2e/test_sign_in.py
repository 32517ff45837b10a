"""A browser comes in: by the link, by the form, by a link on another site."""

import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.test_access import expect_accessible
from tools.app import App, running_app

pytestmark = pytest.mark.browser

TOKEN = "a-token-for-the-whole-class"


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    data = tmp_path_factory.mktemp("locked") / "data"
    with running_app(data, environment={"REPSCOPE_TOKEN": TOKEN}) as app:
        yield app


@pytest.fixture
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = browser.new_context(**getattr(request, "param", {}))
    yield context.new_page()
    context.close()


def expect_in(page: Page) -> None:
    expect(page.locator("#token")).to_have_count(0)
    assert page.evaluate("fetch('/api/jobs').then((answer) => answer.status)") == 200
    assert TOKEN not in page.url
    assert TOKEN not in page.evaluate("document.cookie")


@pytest.mark.parametrize("page", [{"color_scheme": "dark"}, {}], indirect=True)
def test_the_form_lets_in_and_keeps_the_view(locked: App, page: Page) -> None:
    page.goto(f"{locked.url}/docs#calls")
    expect_accessible(page)
    page.fill("#token", "a wrong one, alas")
    page.click("button")
    expect(page.get_by_role("alert")).to_contain_text("not the token")
    expect_accessible(page)
    page.fill("#token", TOKEN)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("calls and methods")
    assert page.url.endswith("/docs#calls")
    expect_in(page)


@pytest.mark.parametrize("page", [{"java_script_enabled": False}], indirect=True)
def test_the_form_needs_no_scripts(locked: App, page: Page) -> None:
    page.goto(f"{locked.url}/docs")
    page.fill("#token", TOKEN)
    page.click("button")
    expect(page.locator("h1")).to_contain_text("calls and methods")


def test_the_link_lets_in_and_the_stream_opens(locked: App, page: Page) -> None:
    page.goto(f"{locked.url}/docs?token={TOKEN}#calls")
    assert page.url == f"{locked.url}/docs#calls"
    expect_in(page)
    opened = page.evaluate(
        """new Promise((resolve) => {
          const stream = new EventSource('/api/events');
          stream.onopen = () => resolve(true);
          stream.onerror = () => resolve(false);
        })"""
    )
    assert opened is True


def test_links_on_another_site_work(locked: App, page: Page) -> None:
    links = [f"{locked.url}/docs?token={TOKEN}", f"{locked.url}/docs"]
    with course_page(links) as address:
        for link in range(2):  # the first signs in, the second finds the session
            page.goto(address)
            page.locator("a").nth(link).click()
            expect(page.locator("h1")).to_contain_text("calls and methods")
            expect_in(page)


@contextmanager
def course_page(links: list[str]) -> Iterator[str]:
    """A page of another site: to browsers, localhost and 127.0.0.1 are two."""
    body = "".join(f"<a href={json.dumps(link)}>map</a> " for link in links).encode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://localhost:{server.server_port}/"
        server.shutdown()
        thread.join()


def test_the_token_stands_in_no_log_and_no_child(locked: App, page: Page) -> None:
    page.goto(f"{locked.url}/?token={TOKEN}")
    for path in [*locked.data.glob("logs/*.log"), locked.log]:
        assert TOKEN not in path.read_text()
    if Path("/proc/self/environ").exists():
        children = [
            path
            for path in Path("/proc").glob("[0-9]*/stat")
            if path.parent.name != str(os.getpid())
            and path.read_text().rpartition(")")[2].split()[1] == str(locked.process.pid)
        ]
        assert len(children) == 1
        for path in children:
            assert TOKEN.encode() not in (path.parent / "environ").read_bytes()
