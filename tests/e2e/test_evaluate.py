"""Probes that the page asks for: confusion, curves, table, and what cannot be probed."""

import re
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenPage, Visit
from tests.e2e.map_page import MAKING, MapPage
from tests.e2e.test_access import (
    PHONE,
    expect_accessible,
    expect_accessible_in_both_themes,
    expect_lens_for_everyone,
)
from tests.e2e.test_adding import bring, expect_added

pytestmark = pytest.mark.browser

#: Few images: a network sees them soon, and nearly as much is told.
FEW = "dataset=subset&dataset.count=400&dataset/dataset=digits"
EVALUATE = f"#lens=evaluate&{FEW}&encoder=pixels&analysis=pca"
ONCE = "&probe.repetitions=1"
KNN = f"{EVALUATE}&probe=knn{ONCE}"
#: With few labels, since every layer would have to be fitted.
LABELS = f"{EVALUATE}&probe=labels{ONCE}&probe.amounts=shots"
TABLE = f"{EVALUATE}&probe=table&probe.shots=5{ONCE}"


def made(page: Page, part: str) -> None:
    """Wait for the result; where it is only offered, ask for it."""
    begin = page.get_by_role("button", name=re.compile("^Evaluate, about"))
    shown = page.get_by_test_id(part)
    expect(begin.or_(shown)).to_be_visible(timeout=MAKING)
    if begin.is_visible():
        begin.click()
    expect(shown).to_be_visible(timeout=MAKING)


def offered(page: Page) -> None:
    """Wait for the offer; what has begun unasked is stopped."""
    offer = page.get_by_test_id("evaluate-offer")
    stop = page.get_by_test_id("evaluate").get_by_role("button", name="Stop")
    expect(offer.or_(stop)).to_be_visible(timeout=MAKING)
    if stop.is_visible():
        stop.click()
    expect(offer).to_contain_text("You will see a bar for each encoder", timeout=MAKING)


def test_who_comes_from_another_lens_sees_a_network_evaluated(open_page: OpenPage) -> None:
    page = open_page()
    MapPage(page).ready()
    page.get_by_test_id("lens-evaluate").click()
    expect(page.get_by_test_id("chooser-encoder")).to_contain_text("Masked autoencoder")
    offered(page)
    expect(page.get_by_test_id("evaluate-suited")).to_have_count(0)
    # A link shows what it says, and a network is offered beside it.
    page = open_page(f"{EVALUATE.replace(FEW, 'dataset=digits')}&probe=table&probe.repetitions=20")
    offered(page)
    expect_accessible(page)
    page.get_by_test_id("evaluate-suited").click()
    expect(page).to_have_url(re.compile("encoder=pixels.*beside1=zoo"))
    page.get_by_test_id("lens-runs").click()  # nothing is left to be made


def test_a_confusion_shows_its_images_and_colors_the_map(visit: Visit) -> None:
    page = visit(KNN)
    made(page, "confusion")
    score = page.get_by_test_id("probe-score")
    expect(score).to_contain_text(re.compile(r"9\d\.\d% named rightly"))
    expect(score).to_contain_text("20 neighbors vote")
    expect(page.get_by_test_id("caption")).to_contain_text("measured on 80 others")
    expect(page.get_by_test_id("cell")).to_have_count(100)

    page.get_by_role("button", name=re.compile(r"^\d+: 3 called 3$")).click()
    images = page.get_by_test_id("cell-images")
    expect(images).to_contain_text("3, rightly")
    expect(images.get_by_test_id("confused-image").first).to_be_visible()
    expect(page).to_have_url(re.compile(r"row=\d+"))
    MapPage(page).expect_selected(images.get_by_test_id("confused-image").count())

    page.get_by_test_id("paint-outcome").click()
    view = MapPage(page).ready(points=400)
    expect(page).to_have_url(re.compile(r"lens=map.*values=probe/knn.*values:column=outcome"))
    expect(view.part("legend")).to_contain_text("wrong", timeout=MAKING)


