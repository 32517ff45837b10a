"""Comparing matrices on the Dissimilarity lens: bars, files of brains, layers."""

import re
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import expect
from scipy.stats import spearmanr
from sklearn.datasets import load_digits

from tests.e2e.conftest import WIDE, Visit
from tests.e2e.map_page import MAKING
from tests.e2e.test_access import PHONE, expect_lens_for_everyone

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("live_worker")]

SHAPES = (
    "#lens=dissimilarity&dataset=shapes&dataset.count=60&encoder=zoo&encoder.name=mae_shapes"
    "&rdm:view="
)


def test_encoders_are_compared_with_their_baselines(visit: Visit) -> None:
    page = visit(f"{SHAPES}compare")
    expect(page.get_by_test_id("compare")).to_have_attribute("data-state", "ready", timeout=MAKING)
    models = page.get_by_test_id("model")
    expect(models).to_have_count(3)
    expect(models.nth(0)).to_contain_text("random weights")
    expect(models.nth(1)).to_contain_text("Raw pixels")
    scores = [float(models.nth(i).get_attribute("data-score") or "nan") for i in range(3)]
    assert all(-1.0 <= score <= 1.0 for score in scores)
    models.nth(1).click()
    small = page.get_by_test_id("small-matrix")
    expect(small).to_have_count(2)
    expect(small.nth(1)).to_have_attribute("data-state", "ready", timeout=MAKING)
    placement = page.get_by_test_id("placement")
    names = placement.locator("[title]")
    expect(names).to_have_count(4, timeout=MAKING)
    page.set_viewport_size(PHONE)
    edge = placement.bounding_box()
    assert edge is not None
    for box in (names.nth(i).bounding_box() for i in range(4)):
        assert box is not None
        assert edge["x"] < box["x"]
        assert box["x"] + box["width"] < edge["x"] + edge["width"]
    page.set_viewport_size(WIDE)
    expect_lens_for_everyone(page)
    # What pixels explain is taken out, and they are no model any more.
    page.get_by_test_id("partial").check()
    expect(models).to_have_count(2, timeout=MAKING)
    expect(page.get_by_test_id("compare")).to_contain_text("Spearman, without what pixels explain,")
    page.get_by_test_id("beside").click()
    expect(page.get_by_text("What raw pixels explain is taken out.")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_test_id("by").select_option(label="rho-a")
    expect(page.get_by_test_id("partial")).to_be_disabled()
    expect(page).to_have_url(re.compile("rdm:by=rho-a"))


def test_encoders_of_one_title_are_told_apart(visit: Visit) -> None:
    small = "random&beside{0}.image_size=16&beside{0}.patch_size=4"
    beside = "&".join(f"beside{i}={small.format(i)}" for i in (1, 2))
    page = visit(f"{SHAPES}compare&{beside}&beside2:seed=1")
    expect(page.get_by_test_id("compare")).to_have_attribute("data-state", "ready", timeout=MAKING)
    models = page.get_by_test_id("model")
    expect(models).to_have_count(5)
    expect(models.filter(has_text="seed 1")).to_have_count(1)
    expect(page.get_by_text("Leave out Random weights, seed 1", exact=True)).to_be_attached()


def test_a_file_of_subjects_takes_the_place_of_encoder_a(visit: Visit, tmp_path: Path) -> None:
    images = load_digits().data[:50]
    link = "#lens=dissimilarity&dataset=subset&dataset.count=50&dataset/dataset=digits"
    page = visit(f"{link}&encoder=pixels&rdm:view=compare")
    rng = np.random.default_rng(0)
    whole = 1.0 - np.corrcoef(np.round(images * (255.0 / 16.0)))
    noise = rng.normal(scale=0.3, size=(4, 50, 50))
    subjects = whole + noise + noise.transpose(0, 2, 1)
    subjects[:, np.arange(50), np.arange(50)] = 0.0
    np.save(tmp_path / "brain.npy", subjects)
    page.get_by_test_id("reference-input").set_input_files(tmp_path / "brain.npy")
    compare = page.get_by_test_id("compare")
    expect(compare).to_contain_text("noise ceiling", timeout=MAKING)
    pixels = page.get_by_test_id("model").first
    upper = np.triu_indices(50, 1)
    expected = np.mean([spearmanr(each[upper], whole[upper]).statistic for each in subjects])
    assert float(pixels.get_attribute("data-score") or "nan") == pytest.approx(expected, abs=0.01)
    # A file of other images is refused in words.
    np.save(tmp_path / "other.npy", subjects[:, :30, :30])
    page.get_by_test_id("reference-input").set_input_files(tmp_path / "other.npy")
    expect(page.get_by_role("alert")).to_contain_text("30", timeout=MAKING)
    page.get_by_test_id("reference-own").click()
    expect(page).not_to_have_url(re.compile("rdm:file"))


def test_layers_stand_beside_those_of_random_weights(visit: Visit) -> None:
    page = visit(f"{SHAPES}layers")
    layers = page.get_by_test_id("layers")
    expect(layers).to_have_attribute("data-state", "ready", timeout=MAKING)
    own = page.locator('[data-cell="1,1"]')
    assert float(own.get_attribute("data-value") or "nan") == pytest.approx(1.0, abs=1e-5)
    page.get_by_test_id("rival-random").click()
    expect(own).not_to_have_attribute("data-value", re.compile(r"^(1|0\.99999\d*)$"))
    expect(layers).to_have_attribute("data-state", "ready", timeout=MAKING)
    own.click()
    expect(page.get_by_test_id("cell")).to_contain_text("between blocks.1 and blocks.1")
    expect(page.get_by_test_id("small-matrix").nth(1)).to_have_attribute(
        "data-state", "ready", timeout=MAKING
    )
    page.keyboard.press("ArrowRight")
    expect(page.get_by_test_id("cell")).to_contain_text("between blocks.1 and blocks.2")
    expect_lens_for_everyone(page)
    page.set_viewport_size(PHONE)
    own.click()
    expect(page.get_by_test_id("cell")).to_contain_text("between blocks.1 and blocks.1")
