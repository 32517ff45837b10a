"""How far to trust a map, on the page."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.map_page import MAKING, MapPage
from tests.e2e.test_access import PHONE, expect_accessible

pytestmark = pytest.mark.browser

DIGITS = 1797
# Few steps: what is tested is the page, not the maps.
TSNE = "#lens=map&dataset=digits&encoder=pixels&analysis=tsne&analysis.iterations=60&row=0"


def test_the_map_says_how_far_to_trust_it(visit: Visit) -> None:
    page = MapPage(visit()).ready(points=DIGITS)
    sentence = page.part("trust-sentence")
    expect(sentence).to_have_text(
        re.compile(r"On this map \d+% of the 15 nearest neighbors survive"), timeout=MAKING
    )
    page.lasso_all()
    expect(page.part("trust-selection")).to_have_text(re.compile(r"In the selection \d+%"))
    page.part("trust").click()
    expect(page.part("trust-curve")).to_be_visible()
    expect(page.part("stability")).to_have_count(0)
    page.part("color-by-recall").click()
    expect(page.part("color-by")).to_have_value("trust/neighborhood")
    expect(page.part("color-column")).to_have_value("recall")


def test_lines_lead_to_the_true_neighbors_while_the_panel_is_open(visit: Visit) -> None:
    page = MapPage(visit()).ready(points=DIGITS)
    canvas = page.part("map-canvas")
    page.find_point()
    expect(canvas).to_have_attribute("data-lines", "0")
    page.part("trust").click()
    page.find_point()
    expect(canvas).to_have_attribute("data-lines", "12")
    page.part("true-neighbors").uncheck()
    page.find_point()
    expect(canvas).to_have_attribute("data-lines", "0")
    page.part("true-neighbors").check()
    page.page.keyboard.press("Escape")
    page.find_point()
    expect(canvas).to_have_attribute("data-lines", "12")
    page.page.mouse.move(2, 2)
    expect(canvas).to_have_attribute("data-lines", "0")


def test_stability_is_checked_from_random_starts(visit: Visit) -> None:
    page = MapPage(visit(TSNE)).ready(points=DIGITS)
    page.part("trust").click(timeout=MAKING)
    page.part("check-stability").click()
    expect(page.part("stability-sentence")).to_have_text(
        re.compile(
            r"From three random starts half of the points move less than [\d.]+% of the map"
        ),
        timeout=MAKING,
    )
    expect_accessible(page.page)
    page.part("color-by-motion").click()
    expect(page.part("color-by")).to_have_value("trust/stability")
    expect(page.part("computed")).to_contain_text("Motion between 3 maps")
    expect(page.page).to_have_url(re.compile("values=trust/stability&values:column=motion"))


def test_settings_of_computed_colors_can_be_reached_on_a_phone(visit: Visit) -> None:
    page = MapPage(visit("#values=clusters/kmeans", viewport=PHONE)).ready(points=DIGITS)
    expect(page.part("computing")).to_have_count(0, timeout=MAKING)
    page.part("values-settings").click()
    panel = page.part("values-settings-panel")
    expect(panel).to_be_in_viewport(ratio=1)
    expect_accessible(page.page)
    panel.get_by_test_id("field-k").locator("input[type=text]").fill("7")
    expect(page.page).to_have_url(re.compile(r"values\.k=7"))
    page.page.keyboard.press("Escape")
    expect(page.part("legend-entry")).to_have_count(7, timeout=MAKING)
    page.part("trust").click()
    expect_accessible(page.page)
