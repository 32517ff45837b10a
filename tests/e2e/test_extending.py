"""The examples of docs/extending.md, taken from the page as they stand there."""

import re
import shutil
import urllib.parse
import urllib.request
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Route, expect

from repscope.client import Client, Recipe
from repscope.workers.context import Context
from repscope.workers.datasets.shapes import Params, shapes
from tests.e2e.conftest import OpenPage
from tests.e2e.map_page import MAKING, MapPage
from tests.e2e.recipes import projection
from tools.app import App, running_app
from tools.ui import npm

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "extending.md"


def code_under(heading: str, language: str = "python") -> str:
    """The first code block under a heading of the page."""
    found = re.search(f"## {heading}\n.*?```{language}\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert found is not None
    return found[1]


@pytest.fixture(scope="module")
def extended(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """Repscope with the files of the page in its plugins folder."""
    data = tmp_path_factory.mktemp("extended") / "data"
    plugins = data / "plugins"
    plugins.mkdir(parents=True)
    (plugins / "random_plane.py").write_text(code_under("An analysis in one file"))
    (plugins / "fourier.py").write_text(code_under("An encoder in one file"))
    (plugins / "rotation.py").write_text(code_under("An objective in one file"))
    (plugins / "variances.py").write_text(code_under("A lens"))
    with running_app(data) as app:
        for name in ("random_plane", "fourier", "rotation", "variances"):
            app.wait_for_method(name)
        yield app


def test_the_analysis_is_in_the_catalogue_with_its_words_and_form(extended: App) -> None:
    methods = extended.get("/api/catalogue")["methods"]
    method = next(entry for entry in methods if entry["method"] == "random_plane")
    assert method["title"] == "Random plane"
    assert method["summary"] == "Look at the embedding from a random direction."
    assert "Lindenstrauss" in method["description"]
    assert method["params"]["properties"]["tries"]["maximum"] == 1000


def test_the_analysis_runs_as_a_job_and_gives_points(extended: App) -> None:
    job = extended.finish(projection("random_plane", tries=5))
    assert job["state"] == "done", job["error"]
    assert 0 < job["metrics"]["variance_kept"] < 1
    url = f"{extended.url}/api/artifacts/{job['id']}/arrays/points.npy"
    with urllib.request.urlopen(url, timeout=10) as answer:
        points = np.load(BytesIO(answer.read()))
    assert points.shape == (1797, 2)
    assert points.dtype == np.float32


def test_the_encoder_sees_frequencies_and_no_places(extended: App) -> None:
    client = Client(extended.url)
    digits = client.get(Recipe("dataset", "digits"))
    encoder = Recipe("encoder", "fourier", side=8)
    made = client.get(Recipe("embedding", "embed", dataset=digits, encoder=encoder))
    images = digits.array("images")[..., 0] / 255.0
    expected = np.log1p(np.abs(np.fft.rfft2(images, norm="ortho"))).reshape(1797, -1)
    np.testing.assert_allclose(made.array("features"), expected, atol=1e-5)


def test_the_objective_trains_an_encoder_that_can_be_used(extended: App) -> None:
    digits = {"kind": "dataset", "method": "digits"}
    params = {"epochs": 2, "batch_size": 64, "backbone": "cnn_micro", "snapshots": 1}
    encoder = {
        "kind": "encoder",
        "method": "rotation",
        "inputs": {"dataset": digits},
        "params": params,
    }
    job = extended.finish(encoder, seconds=300)
    assert job["state"] == "done", job["error"]
    artifact = extended.get(f"/api/artifacts/{job['id']}")
    run = artifact["meta"]["run"]
    assert run["step"] == run["steps"] == 50
    assert len(run["snapshots"]) == len(run["planned"])
    url = f"{extended.url}/api/artifacts/{job['id']}/arrays/history_accuracy.npy"
    with urllib.request.urlopen(url, timeout=10) as answer:
        accuracy = np.load(BytesIO(answer.read()))
    assert accuracy[-10:].mean() > 0.4  # by chance 0.25
    inputs = {"dataset": digits, "encoder": encoder}
    used = extended.finish({"kind": "embedding", "method": "embed", "inputs": inputs})
    assert used["state"] == "done", used["error"]


@pytest.mark.browser
def test_the_analysis_has_its_form_and_its_picture_on_the_page(
    extended: App, open_page: OpenPage
) -> None:
    view = MapPage(open_page(at=extended)).ready(points=1797)
    view.choose("map", "random_plane")
    view.part("chooser-map").click()
    panel = view.part("chooser-map-panel")
    expect(panel).to_contain_text("Look at the embedding from a random direction.")
    field = panel.get_by_test_id("field-tries")
    expect(field).to_contain_text("random planes to draw")
    expect(panel.get_by_test_id("field-seed")).to_be_visible()
    field.locator("input[type=text]").fill("7")
    view.part("apply").click()
    view.page.keyboard.press("Escape")
    view.settled().ready(points=1797)
    assert "analysis=random_plane&analysis.tries=7" in view.page.url
    expect(view.part("caption")).to_contain_text(
        "Random plane of the pixels of 1,797 digits", timeout=MAKING
    )
    assert view.inked() > 0.01


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page, built with the lens of the documentation among its lenses."""
    root = tmp_path_factory.mktemp("page")
    source = ROOT / "frontend"
    leave = shutil.ignore_patterns("node_modules", "dist")
    copied = shutil.copytree(source, root / "frontend", ignore=leave)
    (copied / "node_modules").symlink_to(source / "node_modules")
    (copied / "src/lenses/Variances.svelte").write_text(code_under("A lens", "svelte"))
    npm(root, "exec", "--", "vite", "build")
    return copied / "dist"


@pytest.mark.browser
def test_the_lens_stands_in_the_rail_and_draws(
    extended: App, rebuilt: Path, open_page: OpenPage
) -> None:
    page = open_page(at=extended)

    def hand_out(route: Route) -> None:
        path = urllib.parse.urlsplit(route.request.url).path.strip("/") or "index.html"
        if (rebuilt / path).is_file():
            route.fulfill(path=rebuilt / path)
        else:
            route.continue_()

    page.route(f"{extended.url}/**", hand_out)
    page.reload()
    page.get_by_test_id("lens-variances").click()
    view = page.get_by_test_id("variances")
    pixels = Client(extended.url).get(Recipe("dataset", "digits")).array("images") / 255.0
    vectors = pixels.reshape(len(pixels), -1)
    variances = np.linalg.eigvalsh(np.cov(vectors.T))
    ratio = variances.sum() ** 2 / np.square(variances).sum()
    expect(view).to_contain_text(f"as {ratio:.1f} equal ones would be used")
    expect(view.locator(".bar")).to_have_count(40)


def test_the_notebook_example_of_the_page_runs() -> None:
    names: dict[str, object] = {}
    exec(code_under("In a notebook"), names)
    assert np.shape(names["points"]) == (100, 2)


def test_the_images_of_a_dataset_are_read_as_the_page_says() -> None:
    names: dict[str, object] = {"dataset": shapes(Context.local(), Params(count=100))}
    exec(code_under("Reading images"), names)
    images = names["images"]
    assert len(images) == 100
    assert images.array(7).shape == (32, 32, 3)
    assert np.shape(names["batch"])[1:] == (32, 32, 3)
