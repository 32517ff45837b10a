"""Small maps side by side, over the setting that decides at which scale a map looks."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.map_page import MAKING, MapPage
from tests.e2e.test_access import PHONE, expect_accessible

pytestmark = pytest.mark.browser

DIGITS = 400
# Few images and few steps: what is tested is the page, not the maps.
TSNE = (
    f"#lens=map&dataset=subset&dataset.count={DIGITS}&dataset/dataset=digits&encoder=pixels"
    "&analysis=tsne&analysis.iterations=60&row=0"
)
READY = '[data-testid="small-canvas"][data-state="ready"]'


def compared(page: MapPage, count: int) -> None:
    """Wait until so many small maps are drawn to their end and measured."""
    expect(page.page.locator(READY)).to_have_count(count, timeout=MAKING)
    states = page.part("small-state")
    for number in range(count):
        expect(states.nth(number)).to_have_text(re.compile(r"\d+% of 15"), timeout=MAKING)


def test_perplexities_compared_and_one_enlarged(visit: Visit) -> None:
    page = MapPage(visit(TSNE)).ready(points=DIGITS)
    page.part("compare").click()
    expect(page.page).to_have_url(re.compile("compare=perplexity"))
    expect(page.part("map-canvas")).to_have_count(0)
    compared(page, 5)
    titles = page.part("enlarge").all_inner_texts()
    assert titles == [f"Perplexity {value}" for value in (5, 15, 30, 50, 100)]
    expect(page.page.locator('[data-testid="enlarge"][aria-current="true"]')).to_have_text(
        "Perplexity 30"
    )
    artifacts = page.page.locator(READY).evaluate_all("all => all.map(c => c.dataset.artifact)")
    assert len(set(artifacts)) == 5
    expect_accessible(page.page)

    page.part("enlarge").nth(1).click()
    page.ready(points=DIGITS)
    expect(page.part("multiples")).to_have_count(0)
    expect(page.page).to_have_url(re.compile(r"analysis\.perplexity=15"))
    assert "compare=" not in page.page.url
    assert page.canvas_data()["artifact"] == artifacts[1]


def test_small_maps_share_selection_and_pointer(visit: Visit) -> None:
    page = MapPage(visit(f"{TSNE}&compare=perplexity"))
    compared(page, 5)
    first = page.part("small-canvas").first
    box = first.bounding_box()
    assert box is not None
    corners = [(0.02, 0.02), (0.98, 0.02), (0.98, 0.98), (0.02, 0.98), (0.02, 0.02)]
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in corners]
    page.page.mouse.move(*places[0])
    page.page.mouse.down()
    for place in places[1:]:
        page.page.mouse.move(*place, steps=4)
    page.page.mouse.up()
    assert page.selected() > DIGITS // 2
    page.part("legend-entry").first.click()
    expect(page.part("legend-entry").first).to_have_attribute("aria-pressed", "false")

    frames = page.part("small-canvas").last.get_attribute("data-frames")
    for step in range(40):
        x = box["x"] + (0.3 + step / 100) * box["width"]
        page.page.mouse.move(x, box["y"] + box["height"] / 2)
        page.page.wait_for_timeout(150)
        if page.part("hover-card").is_visible():
            break
    expect(page.part("hover-card")).to_have_count(1)
    assert page.part("small-canvas").last.get_attribute("data-frames") != frames, (
        "the ring shows on all of them"
    )


def test_escape_closes_the_comparison_and_keeps_the_selection(visit: Visit) -> None:
    page = MapPage(visit(f"{TSNE}&compare=perplexity"))
    expect(page.part("small-map")).to_have_count(5)
    page.page.keyboard.press("Escape")
    page.ready(points=DIGITS)
    expect(page.part("multiples")).to_have_count(0)
    page.expect_selected(1)
    page.part("compare").click()
    page.part("close-multiples").click()
    page.ready(points=DIGITS)


def test_numbers_of_neighbors_compared_on_a_phone(visit: Visit) -> None:
    link = TSNE.replace("tsne&analysis.iterations", "umap&analysis.epochs")
    page = MapPage(visit(f"{link}&compare=n_neighbors", viewport=PHONE))
    compared(page, 4)
    assert page.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    expect_accessible(page.page)
