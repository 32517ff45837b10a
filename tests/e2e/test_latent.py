"""The Latent lens: the pad, its axes, the way to another image, what has no code."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.canvas import drawn_anew, fingerprint, painted
from tests.e2e.conftest import OpenPage, Visit
from tests.e2e.map_page import MAKING
from tests.e2e.test_access import expect_lens_for_everyone

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("live_worker")]

LATENT = "#lens=latent&dataset=digits&encoder=zoo&encoder.name=vae_digits"


def ready(page: Page) -> Locator:
    """Wait until all is drawn; returns the pad."""
    expect(page.get_by_test_id("play")).to_have_attribute("data-state", "ready", timeout=MAKING)
    expect(page.get_by_test_id("strip")).to_have_count(6)
    for name in ("drawn", "way-latent"):
        painted(page.get_by_test_id(name))
    return page.get_by_test_id("pad")


def test_the_pad_draws_where_the_pointer_is(visit: Visit) -> None:
    page = visit(LATENT)
    pad, drawn = ready(page), page.get_by_test_id("drawn")
    middle = fingerprint(drawn)
    box = pad.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 2, box["y"] + 2, steps=4)
    page.mouse.up()
    corner = drawn_anew(drawn, middle)
    expect(page.get_by_test_id("pad-x")).to_have_value("3")
    expect(page.get_by_test_id("pad-y")).to_have_value("3")
    # By keyboard the same place is left again, for the same picture.
    page.get_by_test_id("pad-x").fill("0")
    page.get_by_test_id("pad-y").fill("0")
    drawn_anew(drawn, corner)
    expect(page.get_by_role("img", name="Drawn at 0.0, 0.0 deviations")).to_be_visible()


def test_axes_are_chosen_and_change_places(visit: Visit, open_page: OpenPage) -> None:
    page = visit(LATENT)
    pad = ready(page)
    before = fingerprint(pad)
    across, up = page.get_by_test_id("across"), page.get_by_test_id("up")
    first, second = across.input_value(), up.input_value()
    across.select_option(second)
    expect(up).to_have_value(first)
    drawn_anew(pad, before)
    page.get_by_test_id("pad-x").fill("1.5")
    # The link opens the same play.
    expect(page).to_have_url(re.compile(r"pair=.*place=1\.5(,|%2C)0"))
    other = open_page(page.url[page.url.index("#") :])
    ready(other)
    expect(other.get_by_test_id("across")).to_have_value(second)
    expect(other.get_by_test_id("up")).to_have_value(first)
    expect(other.get_by_test_id("pad-x")).to_have_value("1.5")


def test_another_image_has_other_pictures(visit: Visit) -> None:
    page = visit(LATENT)
    pad = ready(page)
    before = fingerprint(pad)
    page.get_by_test_id("another").click()
    drawn_anew(pad, before)
    ready(page)
    ends = fingerprint(page.get_by_test_id("way-pixels"))
    assert ends != fingerprint(page.get_by_test_id("way-latent"))


def test_what_has_no_code_is_exchanged(visit: Visit) -> None:
    page = visit("#lens=latent&dataset=digits&encoder=zoo&encoder.name=mae_digits")
    expect(page.get_by_test_id("unfit")).to_be_visible(timeout=MAKING)
    page.get_by_test_id("use-fitting").click()
    ready(page)
    expect(page.get_by_test_id("chooser-encoder")).to_contain_text("Variational autoencoder")


def test_axe_finds_nothing_in_the_latent_lens(visit: Visit) -> None:
    page = visit(LATENT)
    ready(page)
    expect_lens_for_everyone(page)
