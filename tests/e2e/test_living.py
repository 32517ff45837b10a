"""Maps that are seen while they form, and what can be done with them meanwhile and afterwards."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.map_page import MAKING, MapPage

pytestmark = pytest.mark.browser

DIGITS = 1797
TSNE = "#lens=map&dataset=digits&encoder=pixels&analysis=tsne&analysis.iterations={}&row=0"


def forming(page: MapPage) -> None:
    """Wait until the map is seen forming."""
    wanted = '[data-testid="map-canvas"][data-state="forming"]'
    page.page.locator(wanted).wait_for(state="visible", timeout=MAKING)
    expect(page.part("forming")).to_be_visible(timeout=MAKING)


def stop(page: MapPage) -> None:
    """Stop what forms: it would go on for whoever comes back to it."""
    page.page.keyboard.press("Escape")  # a panel may lie over it
    page.part("forming-stop").click()
    expect(page.part("forming")).to_have_count(0, timeout=MAKING)


def steps_seen(page: MapPage, count: int) -> list[int]:
    """Collect the steps whose layouts are drawn, until there are so many."""
    seen: list[int] = []
    for _ in range(400):
        data = page.canvas_data()
        if data["state"] != "forming":
            break
        step = int(data["step"])
        if step not in seen:
            seen.append(step)
        if len(seen) == count:
            break
        page.page.wait_for_timeout(100)
    return seen


def test_a_map_moves_finishes_early_and_flows_on(visit: Visit) -> None:
    page = MapPage(visit(TSNE.format(9001)))
    forming(page)
    expect(page.part("forming-step")).to_have_text(re.compile(r"step [\d,]+ of 9,001"))
    seen = steps_seen(page, 3)
    assert len(seen) == 3
    assert seen == sorted(seen)
    # Points can be selected while they move.
    page.lasso_all()
    expect(page.part("selected-count")).to_have_text(re.compile(r"Selected [\d,]{3,}"))
    assert page.selected() > DIGITS // 2

    page.part("finish-now").click()
    page.ready(points=DIGITS)
    expect(page.part("forming")).to_have_count(0)
    expect(page.page).to_have_url(re.compile(r"analysis\.stop_at=\d+"))
    expect(page.part("caption")).to_contain_text("finished at step")

    page.part("chooser-map").click()
    page.part("chooser-map-panel").get_by_role("textbox", name="Perplexity").fill("10")
    forming(page)
    expect(page.page).to_have_url(
        re.compile(r"analysis\.perplexity=10.*start=tsne.*start\.stop_at=")
    )
    assert "analysis.stop_at" not in page.page.url
    expect(page.part("start-over")).to_be_visible()
    stop(page)


def test_a_running_map_flows_on_from_where_it_is(visit: Visit) -> None:
    page = MapPage(visit(TSNE.format(9002)))
    forming(page)
    page.part("chooser-map").click()
    page.part("chooser-map-panel").get_by_role("textbox", name="Perplexity").fill("12")
    expect(page.page).to_have_url(
        re.compile(r"analysis\.perplexity=12.*start=tsne.*start\.stop_at="), timeout=MAKING
    )
    forming(page)
    page.page.keyboard.press("Escape")
    page.part("start-over").click()
    expect(page.page).not_to_have_url(re.compile("start="))
    forming(page)
    stop(page)
    expect(page.page.get_by_text("This map was stopped")).to_be_visible()


def test_colors_by_clusters_and_lists_that_select(visit: Visit) -> None:
    page = MapPage(visit()).ready(points=DIGITS)
    page.part("color-by").select_option("clusters/kmeans")
    expect(page.part("computing")).to_have_count(0, timeout=MAKING)
    expect(page.page).to_have_url(re.compile("values=clusters/kmeans"))
    expect(page.part("legend-entry")).to_have_count(10)
    page.part("color-by").select_option("findings/unusual")
    page.part("list-outliers").click(timeout=MAKING)
    page.expect_selected(200)
    page.part("color-by").select_option("label")
    expect(page.part("computed")).to_have_count(0)
    expect(page.page).not_to_have_url(re.compile("values="))
