"""The Python of the documentation's pages, run as it stands there."""

import os
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.workers.zipping import picture
from tools.app import App

pytestmark = pytest.mark.slow

DOCS = Path(__file__).resolve().parents[2] / "docs"


def run_blocks(page: str, mark: str = "") -> list[dict[str, Any]]:
    """Run each block of a page by itself; returns what each left.

    Blocks that need more than a server have a mark behind the name of the language.
    """
    blocks = re.findall(rf"```python{mark}\n(.*?)```", (DOCS / page).read_text(), re.DOTALL)
    left = []
    for block in blocks:
        names: dict[str, Any] = {}
        exec(compile(block, page, "exec"), names)
        left.append(names)
    return left


def test_a_reconstruction_is_the_same_from_a_server_and_as_a_plain_function(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REPSCOPE_URL", app.url)
    served, plain = (names["answer"] for names in run_blocks("masking.md"))
    assert (served["output"].shape, served["hidden"].shape) == ((2, 16, 16, 1), (2, 8, 8))
    assert len(served.meta["errors"]) == 2
    np.testing.assert_array_equal(served["hidden"], plain.array("hidden"))
    # Other numbers of threads add up in another order: at most one step of 255.
    difference = served["output"].astype(int) - plain.array("output")
    assert np.abs(difference).max() <= 1


def test_codes_are_walked_and_moved(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPSCOPE_URL", app.url)
    (names,) = run_blocks("latent.md")
    way, moved = names["way"], names["moved"]["images"]
    assert way["latent"].shape == way["pixels"].shape == (9, 16, 16, 1)
    assert names["deviation"].shape == (8,)
    assert moved.shape == (2, 16, 16, 1)
    assert (moved[0] != moved[1]).any()


def test_the_lines_of_the_client_run_one_after_the_other(
    app: App, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("REPSCOPE_URL", app.url)
    for name in ("iris", "rose"):
        (tmp_path / "flowers" / name).mkdir(parents=True)
        (tmp_path / "flowers" / name / "1.png").write_bytes(picture("PNG", (40, 30)))
    monkeypatch.chdir(tmp_path)
    text = (DOCS / "client.md").read_text()
    names: dict[str, Any] = {}
    for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL):
        exec(compile(block, "client.md", "exec"), names)
    assert names["tsne"].array("points").shape == (1797, 2)
    assert len(names["answer"]["indices"]) == 12
    made = names["repscope"].get(names["flowers"])
    assert made.meta["classes"] == ["iris", "rose"]


def test_images_are_put_in_order(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPSCOPE_URL", app.url)
    (names,) = run_blocks("dissimilarity.md")
    assert sorted(names["by_label"]) == list(range(500))
    assert names["tree"].shape == (499, 4)


def test_representations_are_compared(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPSCOPE_URL", app.url)
    (names,) = run_blocks("similarity.md")
    rsa, cka = names["rsa"].array("matrix"), names["cka"].array("matrix")
    assert rsa.shape == cka.shape == (2, 2)
    assert 0.0 < rsa[0, 1] < 1.0
    assert 0.0 < cka[0, 1] < 1.0


@pytest.mark.data
def test_encoders_are_compared_with_brains(
    app: App, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("REPSCOPE_URL", app.url)
    published = Path(os.environ["REPSCOPE_TEST_DATA"]) / "rsa-kriegeskorte92"
    (tmp_path / "92imageData").symlink_to(published.resolve())
    monkeypatch.chdir(tmp_path)
    (names,) = run_blocks("similarity.md", " data")
    fit, models = names["fit"], list(names["models"])
    scores = dict(zip(models, fit.array("scores"), strict=True))
    assert fit.array("subject_scores").shape == (4, len(models))
    lower, upper = fit.array("noise_ceiling")
    assert 0.3 < lower < upper < 0.7
    assert max(scores, key=scores.__getitem__) == "monkey IT"
    assert all(fit.array("low") < fit.array("high"))


def test_a_network_is_looked_into(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPSCOPE_URL", app.url)
    (names,) = run_blocks("attention.md")
    attention, special = names["found"]["attention"], names["found"]["special"]
    assert attention.shape == (2, 3, 64)
    np.testing.assert_allclose(attention.sum(axis=2) + special.sum(axis=2), 1.0, atol=1e-5)
    assert np.unravel_index(names["asked"]["similarity"].argmax(), (2, 64)) == (1, 27)
    assert names["score"].meta["rules"][0]["rule"] == "chosen"


def test_what_attention_finds_is_what_the_page_of_results_says(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REPSCOPE_URL", app.url)
    (names,) = run_blocks("results.md")
    _, section = (DOCS / "results.md").read_text().split("## Does attention find the objects?")
    column = re.findall(r"^\| [^|]+ \| (0\.\d+) \|$", section, re.MULTILINE)
    told = [float(value) for value in column]
    rules = ("contrast", "disc", "random", "mean", "oracle", "rollout", "chosen")
    found = [names["jaccard"][rule] for rule in rules]
    # Another processor rounds otherwise, and a patch at the threshold then falls on the other side.
    np.testing.assert_allclose(found, told, atol=0.01)