def test_encoders_stand_in_one_table_beside_the_baselines(visit: Visit) -> None:
    small = "random&beside{0}.image_size=16&beside{0}.patch_size=4"
    beside = "&".join(f"beside{i}={small.format(i)}" for i in (1, 2))
    page = visit(f"{TABLE}&{beside}&beside2:seed=1")
    expect(page.get_by_text("Leave out Random weights")).to_have_count(2, timeout=MAKING)
    made(page, "probe-table")
    rows = page.get_by_test_id("probe-row")
    expect(rows).to_have_count(4)
    expect(rows.filter(has_text="seed 1")).to_have_count(1)
    expect(rows.filter(has_text="Raw pixels")).to_contain_text("baseline")
    expect(rows.filter(has_text="baseline")).to_have_count(2)
    bars = page.locator("td.score").evaluate_all(
        "cells => cells.map((cell) => [cell.innerText, cell.querySelector('.bar').offsetWidth, "
        "cell.clientWidth - 16])"
    )
    for text, wide, room in bars:
        assert wide == pytest.approx(room * float(text.partition("%")[0]) / 100, abs=1)
    page.get_by_role("button", name="Leave out Random weights, seed 1").click()
    page.get_by_role("button", name="Leave out Random weights").click()
    expect(page).not_to_have_url(re.compile("beside1"))

    page.get_by_test_id("beside").click()
    page.get_by_test_id("add-fitted").filter(has_text="PCA").click()
    expect(page).to_have_url(re.compile("beside1=pca"))
    page.keyboard.press("Escape")
    made(page, "probe-table")
    expect(rows.filter(has_text="PCA")).to_have_count(1, timeout=MAKING)
    expect(page.get_by_test_id("caption")).to_contain_text("PCA is fitted anew on the training")


def test_masking_ratios_are_trained_and_compared(visit: Visit) -> None:
    shapes = "dataset=shapes&dataset.count=60"
    training = "encoder.epochs=1&encoder.image_size=16&encoder.patch_size=4&encoder.snapshots=1"
    training += "&encoder.decoder_depth=1&encoder.decoder_width=32"
    page = visit(
        f"#lens=evaluate&{shapes}&encoder=mae&{training}&encoder/{shapes.replace('&', '&encoder/')}"
        "&analysis=pca&probe=masking&probe.repetitions=1"
    )
    begin = page.get_by_role("button", name=re.compile("^Train and evaluate, about"))
    expect(begin).to_be_visible(timeout=MAKING)
    expect(page.get_by_test_id("evaluate")).to_contain_text("5 masked autoencoders, trained as")
    begin.click()
    ratios = page.get_by_test_id("ratios")
    expect(ratios).to_have_attribute("data-state", "ready", timeout=4 * MAKING)
    expect(ratios.get_by_test_id("ratio-row")).to_have_count(5)
    expect(ratios.locator("td.best")).to_have_count(5)
    expect(ratios.get_by_role("img", name=re.compile(", drawn$"))).to_have_count(30)
    expect_accessible(page)


def test_what_has_no_labels_says_so(visit: Visit, tmp_path: Path) -> None:
    images = np.random.default_rng(0).integers(0, 256, (40, 8, 8), np.uint8)
    np.save(tmp_path / "noise.npy", images)
    page = visit()
    MapPage(page).ready()
    bring(page, [tmp_path / "noise.npy"])
    page.get_by_test_id("add-take").click()
    expect_added(page, len(images))
    page.get_by_test_id("lens-evaluate").click()
    expect(page.get_by_test_id("evaluate")).to_contain_text("has no labels")
    expect(page.get_by_role("button", name=re.compile("^Evaluate, about"))).to_have_count(0)


def test_axe_finds_nothing(open_page: OpenPage) -> None:
    page = open_page(KNN)
    made(page, "confusion")
    expect_lens_for_everyone(page)
    for link, part in ((LABELS, "probe-curves"), (TABLE, "probe-table")):
        page.goto(f"{page.url.split('#')[0]}{link}")
        made(page, part)
        expect_accessible_in_both_themes(page)
    # On a phone all scores of a table are in sight.
    page.set_viewport_size(PHONE)
    row = page.get_by_test_id("probe-row").first
    row.locator("th").scroll_into_view_if_needed()
    expect(row.locator("td").last).to_be_in_viewport(ratio=1)
