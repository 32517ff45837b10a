"""The page for everyone: keyboard, screen readers, both themes, a phone."""

import json
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.e2e.conftest import WIDE, OpenPage, Visit
from tests.e2e.map_page import MapPage

AXE = Path(__file__).resolve().parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
PHONE: ViewportSize = {"width": 390, "height": 844}

pytestmark = pytest.mark.browser


def expect_accessible(page: Page) -> None:
    """Let axe look at the page as it stands; it must find nothing."""
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(AXE.read_text())
    # What passes is a hundred times as long, and not asked for.
    run = "axe.run(document, {resultTypes: ['violations']}).then(result => result.violations)"
    found = page.evaluate(run)
    told = [
        {"rule": rule["id"], "help": rule["help"], "at": [node["html"] for node in rule["nodes"]]}
        for rule in found
    ]
    assert told == [], json.dumps(told, indent=2)


def expect_accessible_in_both_themes(page: Page) -> None:
    """Let axe look at the page as it stands, light and dark; it stays dark."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        expect_accessible(page)


def expect_lens_for_everyone(page: Page) -> None:
    """Let axe look in both themes, wide and on a phone; the lens keeps within all its windows."""
    for viewport in (WIDE, PHONE):
        page.set_viewport_size(viewport)
        expect_accessible_in_both_themes(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    page.set_viewport_size(WIDE)
    page.locator("body").press("p")
    expect(page.get_by_role("navigation", name="Lenses")).to_have_count(0)
    over = "lens => lens.scrollWidth - lens.clientWidth"
    assert page.locator("main > *").first.evaluate(over) <= 0
    page.keyboard.press("Escape")


@pytest.mark.parametrize(("scheme", "viewport"), [("light", WIDE), ("dark", PHONE)])
def test_axe_finds_nothing(open_page: OpenPage, scheme: str, viewport: dict[str, int]) -> None:
    view = MapPage(open_page(color_scheme=scheme, viewport=viewport)).ready().settled()
    expect_accessible(view.page)
    view.part("chooser-dataset").click()
    expect_accessible(view.page)
    view.page.keyboard.press("Escape")
    view.part("trust").click()
    expect_accessible(view.page)
    view.page.keyboard.press("Escape")
    view.part("show-code").click()
    expect_accessible(view.page)
    view.page.keyboard.press("Escape")
    view.part("filter").click()
    expect_accessible(view.page)
    view.part("add-data-open").click()
    expect_accessible(view.page)
    view.page.keyboard.press("Escape")
    view.page.keyboard.press("?")
    expect_accessible(view.page)


def test_axe_finds_nothing_in_the_library(visit: Visit) -> None:
    view = MapPage(visit()).ready()
    view.part("lens-library").click()
    expect(view.part("card").first).to_be_visible()
    expect_accessible_in_both_themes(view.page)
    view.part("card-delete").first.click()
    expect(view.part("delete-confirm")).to_be_visible()
    expect_accessible_in_both_themes(view.page)


def test_the_theme_follows_the_system_and_can_be_switched(open_page: OpenPage) -> None:
    view = MapPage(open_page(color_scheme="dark")).ready().settled()
    assert np.median(view.picture()) < 60
    view.part("theme").click()
    view.settled()
    assert np.median(view.picture()) > 200
    view.page.reload()
    view.ready().settled()
    assert np.median(view.picture()) > 200


def test_the_keyboard_walks_selects_and_zooms(visit: Visit) -> None:
    view = MapPage(visit()).ready(points=1797).settled()
    view.page.get_by_role("application").focus()
    view.page.keyboard.press("ArrowRight")
    expect(view.part("primary")).not_to_have_attribute("data-row", "0")
    walked = view.primary()
    view.page.keyboard.press("+")
    view.page.keyboard.press("+")
    view.settled()
    assert "camera=" in view.page.url
    assert view.primary() == walked
    view.page.keyboard.press("0")
    view.settled()
    assert "camera=" not in view.page.url
    view.page.keyboard.press("b")
    expect(view.part("tool-box")).to_have_attribute("aria-pressed", "true")
    view.page.keyboard.press("Escape")
    view.expect_selected(0)


def test_every_control_is_reached_by_tab(visit: Visit) -> None:
    view = MapPage(visit()).ready().settled()
    view.page.evaluate(
        """() => {
            window.reached = [];
            addEventListener("focusin", ({ target }) =>
                window.reached.push(target.dataset.testid ?? target.getAttribute("role")));
        }"""
    )
    view.page.locator("body").press("Tab")
    for _ in range(80):
        view.page.keyboard.press("Tab")
    reached = set(view.page.evaluate("window.reached"))
    wanted = {"chooser-dataset", "chooser-encoder", "chooser-layer", "chooser-map", "color-by"}
    wanted |= {"lens-map", "copy-link", "help", "theme", "axes-2", "axes-3", "tool-lasso"}
    wanted |= {"legend-entry", "inspector-fold", "neighbor-image", "show-code", "application"}
    assert wanted <= reached, wanted - reached


def test_projector_mode_shows_the_lens_alone(visit: Visit) -> None:
    view = MapPage(visit()).ready().settled()
    before = view.box()["width"]
    assert before >= 0.7 * WIDE["width"]
    # Keys do nothing behind a dialog.
    view.part("add-data-open").click()
    view.page.keyboard.press("p")
    view.page.keyboard.press("Escape")
    expect(view.part("add-data-dialog")).to_be_hidden()
    expect(view.part("inspector")).to_be_visible()
    view.page.keyboard.press("p")
    expect(view.part("inspector")).to_have_count(0)
    view.settled()
    assert view.box()["width"] > before
    view.part("export").click()
    view.page.keyboard.press("Escape")
    expect(view.part("export-menu")).to_be_hidden()
    expect(view.part("inspector")).to_have_count(0)
    view.page.keyboard.press("Escape")
    expect(view.part("inspector")).to_be_visible()


def test_a_phone_shows_the_map_and_opens_the_inspector_as_a_sheet(open_page: OpenPage) -> None:
    view = MapPage(open_page(viewport=PHONE, has_touch=True, is_mobile=True)).ready().settled()
    assert view.inked() > 0.01
    assert view.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert view.box()["height"] > 0.4 * PHONE["height"]
    expect(view.part("primary")).to_have_count(0)
    view.part("inspector-fold").tap()
    expect(view.part("primary")).to_be_visible()
    expect(view.part("neighbor-image").first).to_be_visible()
    assert view.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_motion_can_be_switched_off(open_page: OpenPage) -> None:
    view = MapPage(open_page(reduced_motion="reduce")).ready().settled()
    frames = int(view.canvas_data()["frames"])
    view.part("axes-3").click()
    view.ready(dimensions=3).settled()
    assert int(view.canvas_data()["frames"]) - frames < 12
