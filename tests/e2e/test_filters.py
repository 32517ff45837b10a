"""Filters on the map: classes, ranges, a word; what they leave out is faint, not gone."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import OpenPage, Visit
from tests.e2e.map_page import MapPage

pytestmark = pytest.mark.browser

SHAPES = "#lens=map&dataset=shapes&encoder=pixels&analysis=pca&row=0"


def shown(view: MapPage) -> int:
    """How many images pass, as the button says it."""
    return int(view.part("filter-count").inner_text().replace(",", ""))


def test_conditions_narrow_the_map_and_travel_in_the_link(
    visit: Visit, open_page: OpenPage
) -> None:
    view = MapPage(visit(SHAPES)).ready().settled()
    whole = view.picture().astype(np.int16)
    view.part("filter").click()
    first = view.part("filter-label").get_by_test_id("filter-class").first
    of_first = int(first.locator(".count").inner_text().replace(",", ""))
    first.click()
    view.settled()
    assert shown(view) == of_first
    # What is left out is faint: the picture has less ink, but every point still lies there.
    assert np.abs(view.picture().astype(np.int16) - whole).max() > 60
    assert view.inked() > 0.001
    size = view.part("filter-size")
    size.scroll_into_view_if_needed()
    box = size.get_by_test_id("filter-range").bounding_box()
    assert box is not None
    view.page.mouse.move(box["x"] + 2, box["y"] + 20)
    view.page.mouse.down()
    view.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 20, steps=4)
    view.page.mouse.up()
    view.settled()
    both = shown(view)
    assert 0 < both < of_first
    assert re.search(r"where\.label=0&where\.size=[\d.]+\.\.[\d.]+", view.page.url)
    view.part("filter-select").click()
    view.expect_selected(both)
    other = MapPage(open_page("#" + view.page.url.split("#")[1])).ready()
    expect(other.part("filter-count")).to_have_text(f"{both:,}")
    view.part("filter-clear").click()
    expect(view.part("filter-count")).to_have_count(0)
    view.settled()
    assert "where." not in view.page.url


def test_a_lasso_takes_only_what_the_filter_leaves(open_page: OpenPage) -> None:
    view = MapPage(open_page(f"{SHAPES}&where.label=1")).ready().settled()
    passing = shown(view)
    view.lasso_all()
    view.expect_selected(passing)


def test_a_word_finds_classes(open_page: OpenPage) -> None:
    view = MapPage(open_page(SHAPES)).ready().settled()
    view.part("filter").click()
    one = view.part("filter-label").get_by_test_id("filter-class").nth(1)
    name = one.locator(".name").inner_text()
    number = one.locator(".count").inner_text()
    view.part("filter-find").fill(name.upper())
    expect(view.part("filter-count")).to_have_text(number)
    view.part("filter-find").fill("no such thing")
    expect(view.part("filter-count")).to_have_text("0")
    expect(view.part("filter-select")).to_be_disabled()


def test_another_dataset_is_seen_whole(visit: Visit) -> None:
    view = MapPage(visit(f"{SHAPES}&where.label=1")).ready().settled()
    view.choose("dataset", "digits")
    view.ready(points=1797).settled()
    expect(view.part("filter-count")).to_have_count(0)
    assert "where." not in view.page.url
