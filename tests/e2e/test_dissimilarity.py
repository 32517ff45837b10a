"""The Dissimilarity lens: the matrix, the pair under the pointer, blocks, orders, the link."""

import re
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect
from sklearn.datasets import load_digits

from tests.e2e.canvas import drawn_anew, fingerprint, pixels
from tests.e2e.conftest import OpenPage, Visit
from tests.e2e.map_page import MAKING
from tests.e2e.test_access import PHONE, expect_accessible, expect_lens_for_everyone

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("live_worker")]

DIGITS = "#lens=dissimilarity&dataset=digits&encoder=pixels"
#: Soon put into an order by clustering, and seen by a network.
FEW = "#lens=dissimilarity&dataset=subset&dataset.count=300&dataset/dataset=digits&encoder=pixels"


def ready(page: Page) -> Locator:
    """Wait until the matrix is drawn; returns its canvas."""
    canvas = page.locator('[data-testid="matrix"] canvas')
    expect(canvas).to_have_attribute("data-state", "ready", timeout=MAKING)
    return canvas


def corner(canvas: Locator) -> dict[str, Any]:
    box = canvas.bounding_box()
    assert box is not None
    return dict(box)


def test_the_matrix_has_dark_blocks_of_classes(visit: Visit) -> None:
    canvas = ready(visit(DIGITS))
    picture = pixels(canvas)[24:, 24:].mean(axis=2)
    tenth = len(picture) // 10
    own = np.mean(
        [picture[i : i + tenth, i : i + tenth].mean() for i in range(0, 9 * tenth, tenth)]
    )
    assert own < 0.8 * picture.mean()


def test_the_pair_under_the_pointer(visit: Visit) -> None:
    page = visit(f"{DIGITS}&rdm:window=100,900,20")
    canvas = ready(page)
    box = corner(canvas)
    each = (box["width"] - 24) / 20
    page.mouse.move(box["x"] + 24 + 3.5 * each, box["y"] + 24 + 7.5 * each)
    pair = page.get_by_test_id("pair")
    expect(pair).to_have_attribute("data-value", re.compile(r"\d"))
    images, labels = load_digits(return_X_y=True)
    order = np.argsort(labels, kind="stable")
    i, j = order[107], order[903]
    expect(pair).to_have_attribute("data-rows", f"{i},{j}")
    pixels = np.round(images * (255.0 / 16.0))  # as bytes
    expected = 1.0 - np.corrcoef(pixels[i], pixels[j])[0, 1]
    assert float(pair.get_attribute("data-value") or "nan") == pytest.approx(expected, abs=1e-5)
    page.get_by_test_id("matrix").press("ArrowRight")
    expect(pair).to_have_attribute("data-rows", f"{i},{order[904]}")


def test_a_tap_tells_the_pair_and_no_control_is_out_of_sight_on_a_phone(
    open_page: OpenPage,
) -> None:
    page = open_page(DIGITS, viewport=PHONE, has_touch=True, is_mobile=True)
    box = corner(ready(page))
    page.touchscreen.tap(box["x"] + 0.4 * box["width"], box["y"] + 0.7 * box["height"])
    pair = page.get_by_test_id("pair")
    expect(pair.get_by_role("img")).to_have_count(2)
    expect(pair).to_have_attribute("data-value", re.compile(r"\d"))
    expect(pair).to_be_in_viewport(ratio=0.9)
    expect(page.get_by_test_id("selected-count")).to_have_text(re.compile("Selected 2"))
    for part in page.get_by_role("toolbar").get_by_role("button").all():
        expect(part).to_be_in_viewport(ratio=1)
    page.get_by_test_id("more").tap()
    expect(page.get_by_test_id("measure")).to_be_in_viewport(ratio=1)
    expect_accessible(page)


def test_a_block_is_selected_here_and_on_the_map(visit: Visit) -> None:
    page = visit(f"{DIGITS}&rdm:window=100,900,20")
    box = corner(ready(page))
    each = (box["width"] - 24) / 20
    page.mouse.move(box["x"] + 24 + 2.5 * each, box["y"] + 24 + 2.5 * each)
    page.mouse.down()
    page.mouse.move(box["x"] + 24 + 4.5 * each, box["y"] + 24 + 5.5 * each, steps=4)
    page.mouse.up()
    expect(page.get_by_test_id("selected-count")).to_have_text(re.compile("Selected 7"))
    page.get_by_test_id("lens-map").click()
    expect(page.get_by_test_id("map-canvas")).to_have_attribute(
        "data-state", "ready", timeout=MAKING
    )
    expect(page.get_by_test_id("selected-count")).to_have_text(re.compile("Selected 7"))


def test_orders_measures_and_zoom_are_in_the_link(visit: Visit) -> None:
    page = visit(FEW)
    canvas = ready(page)
    before = fingerprint(canvas)
    page.get_by_test_id("order").select_option("clustering")
    expect(page).to_have_url(re.compile("rdm:order=clustering"))
    expect(page.get_by_test_id("waiting")).to_be_hidden(timeout=MAKING)
    ready(page)
    drawn_anew(canvas, before)
    page.get_by_test_id("measure").select_option("manhattan")
    page.get_by_test_id("scale-value").click()
    page.get_by_test_id("matrix").press("+")
    expect(page).to_have_url(re.compile("rdm:measure=manhattan.*rdm:scale=value.*rdm:window="))
    ready(page)
    page.get_by_test_id("matrix").press("0")
    expect(page).not_to_have_url(re.compile("rdm:window"))


def test_axe_finds_nothing(visit: Visit) -> None:
    page = visit(DIGITS)
    ready(page)
    expect_lens_for_everyone(page)


def test_the_tree_stands_beside_its_order(visit: Visit) -> None:
    page = visit(
        "#lens=dissimilarity&dataset=shapes&dataset.count=40&encoder=pixels&rdm:order=clustering"
    )
    ready(page)
    tree = page.get_by_test_id("tree")
    expect(tree).to_be_visible()
    drawn = pixels(tree).any(axis=2)
    assert drawn.sum() > 300
    page.get_by_test_id("order").select_option("by label")
    expect(tree).to_have_count(0)


@pytest.mark.parametrize("options", [{}, {"viewport": PHONE}])
def test_encoder_b_stands_beside_a(visit: Visit, options: dict[str, Any]) -> None:
    page = visit(f"{FEW}&second=zoo&second.name=mae_digits", **options)
    both = page.locator('[data-testid="matrix"] canvas')
    for number in (0, 1):
        expect(both.nth(number)).to_have_attribute("data-state", "ready", timeout=MAKING)
    first, second = (fingerprint(both.nth(number)) for number in (0, 1))
    assert first != second
    expect_accessible(page)
    # Both are zoomed together.
    before = second
    page.get_by_test_id("matrix").first.focus()
    page.keyboard.press("+")
    expect(page).to_have_url(re.compile("rdm:window="))
    expect(both.nth(1)).to_have_attribute("data-state", "ready")
    drawn_anew(both.nth(1), before)
