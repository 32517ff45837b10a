"""The Masking lens: the slider, painting, encoder B, what cannot draw."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.canvas import fingerprint
from tests.e2e.conftest import Visit
from tests.e2e.map_page import MAKING, MapPage
from tests.e2e.test_access import (
    PHONE,
    expect_accessible,
    expect_accessible_in_both_themes,
    expect_lens_for_everyone,
)

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("live_worker")]

MASKING = "#lens=masking&dataset=digits&encoder=zoo&encoder.name=mae_digits&images=2"


def ready(page: Page) -> Locator:
    """Wait until something is drawn; returns the first image's row."""
    lens = page.get_by_test_id("masking")
    expect(lens).to_have_attribute("data-state", "ready", timeout=MAKING)
    return page.get_by_test_id("masking-row").first


def picture(row: Locator, panel: str) -> int:
    """The fingerprint of a panel of encoder A."""
    return fingerprint(row.locator(f'[data-panel="{panel}"]').first)


def apart(one: Locator, other: Locator) -> bool:
    """Tell whether neither of them lies over the other."""
    a, b = one.bounding_box(), other.bounding_box()
    assert a is not None
    assert b is not None
    beside = a["x"] + a["width"] <= b["x"] or b["x"] + b["width"] <= a["x"]
    return beside or a["y"] + a["height"] <= b["y"] or b["y"] + b["height"] <= a["y"]


def test_the_slider_and_the_brush_hide_patches(visit: Visit) -> None:
    page = visit(MASKING)
    row = ready(page)
    before = {panel: picture(row, panel) for panel in ("input", "masked", "output")}
    page.get_by_test_id("ratio").fill("40")
    expect(page.get_by_test_id("masking")).to_have_attribute("data-ratio", "0.4")
    expect(page.get_by_test_id("ratio-told")).to_have_text("26 of 64 patches, 38 left to see")
    after = {panel: picture(row, panel) for panel in before}
    assert after["input"] == before["input"]
    assert after["masked"] != before["masked"]
    assert after["output"] != before["output"]
    expect(page).to_have_url(re.compile("ratio=40"))

    # Nothing is hidden; then a stroke along the upper edge hides that row of patches.
    page.get_by_test_id("ratio").fill("0")
    expect(page.get_by_test_id("error-A").first).to_have_text("none hidden")
    patches = row.get_by_test_id("patches")
    box = patches.bounding_box()
    assert box is not None
    eighth = box["width"] / 8
    page.mouse.move(box["x"] + 3, box["y"] + 3)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 3, box["y"] + 3, steps=3)
    page.mouse.up()
    expect(patches).to_have_attribute("data-hidden", "8")
    expect(page.get_by_test_id("mask-painted")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_test_id("error-A").first).to_have_text(re.compile(r"^0\.\d{4}$"))
    # A stroke that begins on a hidden patch shows, as the keyboard does.
    page.mouse.click(box["x"] + eighth / 2, box["y"] + eighth / 2)
    expect(patches).to_have_attribute("data-hidden", "7")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    expect(patches).to_have_attribute("data-hidden", "6")


def test_pictures_stay_from_when_they_come(visit: Visit) -> None:
    page = visit()
    MapPage(page).ready()
    page.evaluate(
        """() => {
            window.gone = 0;
            new MutationObserver((changes) => {
                for (const { removedNodes } of changes)
                    for (const node of removedNodes)
                        if (node.dataset?.testid === "masking-row") window.gone++;
            }).observe(document.body, { childList: true, subtree: true });
        }"""
    )
    page.get_by_test_id("lens-masking").click()
    ready(page)
    expect(page.get_by_test_id("error-A").first).to_have_text(re.compile(r"^0\.\d{4}$"))
    assert page.evaluate("gone") == 0


def test_the_sentence_tells_what_is_hidden(visit: Visit) -> None:
    page = visit(f"{MASKING}&raw=1")
    ready(page)
    caption = page.get_by_test_id("caption")
    expect(caption).to_contain_text("patches one by one at random")
    page.get_by_test_id("mask-block").click()
    expect(caption).to_contain_text("rectangles at random places")
    more = page.get_by_test_id("more")
    expect(more).to_have_text("More settings (2 changed)")  # it shows two images, as they are drawn
    more.click()
    settings = page.get_by_role("dialog", name="More settings")
    expect(settings).to_contain_text("what it draws of visible patches was never trained")
    settings.get_by_role("button", name="Spread").click()
    expect(settings).to_contain_text("How much a pixel changes between 16 masks.")
    expect(caption).to_contain_text("the last picture is bright")
    expect_accessible(page)
    # What is set stands beside the pictures that it changes, on a phone above them.
    pictures = page.get_by_test_id("masking-row").first
    for size in ({"width": 1024, "height": 768}, PHONE):
        page.set_viewport_size(size)
        page.evaluate("new Promise(requestAnimationFrame)")
        expect(settings).to_be_visible()
        assert apart(settings, pictures)
    page.keyboard.press("Escape")
    # However low the window is, pictures keep a height that one scrolls to.
    page.set_viewport_size({"width": 1024, "height": 640})
    page.get_by_test_id("masking-row").first.scroll_into_view_if_needed()
    expect(page.get_by_test_id("masking-row").first).to_be_in_viewport(ratio=0.9)


def test_b_and_no_learning_stand_below_a(visit: Visit) -> None:
    page = visit(f"{MASKING}&baseline=1")
    row = ready(page)
    page.get_by_test_id("second").select_option(label="Masked autoencoder (shapes)")
    for letter in "ABD":
        expect(row.get_by_test_id(f"error-{letter}")).to_have_text(
            re.compile(r"^0\.\d{4}$"), timeout=MAKING
        )
    own, other, diffusion = (
        float(page.get_by_test_id(f"mean-{letter}").inner_text()) for letter in "ABD"
    )
    assert own < min(other, diffusion)  # it has seen digits


def test_what_cannot_draw_is_exchanged(visit: Visit) -> None:
    page = visit(
        "#lens=masking&dataset=digits&encoder=random&encoder.image_size=16&encoder.patch_size=4"
    )
    expect(page.get_by_test_id("unfit")).to_be_visible(timeout=MAKING)
    page.get_by_test_id("use-fitting").click()
    ready(page)
    page = visit("#lens=masking&dataset=digits")  # nobody has chosen yet
    ready(page)
    expect(page.get_by_test_id("chooser-encoder")).to_contain_text("Masked autoencoder")


def test_axe_finds_nothing(visit: Visit) -> None:
    page = visit(f"{MASKING}&baseline=1")
    ready(page)
    expect_lens_for_everyone(page)
    encoder = "encoder=zoo&encoder.name=vae_digits"
    page = visit(f"#lens=masking&dataset=digits&{encoder}", viewport=PHONE)
    ready(page)
    expect_accessible_in_both_themes(page)
