"""A training that is begun in the page, watched, finished early, gone through and forked."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import OpenPage, Visit
from tests.e2e.map_page import MAKING, MapPage
from tests.e2e.test_access import expect_accessible_in_both_themes, expect_lens_for_everyone

pytestmark = pytest.mark.browser

FEW = 400
TRAIN = (
    f"#lens=train&dataset=subset&dataset.count={FEW}&dataset/dataset=digits"
    "&encoder=pixels&analysis=pca&row=7"
)
OF_FEW = f"&run/dataset=subset&run/dataset.count={FEW}&run/dataset/dataset=digits"
#: A run that every test of this file finds done; few steps, so that they find it soon.
SHORT = f"&run=mae&run.epochs=2&run.batch_size=128&run.patch_size=4&run.snapshots=2{OF_FEW}"


def state(page: Page, wanted: str) -> None:
    """Wait until the run that is looked at stands so."""
    page.locator(f'[data-testid="run-head"][data-state="{wanted}"]').wait_for(timeout=MAKING)


def points(page: Page) -> int:
    """How many points the curve of the loss has."""
    return int(page.get_by_test_id("chart-loss").get_attribute("data-points") or 0)


def frames(page: Page) -> Locator:
    return page.get_by_test_id("frame")


def finished(page: Page) -> Page:
    """Wait for the short run; whoever comes first starts it."""
    page.locator('[data-testid="run-head"]:not([data-state="unknown"])').wait_for(timeout=MAKING)
    if page.get_by_test_id("run-start").is_visible():
        page.get_by_test_id("run-start").click()
    state(page, "done")
    return page


def test_a_run_is_begun_watched_finished_early_and_forked(visit: Visit) -> None:
    page = visit(TRAIN)
    page.get_by_test_id("objective-mae").click()
    plan = page.get_by_test_id("plan")
    expect(plan).to_contain_text("Masked Autoencoders Are Scalable Vision Learners")
    page.get_by_role("textbox", name="Epochs", exact=True).fill("1600")
    plan.get_by_text("More settings").click()
    page.get_by_role("textbox", name="Batch size", exact=True).fill("64")
    page.get_by_role("textbox", name="Patch size", exact=True).fill("4")
    expect(page.get_by_test_id("plan-time")).to_contain_text("Takes about", timeout=MAKING)
    page.get_by_test_id("start-run").click()
    state(page, "running")
    # Digits are others in a mirror, so nobody need say that they are not to be mirrored.
    wanted = r"run=mae&run\.flip=false&run\.epochs=1600.*run/dataset=subset"
    expect(page).to_have_url(re.compile(wanted))

    expect(frames(page).nth(1)).to_be_visible(timeout=MAKING)
    expect(page.get_by_test_id("health")).to_contain_text("Effective rank")
    expect(page.get_by_test_id("samples").locator("canvas")).to_have_count(24)
    expect(page.get_by_test_id("chart-loss")).to_have_attribute(
        "data-points", re.compile(r"^[2-9]|\d\d"), timeout=MAKING
    )
    before = points(page)
    page.reload()
    state(page, "running")
    expect(frames(page).nth(1)).to_be_visible(timeout=MAKING)
    assert points(page) >= before
    frames(page).first.click()
    expect(frames(page).first).to_have_attribute("aria-checked", "true")

    page.get_by_test_id("run-finish").click()
    state(page, "done")
    expect(page.get_by_test_id("run-status")).to_contain_text("Finished early")
    page.reload()
    state(page, "done")
    assert points(page) > 0

    page.get_by_test_id("run-fork").click()
    expect(page.get_by_test_id("plan-start")).to_contain_text("Masked autoencoder")
    page.get_by_test_id("start-run").click()
    state(page, "running")
    expect(page).to_have_url(re.compile(r"run/start=mae.*run/start\.stop_at="))
    page.get_by_test_id("run-stop").click()
    expect(plan).to_be_visible(timeout=MAKING)


def test_a_run_pauses_and_goes_on(visit: Visit) -> None:
    page = visit(f"{TRAIN}&run=mae&run.epochs=1601&run.batch_size=64&run.patch_size=4{OF_FEW}")
    page.get_by_test_id("run-start").click(timeout=MAKING)
    state(page, "running")
    expect(frames(page).first).to_be_visible(timeout=MAKING)
    page.get_by_test_id("run-pause").click()
    state(page, "cancelled")
    expect(page.get_by_test_id("run-status")).to_contain_text("Paused")
    page.reload()
    state(page, "cancelled")
    expect(frames(page).first).to_be_visible(timeout=MAKING)
    page.get_by_test_id("run-resume").click()
    state(page, "running")
    page.get_by_test_id("run-stop").click()
    expect(page.get_by_test_id("plan")).to_be_visible(timeout=MAKING)


def test_snapshots_are_gone_through_on_the_map(visit: Visit, open_page: OpenPage) -> None:
    page = finished(visit(TRAIN + SHORT))
    page.get_by_test_id("run-open").click()
    view = MapPage(page).ready(points=FEW)
    expect(page.get_by_test_id("scrub")).to_be_visible(timeout=MAKING)
    expect(page).to_have_url(re.compile("through=end"))
    last = view.canvas_data()["artifact"]
    page.get_by_test_id("scrub").focus()
    page.keyboard.press("Home")
    expect(page.get_by_test_id("scrub-epoch")).to_have_text("0")
    expect(page).to_have_url(re.compile(r"encoder\.stop_at=0.*row=7"))
    expect(page.get_by_test_id("map-canvas")).not_to_have_attribute(
        "data-artifact", last, timeout=MAKING
    )
    view.ready(points=FEW)
    expect(page.get_by_test_id("following")).to_contain_text(
        "Seen along the axes of the last snapshot", timeout=MAKING
    )
    assert view.primary() == 7
    link = page.url
    again = open_page(link[link.index("#") :])
    MapPage(again).ready(points=FEW)
    expect(again.get_by_test_id("scrub-epoch")).to_have_text("0", timeout=MAKING)

    page.get_by_test_id("chooser-encoder").click()
    page.get_by_test_id("option-pixels").click()
    expect(page.get_by_test_id("scrubber")).to_have_count(0)
    page.get_by_test_id("chooser-encoder").click()
    page.locator('[data-testid="option-run"]').first.click()
    expect(page.get_by_test_id("scrubber")).to_be_visible(timeout=MAKING)


def test_runs_are_listed_named_and_opened(visit: Visit) -> None:
    finished(visit(TRAIN + SHORT))
    page = visit("#lens=runs&dataset=subset&dataset.count=400&dataset/dataset=digits")
    card = page.locator('[data-testid="run-card"][data-state="done"]').first
    expect(card).to_contain_text("best k-NN", timeout=MAKING)
    expect(card).to_contain_text("epochs 2")
    card.get_by_test_id("run-watch").click()
    state(page, "done")


def test_two_runs_are_compared_in_a_link(visit: Visit, open_page: OpenPage) -> None:
    finished(visit(TRAIN + SHORT))
    page = finished(visit(f"{TRAIN}{SHORT}&run.learning_rate=0.001"))
    # Who watched it to its end sees all of it, not only what was told meanwhile.
    page.wait_for_timeout(300)
    seen = points(page)
    page.reload()
    state(page, "done")
    assert points(page) == seen > 0
    page = visit("#lens=runs&dataset=subset&dataset.count=400&dataset/dataset=digits")
    cards = page.locator('[data-testid="run-card"][data-state="done"]').filter(has_text="epochs 2")
    expect(cards).to_have_count(2, timeout=MAKING)
    for card in cards.all():
        card.get_by_test_id("run-compare").check()
    compared = page.get_by_test_id("comparison")
    expect(compared).to_contain_text("Learning rate")
    expect(compared).to_contain_text("0.001")
    expect(page).to_have_url(re.compile(r"compared=[0-9a-f]{32},[0-9a-f]{32}"))
    link = page.url
    again = open_page(link[link.index("#") :])
    expect(again.get_by_test_id("comparison")).to_contain_text("0.001", timeout=MAKING)
    expect(again.get_by_test_id("chart-loss")).to_be_visible(timeout=MAKING)
    again.get_by_role("button", name="Close the comparison").click()
    expect(again).not_to_have_url(re.compile("compared="))
    unknown = visit(f"#lens=runs&compared={'0' * 32},{'1' * 32}")
    expect(unknown.get_by_test_id("comparison-missing")).to_be_visible(timeout=MAKING)


def test_axe_finds_nothing(visit: Visit) -> None:
    page = visit(TRAIN)
    page.get_by_test_id("start-run").wait_for(timeout=MAKING)
    expect_lens_for_everyone(page)
    page.goto(f"{page.url.split('#')[0]}{TRAIN}{SHORT}")
    finished(page)
    page.get_by_test_id("samples").wait_for(timeout=MAKING)
    expect_accessible_in_both_themes(page)
    page.get_by_test_id("lens-runs").click()
    page.get_by_test_id("run-card").first.wait_for(timeout=MAKING)
    expect_lens_for_everyone(page)
