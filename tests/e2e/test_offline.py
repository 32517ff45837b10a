"""The page while its server is away, and when it is back."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.e2e.conftest import WIDE
from tests.e2e.map_page import MAKING, MapPage
from tools.app import App

pytestmark = pytest.mark.browser


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """Pages whose complaints of a missing server are expected."""
    context = browser.new_context(viewport=WIDE)  # type: ignore[arg-type]
    yield context
    context.close()


def test_a_view_that_the_server_draws_waits_for_it_and_says_only_that(
    app: App, context: BrowserContext
) -> None:
    view = MapPage(context.new_page())
    view.page.goto(f"{app.url}/#lens=map&dataset=digits&encoder=zoo&encoder.name=mae_digits")
    view.ready(points=1797)
    context.set_offline(True)
    view.part("lens-attention").click()
    expect(view.part("jobs-tray")).to_contain_text("The server does not answer")
    expect(view.part("attention")).to_have_attribute("data-state", "empty")
    expect(view.page.get_by_text("is starting")).to_have_count(0)
    context.set_offline(False)
    expect(view.part("attention")).to_have_attribute("data-state", "ready", timeout=MAKING)
    expect(view.part("jobs-tray")).not_to_contain_text("does not answer")


def test_images_that_do_not_come_leave_quiet_places_and_come_later(
    app: App, context: BrowserContext
) -> None:
    view = MapPage(context.new_page())
    view.page.goto(f"{app.url}/#lens=map&dataset=digits&encoder=pixels&analysis=pca&row=5")
    view.ready(points=1797)
    image = view.part("primary").locator("img")
    loaded = "image => image.complete && image.naturalWidth > 1"
    missing = view.page.locator("img[data-missing]")
    expect(view.part("neighbor-image").first).to_be_visible(timeout=MAKING)
    expect(missing).to_have_count(0)
    context.set_offline(True)
    view.part("neighbor-image").nth(3).click()
    expect(missing.first).to_be_visible(timeout=MAKING)
    # Neither the browser's icon nor the image's name is painted.
    expect(missing.first).to_have_css("content", re.compile("svg"))
    context.set_offline(False)
    expect(missing).to_have_count(0, timeout=MAKING)
    assert image.evaluate(loaded)
