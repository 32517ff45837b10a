"""The Attention lens: heads, the pointer, the keyboard, encoder B, networks without attention."""

import re
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.e2e.canvas import fingerprint
from tests.e2e.conftest import OpenPage, Visit
from tests.e2e.map_page import MAKING
from tests.e2e.test_access import (
    PHONE,
    expect_accessible,
    expect_accessible_in_both_themes,
    expect_lens_for_everyone,
)

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("live_worker")]

SHAPES = "#lens=attention&dataset=shapes&dataset.count=40&look:images=2&encoder=zoo"
ATTENTION = f"{SHAPES}&encoder.name=mae_shapes"


def ready(page: Page) -> Locator:
    """Wait until something is seen; returns the first image's row."""
    lens = page.get_by_test_id("attention")
    expect(lens).to_have_attribute("data-state", "ready", timeout=MAKING)
    return page.get_by_test_id("attention-row").first


def picture(row: Locator, cell: str) -> int:
    """The fingerprint of a map of encoder A."""
    return fingerprint(row.locator(f'[data-cell="{cell}"]').first)


def test_heads_blocks_and_the_threshold(visit: Visit) -> None:
    page = visit(ATTENTION)
    row = ready(page)
    cells = ("input", "features", "mean", "0", "1", "2", "rollout")
    before = {cell: picture(row, cell) for cell in cells}
    assert len(set(before.values())) == len(cells)
    # It has blocks of its own: the layer that maps are of has no say here.
    expect(page.get_by_test_id("chooser-layer")).to_have_count(0)
    page.get_by_role("slider", name="Block").fill("0")
    expect(page.get_by_test_id("attention")).to_have_attribute("data-block", "0")
    expect(page.get_by_test_id("block-value")).to_have_text("1 of 4")
    expect(page.get_by_test_id("caption")).to_contain_text("reads at block 1 of 4")
    after = {cell: picture(row, cell) for cell in cells}
    assert after["input"] == before["input"]
    assert all(after[cell] != before[cell] for cell in cells[1:])
    expect(page).to_have_url(re.compile("look:block=0"))
    page.get_by_test_id("kept").fill("20")
    expect(page.get_by_test_id("kept-value")).to_have_text("20%")
    expect(page.get_by_test_id("caption")).to_contain_text("hold 20% of its attention")
    assert picture(row, "0") != after["0"]
    # A head that is clicked stands large, in the same pixels.
    row.locator("button.map", has=page.locator('[data-cell="1"]')).click()
    large = page.get_by_test_id("large")
    assert fingerprint(large) == picture(row, "1")
    expect(page.get_by_test_id("shares")).to_contain_text("Of the attention of the cls token")


def test_settings_say_what_they_do_and_what_is_out_of_sight_is_counted(visit: Visit) -> None:
    page = visit(f"{ATTENTION}&look:absolute=1")
    row = ready(page)
    more = page.get_by_test_id("more")
    # It shows two images, on one scale.
    expect(more).to_have_text("More settings (2 changed)")
    expect(page.get_by_test_id("drawn-heat")).to_be_hidden()
    more.click()
    settings = page.get_by_role("dialog", name="More settings")
    expect(settings).to_contain_text("The same color is the same share in all maps.")
    expect(settings).to_contain_text("Colors over the image in gray.")
    before = picture(row, "0")
    settings.get_by_role("button", name="Heat map").click()
    expect(settings).to_contain_text("Colors alone.")
    assert picture(row, "0") != before
    expect(more).to_have_text("More settings (3 changed)")
    expect_accessible(page)
    more.click()
    expect(settings).to_be_hidden()


def test_a_patch_asks(visit: Visit) -> None:
    page = visit(ATTENTION)
    row = ready(page)
    lens = page.get_by_test_id("attention")
    before = {cell: picture(row, cell) for cell in ("features", "mean")}
    patches = row.get_by_test_id("patches")
    box = patches.bounding_box()
    assert box is not None
    eighth = box["width"] / 8
    page.mouse.move(box["x"] + 2.5 * eighth, box["y"] + 1.5 * eighth)
    expect(lens).to_have_attribute("data-patch", "10")
    expect(page.get_by_test_id("shares")).to_contain_text("Of the attention of this patch")
    asked = {cell: picture(row, cell) for cell in before}
    assert all(asked[cell] != before[cell] for cell in before)
    # Patches like it are shown in the other image too.
    other = page.get_by_test_id("attention-row").nth(1)
    assert other.locator('[data-cell="features"] circle').count() > 0
    page.mouse.move(5, 5)
    expect(lens).not_to_have_attribute("data-patch", "10")
    assert {cell: picture(row, cell) for cell in before} == before
    # A click keeps it; arrow keys move it; escape lets it go.
    page.mouse.click(box["x"] + 2.5 * eighth, box["y"] + 1.5 * eighth)
    page.mouse.move(5, 5)
    expect(patches).to_have_attribute("data-asked", "10")
    patches.press("ArrowRight")
    patches.press("ArrowDown")
    expect(lens).to_have_attribute("data-patch", "19")
    patches.press("Escape")
    expect(patches).not_to_have_attribute("data-asked", "19")


