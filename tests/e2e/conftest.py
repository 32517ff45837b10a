"""The real thing: `repscope serve` with its workers in a temporary folder, and a real browser."""

import json
import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, ViewportSize, expect
from playwright.sync_api import Error as PlaywrightError

from tools.app import ENDED, App, running_app
from tools.browser import open_browser

PLUGINS = Path(__file__).parent / "plugins"
MANY_IMAGES = Path(__file__).resolve().parents[2] / "benchmarks" / "many_images.py"
#: What would be fetched from the network finds nobody, on every machine alike.
NO_NETWORK = {
    **dict.fromkeys(("http_proxy", "https_proxy"), "http://127.0.0.1:1"),
    "no_proxy": "127.0.0.1,localhost",
}
WIDE: ViewportSize = {"width": 1440, "height": 900}
#: Milliseconds that the page may take to answer; other tests run on the same processors.
PATIENCE = 20_000
expect.set_options(timeout=PATIENCE)

#: What greets a new visitor.
OPENING = "#lens=map&dataset=digits&encoder=pixels&analysis=pca&row=0"
#: A view in which nothing is made.
NOWHERE = "#lens=runs&dataset=digits&encoder=pixels&analysis=pca"

OpenPage = Callable[..., Page]
Visit = Callable[..., Page]


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """One server for all tests of the page; what it computes once, every test finds done."""
    data = tmp_path_factory.mktemp("repscope") / "data"
    shutil.copytree(PLUGINS, data / "plugins")
    shutil.copy(MANY_IMAGES, data / "plugins")
    with running_app(data, environment=NO_NETWORK) as app:
        yield app


@pytest.fixture(scope="session")
def live_worker(app: App) -> None:
    """Let the live worker answer once: the browser complains of a call that came too early."""
    inputs = {
        "dataset": {"kind": "dataset", "method": "digits"},
        "encoder": {"kind": "encoder", "method": "zoo", "params": {"name": "mae_digits"}},
    }
    for recipe in inputs.values():
        assert app.finish(recipe)["state"] == "done"
    call = json.dumps({"inputs": inputs, "params": {"rows": [0]}}).encode()
    header = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"{app.url}/api/live/reconstruct", call, header)
    for _ in range(5):
        try:
            with urllib.request.urlopen(request, timeout=60):
                return
        except urllib.error.HTTPError as error:
            if error.code != 503:
                raise
        time.sleep(0.5)
    pytest.fail("No worker answers live calls.")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with open_browser() as browser:
        yield browser


def opened(browser: Browser, complaints: list[str], **options: object) -> Page:
    """A page of a new visitor; what it complains of in its console is added to a list."""

    def complain(message: ConsoleMessage) -> None:
        # The layout of a map that has just ended is gone; the finished map takes its place. And a
        # job that the page gives up may end just then.
        late = ("/intermediate/", "/cancel")
        if not any(part in message.location["url"] for part in late):
            complaints.append(f"{message.text} ({message.location['url']})")

    page = browser.new_context(**{"viewport": WIDE, **options}).new_page()
    page.set_default_timeout(PATIENCE)
    page.on("pageerror", lambda error: complaints.append(error.stack or str(error)))
    page.on("console", lambda message: complain(message) if message.type == "error" else None)
    return page


def close(page: Page) -> None:
    """Close a page and cancel what it began: nobody waits for it, and others would."""
    server = page.url.partition("#")[0]
    with suppress(PlaywrightError):  # its server may be gone
        for job in page.request.get(f"{server}api/jobs").json()["jobs"]:
            if job["state"] not in ENDED:
                page.request.post(f"{server}api/jobs/{job['id']}/cancel")
    page.context.close()


@pytest.fixture
def open_page(app: App, browser: Browser) -> Iterator[OpenPage]:
    """Open pages as a new visitor; what one of them complains of in its console is a failure."""
    pages = []
    complaints: list[str] = []

    def open_one(fragment: str = "", *, at: App = app, **options: object) -> Page:
        page = opened(browser, complaints, **options)
        pages.append(page)
        page.goto(f"{at.url}/{fragment}")
        return page

    yield open_one
    for page in pages:
        close(page)
    assert complaints == [], app.log.read_text()


@pytest.fixture(scope="module")
def kept_page(app: App, browser: Browser) -> Iterator[tuple[Page, list[str]]]:
    """A page that stays open, and what it has complained of."""
    complaints: list[str] = []
    page = opened(browser, complaints)
    page.goto(f"{app.url}/{NOWHERE}")
    yield page, complaints
    close(page)


@pytest.fixture
def visit(app: App, kept_page: tuple[Page, list[str]]) -> Iterator[Visit]:
    """Follow links on one page for all tests of a file: to open another costs a second of work.

    For what is the same however one came. Complaints are a failure, as for `open_page`.
    """
    page, complaints = kept_page
    complaints.clear()

    def follow(fragment: str = OPENING, *, viewport: ViewportSize = WIDE) -> Page:
        page.set_viewport_size(viewport)
        page.emulate_media(color_scheme="light")
        page.keyboard.press("Escape")  # a dialog may be open
        # By way of another lens, so that nothing of the view before is taken for this one.
        page.goto(f"{app.url}/{NOWHERE}")
        page.get_by_test_id("runs").wait_for()
        page.goto(f"{app.url}/{fragment}")
        return page

    yield follow
    assert complaints == [], app.log.read_text()
