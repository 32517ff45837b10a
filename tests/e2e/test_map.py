"""The first map, and what hands do on it."""

import json
import re
import urllib.request
from io import BytesIO

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import expect

from tests.e2e.conftest import OpenPage, Visit
from tests.e2e.map_page import MapPage
from tests.e2e.recipes import projection
from tools.app import App

pytestmark = pytest.mark.browser

DIGITS = 1797
THREES = 183


@pytest.fixture
def digits(visit: Visit) -> MapPage:
    """What the first visitor sees, with its map drawn."""
    return MapPage(visit()).ready(points=DIGITS).settled()


def labels(app: App) -> NDArray[np.int32]:
    recipe = {"kind": "dataset", "method": "digits"}
    job = app.finish(recipe)
    url = f"{app.url}/api/artifacts/{job['id']}/arrays/labels.npy"
    with urllib.request.urlopen(url, timeout=10) as answer:
        return np.load(BytesIO(answer.read()))


def test_first_visit_shows_the_digits_with_a_selected_point_and_its_neighbors(
    open_page: OpenPage,
) -> None:
    digits = MapPage(open_page()).ready(points=DIGITS).settled()
    assert digits.inked() > 0.01
    digits.expect_selected(1)
    assert digits.primary() == 0
    neighbors = digits.part("neighbor-image")
    expect(neighbors).to_have_count(12)
    for image in neighbors.locator("img").all():
        image.scroll_into_view_if_needed()
        expect(image).to_have_js_property("complete", True)
        assert image.evaluate("image => image.naturalWidth") == 8
    expect(digits.part("caption")).to_contain_text("PCA of the pixels of 1,797 digits")
    expect(digits.part("caption")).to_contain_text("29% of the variance")
    expect(digits.part("legend-entry")).to_have_count(10)


def test_a_point_under_the_pointer_shows_its_card(digits: MapPage, app: App) -> None:
    card = digits.part("hover-card")
    expect(card).to_have_count(0)
    digits.find_point()
    row = int(card.get_attribute("data-row") or -1)
    expect(card).to_contain_text(f"Row {row:,}")
    expect(card.locator("strong")).to_have_text(str(labels(app)[row]))
    expect(card.locator("img")).to_have_js_property("complete", True)
    assert card.locator("img").evaluate("image => image.naturalWidth") > 0
    digits.page.mouse.move(2, 2)
    expect(card).to_have_count(0)


def test_click_selects_one_point_and_empty_ground_none(digits: MapPage) -> None:
    digits.page.mouse.click(*digits.find_point())
    chosen = int(digits.part("hover-card").get_attribute("data-row") or -1)
    expect(digits.part("primary")).to_have_attribute("data-row", str(chosen))
    digits.expect_selected(1)
    expect(digits.part("neighbor-image")).to_have_count(12)
    digits.part("neighbor-image").first.click()
    expect(digits.part("primary")).not_to_have_attribute("data-row", str(chosen))
    digits.page.mouse.click(*digits.at(0.02, 0.97))
    digits.expect_selected(0)


def test_lasso_and_box_select_the_same_rows(digits: MapPage) -> None:
    digits.lasso_all()
    digits.expect_selected(DIGITS)
    around = [(0.4, 0.3), (0.6, 0.3), (0.6, 0.6), (0.4, 0.6), (0.4, 0.3)]
    digits.drag(*around)
    expect(digits.part("selected-count")).not_to_have_text(f"Selected {DIGITS:,}")
    by_lasso = digits.selected()
    assert 10 < by_lasso < DIGITS
    expect(digits.part("selected-image").first).to_be_visible()
    digits.page.keyboard.press("b")
    digits.drag((0.4, 0.3), (0.6, 0.6))
    digits.expect_selected(by_lasso)
    digits.page.keyboard.down("Shift")
    digits.drag((0.0, 0.3), (0.4, 0.6))
    digits.page.keyboard.up("Shift")
    assert digits.selected() > by_lasso


def test_legend_hides_and_isolates(digits: MapPage) -> None:
    three = digits.page.locator('[data-testid="legend-entry"][data-class="3"]')
    before = digits.inked()
    three.click()
    expect(three).to_have_attribute("aria-pressed", "false")
    digits.settled()
    assert digits.inked() < before
    digits.lasso_all()
    digits.expect_selected(DIGITS - THREES)
    digits.part("legend-all").click()
    three.dblclick()
    expect(digits.page.locator('[data-testid="legend-entry"][aria-pressed="true"]')).to_have_count(
        1
    )
    digits.lasso_all()
    digits.expect_selected(THREES)


def test_a_link_reproduces_the_view(digits: MapPage, open_page: OpenPage) -> None:
    digits.drag((0.4, 0.3), (0.6, 0.3), (0.6, 0.6), (0.4, 0.6), (0.4, 0.3))
    digits.page.locator('[data-testid="legend-entry"][data-class="8"]').click()
    digits.page.mouse.move(*digits.at(0.5, 0.5))
    digits.page.mouse.wheel(0, -500)
    digits.page.mouse.move(2, 2)
    digits.settled()
    fragment = digits.page.url.partition("/#")[2]
    assert "camera=" in fragment
    other = MapPage(open_page(f"#{fragment}")).ready(points=DIGITS).settled()
    other.expect_selected(digits.selected())
    assert other.primary() == digits.primary()
    assert np.mean(other.picture() != digits.picture()) < 0.001
    assert other.page.url == digits.page.url


def test_a_link_to_a_lens_that_is_not_there_shows_the_map(visit: Visit) -> None:
    view = MapPage(visit("#lens=nothing&dataset=digits&encoder=pixels&analysis=pca")).ready()
    expect(view.part("lens-map")).to_have_attribute("aria-current", "page")
    expect(view.page).to_have_url(re.compile("#lens=map&"))


def test_copy_link_puts_the_address_on_the_clipboard(open_page: OpenPage) -> None:
    permissions = ["clipboard-read", "clipboard-write"]
    view = MapPage(open_page(permissions=permissions)).ready().settled()
    view.part("copy-link").click()
    expect(view.page.get_by_text("Link copied")).to_be_visible()
    assert view.page.evaluate("navigator.clipboard.readText()") == view.page.url


def test_back_returns_to_the_view_before(digits: MapPage) -> None:
    address = digits.page.url
    digits.page.wait_for_timeout(1200)
    digits.part("axes-3").click()
    digits.ready(dimensions=3).settled()
    digits.page.go_back()
    digits.ready(dimensions=2).settled()
    assert digits.page.url == address


def test_images_show_when_one_comes_near(digits: MapPage) -> None:
    assert digits.canvas_data()["images"] == "0"
    digits.find_point()
    for _ in range(4):
        digits.page.mouse.wheel(0, -240)
    expect(digits.part("map-canvas")).not_to_have_attribute("data-images", "0")


def test_the_code_of_the_view_is_the_recipe_of_its_artifact(digits: MapPage, app: App) -> None:
    digits.part("show-code").click()
    expect(digits.part("code-python")).to_contain_text("projection")
    shown = app.post("/api/resolve", projection())
    assert shown["id"] == digits.canvas_data()["artifact"]
    expect(digits.part("code-curl")).to_contain_text(shown["id"])
    code = digits.part("code-python").inner_text()
    names: dict[str, object] = {}
    exec(code, names)
    arrays = [value for value in names.values() if isinstance(value, np.ndarray)]
    assert any(array.shape == (DIGITS, 2) for array in arrays), json.dumps(code)