def test_nothing_is_asked_twice(visit: Visit) -> None:
    page = visit(f"{ATTENTION}&look:random=1")
    row = ready(page)
    expect(row.get_by_test_id("line-AR")).to_be_visible(timeout=MAKING)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(1000)
    assert not [url for url in asked if url.endswith("/live/attend")]


def test_the_score_is_told_with_what_it_beats(visit: Visit) -> None:
    page = visit(ATTENTION)
    ready(page)
    page.get_by_test_id("score-start").click()
    expect(page.get_by_test_id("score")).to_have_attribute("data-state", "ready", timeout=MAKING)
    expect(page.get_by_test_id("verdict")).to_contain_text("covers objects with a Jaccard index of")
    for rule in ("chosen", "oracle", "random", "disc", "contrast"):
        expect(page.get_by_test_id(f"rule-{rule}")).to_contain_text(re.compile(r"\d\.\d{3}"))
    expect(page).to_have_url(re.compile("look:scored=1"))


def test_masks_of_ones_own_are_scored(visit: Visit, tmp_path: Path) -> None:
    few = "dataset=subset&dataset.count=200&dataset/dataset=digits"
    page = visit(f"#lens=attention&{few}&encoder=zoo&encoder.name=mae_digits")
    ready(page)
    masks = np.zeros((200, 8, 8), np.uint8)
    masks[:, 2:6, 2:6] = 1
    for name, count in (("few", 10), ("all", 200)):
        np.save(tmp_path / f"{name}.npy", masks[:count])
    page.get_by_test_id("masks-input").set_input_files(tmp_path / "few.npy")
    score = page.get_by_test_id("score")
    expect(score).to_contain_text("There are 10 masks for 200 images", timeout=MAKING)
    page.get_by_test_id("masks-input").set_input_files(tmp_path / "all.npy")
    expect(score).to_have_attribute("data-state", "ready", timeout=MAKING)
    expect(page).to_have_url(re.compile("look:masks=[0-9a-f]{64}"))
    # A disc in the middle finds what lies in the middle of every image.
    disc = page.get_by_test_id("rule-disc").locator("td").first.inner_text()
    assert float(disc.split()[0]) > 0.7


def test_random_weights_and_another_network_stand_below(visit: Visit) -> None:
    page = visit(f"{ATTENTION}&look:random=1")
    row = ready(page)
    expect(row.get_by_test_id("line-AR")).to_be_visible(timeout=MAKING)
    own, drawn = (
        fingerprint(row.get_by_test_id(f"line-{letter}").locator('[data-cell="mean"]'))
        for letter in ("A", "AR")
    )
    assert own != drawn
    # A convolutional network beside it, which names what it takes the image for.
    page.get_by_test_id("second").select_option(label="Supervised (shapes)")
    line = row.get_by_test_id("line-B")
    expect(line).to_be_visible(timeout=MAKING)
    line.locator("button.map").first.click()
    expect(page.get_by_test_id("shares")).to_contain_text("Grad-CAM")
    page.get_by_test_id("more").click()
    page.get_by_test_id("scale-one").click()
    expect(page.get_by_test_id("scale-end")).to_contain_text("of the attention, in every map")


def test_what_is_no_network_is_exchanged(visit: Visit) -> None:
    page = visit("#lens=attention&dataset=digits&encoder=pca&encoder/dataset=digits")
    expect(page.get_by_test_id("unfit")).to_be_visible(timeout=MAKING)
    page.get_by_test_id("use-fitting").click()
    ready(page)
    page = visit("#lens=attention&dataset=digits")  # nobody has chosen yet
    ready(page)
    expect(page.get_by_test_id("chooser-encoder")).to_contain_text("Masked autoencoder")


def test_filters_that_come_after_the_encoder_has_left_do_no_harm(open_page: OpenPage) -> None:
    page = open_page("#lens=attention&dataset=digits&encoder=pca&encoder/dataset=digits")
    expect(page.get_by_test_id("unfit")).to_be_visible(timeout=MAKING)
    held: list[Route] = []
    page.route("**/arrays/filters*", lambda route: held.append(route))
    page.reload()
    page.get_by_test_id("use-fitting").click()
    ready(page)
    assert held
    with page.expect_response("**/arrays/filters*") as answer:
        for route in held:
            route.continue_()
    answer.value.finished()
    page.wait_for_timeout(200)  # what it leads to


def test_axe_finds_nothing(visit: Visit) -> None:
    page = visit(f"{ATTENTION}&look:random=1&look:merged=1")
    ready(page)
    expect_lens_for_everyone(page)
    page = visit(f"{SHAPES}&encoder.name=simclr_shapes", viewport=PHONE)
    ready(page)
    expect(page.get_by_test_id("caption")).to_contain_text("no attention")
    expect_accessible_in_both_themes(page)
