"""Weights brought through the chooser of encoder A."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect
from safetensors.torch import save

from tests.e2e.conftest import OpenPage
from tests.e2e.map_page import MAKING, MapPage
from tests.e2e.test_adding import expect_added
from tests.workers.encoders.checkpoints.official import mae_decoder, vit

pytestmark = pytest.mark.browser

DIGITS = 1797


@pytest.mark.usefixtures("live_worker")
def test_a_masked_autoencoder_from_a_file_draws(open_page: OpenPage, tmp_path: Path) -> None:
    file = tmp_path / "mae_tiny.safetensors"
    file.write_bytes(save(vit() | mae_decoder()))
    page = open_page()
    sent: list[str] = []
    page.on("request", lambda each: sent.append(each.url) if each.method == "PUT" else None)
    view = MapPage(page).ready()
    view.part("chooser-encoder").click()
    view.part("weights-input").set_input_files(file)
    view.part("add-take").click()
    refused = view.part("add-refused")
    expect(refused).to_contain_text("give 'heads', which divides 32", timeout=MAKING)
    view.part("add-again").click()
    view.part("add-asking").get_by_text("Options").click()
    view.part("field-heads").get_by_role("textbox").fill("2")
    view.part("add-take").click()
    expect_added(page, DIGITS)
    assert len(sent) == 1  # the server had it already
    expect(page).to_have_url(re.compile("encoder=checkpoint.*encoder.heads=2"))
    expect(view.part("chooser-encoder")).to_contain_text("mae_tiny")
    view.part("lens-masking").click()
    expect(view.part("masking")).to_have_attribute("data-state", "ready", timeout=MAKING)
    expect(view.part("ratio-told")).to_have_text("12 of 16 patches, 4 left to see")
    expect(view.part("masking-summary")).to_contain_text("mae_tiny")
    view.part("chooser-encoder").click()
    expect(view.part("option-file")).to_contain_text("Masked autoencoder with its decoder")
