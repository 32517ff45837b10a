"""The client against a real server with real workers."""

import io
import json
import threading
from pathlib import Path

import numpy as np
import pytest

from repscope.client import (
    Artifact,
    Cancelled,
    Client,
    InvalidRecipe,
    JobFailed,
    NotFound,
    Recipe,
    RepscopeError,
    Unavailable,
    artifact,
)
from repscope.client.bar import Bar, line_of
from tools.app import App

DIGITS = Recipe("dataset", "digits")
PIXELS = Recipe("embedding", "embed", dataset=DIGITS, encoder=Recipe("encoder", "pixels"))
MAP = Recipe("projection", "pca", embedding=PIXELS)
#: Takes long where nobody stops it.
ENDLESS = Recipe("projection", "tsne", embedding=PIXELS, iterations=10_000, seed=3)

pytestmark = pytest.mark.slow


def test_from_a_recipe_to_arrays(repscope: Client) -> None:
    made = repscope.get(MAP, progress=False)
    assert (made.kind, made.arrays) == ("projection", {"points": (1797, 2)})
    points = made.array("points")
    assert (points.dtype, points.shape) == (np.float32, (1797, 2))
    assert np.array_equal(made.rows("points", 10, 13), points[10:13])
    assert made.rows("points", 1797, 1797).shape == (0, 2)
    assert made.metrics["explained_variance"] > 0.2
    assert repscope.artifact(made.id).manifest == made.manifest
    assert repr(made) == f"<Artifact {made.id} projection/pca: points 1797×2>"


def test_results_are_ingredients(repscope: Client) -> None:
    features = repscope.get(PIXELS, progress=False)
    same = repscope.submit(Recipe("projection", "pca", embedding=features))
    assert same.wait(progress=False).id == repscope.get(MAP, progress=False).id
    assert repscope.submit(same.recipe).id == same.id
    assert same.id in {job.id for job in repscope.jobs(state="done")}
    assert repscope.estimate(MAP) is not None


def test_live_calls(repscope: Client) -> None:
    repscope.get(PIXELS, progress=False)
    nearest = repscope.live("neighbors", embedding=PIXELS, row=3, k=5)
    features = repscope.get(PIXELS).array("features")
    distances = np.linalg.norm(features - features[3], axis=1)
    assert nearest["indices"].tolist() == np.argsort(distances)[1:6].tolist()
    with pytest.raises(InvalidRecipe, match="row") as refused:
        repscope.live("neighbors", embedding=PIXELS, row=-1)
    assert refused.value.field == "params.row"


def test_large_arrays_are_mapped(
    repscope: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(artifact, "LARGE", 1000)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    made = repscope.get(MAP)
    first = made.array("points")
    assert isinstance(first, np.memmap)
    assert not first.flags.writeable
    (kept,) = (tmp_path / "repscope").iterdir()
    written = kept.stat().st_mtime_ns
    assert np.array_equal(made.array("points"), first)
    assert kept.stat().st_mtime_ns == written
    assert np.array_equal(first, made.rows("points", 0, 1797))


def test_damage_is_noticed(repscope: Client) -> None:
    made = repscope.get(MAP)
    manifest = json.loads(json.dumps(made.manifest))
    manifest["arrays"]["points"]["sha256"] = "0" * 64
    with pytest.raises(RepscopeError, match="checksum"):
        Artifact(repscope._wire, manifest).array("points")


def test_saving(repscope: Client, tmp_path: Path) -> None:
    made = repscope.get(MAP)
    folder = made.save(tmp_path / "map")
    assert sorted(path.name for path in folder.iterdir()) == ["manifest.json", "points.npy"]
    assert np.array_equal(np.load(folder / "points.npy"), made.array("points"))
    lines = made.save(tmp_path / "map.csv").read_text("utf-8").splitlines()
    assert (lines[0], len(lines)) == ("row,label,x,y", 1798)


def test_refusals_are_exceptions(repscope: Client) -> None:
    with pytest.raises(InvalidRecipe, match="no projection method 'tsna'") as refused:
        repscope.submit(Recipe("projection", "tsna", embedding=PIXELS))
    assert (refused.value.field, refused.value.status) == ("method", 422)
    with pytest.raises(NotFound, match="no job"):
        repscope.job("0" * 32)
    with pytest.raises(NotFound, match="it has points"):
        repscope.get(MAP).array("dots")
    with pytest.raises(IndexError, match="1797"):
        repscope.get(MAP).rows("points", 1790, 1800)


def test_failures_say_why(repscope: Client) -> None:
    too_few = Recipe("dataset", "photos", count=2)
    vectors = Recipe("embedding", "embed", dataset=too_few, encoder=Recipe("encoder", "pixels"))
    with pytest.raises(JobFailed) as failed:
        repscope.get(Recipe("clusters", "kmeans", embedding=vectors, k=8), progress=False)
    assert "8 clusters need at least 8 images" in failed.value.message
    assert failed.value.job is not None
    assert repscope.job(failed.value.job).retry().state in ("queued", "running")


def test_cancelling(repscope: Client) -> None:
    job = repscope.submit(ENDLESS)
    with pytest.raises(Unavailable, match="goes on still"):
        job.wait(progress=False, seconds=0.2)
    job.cancel()
    with pytest.raises(Cancelled):
        job.wait(progress=False)


def test_ctrl_c_takes_the_wish_back(repscope: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    job = repscope.submit(ENDLESS)
    shown = 0

    def show(_bar: Bar, _document: object) -> None:
        nonlocal shown
        shown += 1
        if shown == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(Bar, "show", show)
    with pytest.raises(KeyboardInterrupt):
        job.wait()
    with pytest.raises(Cancelled):
        repscope.job(job.id).wait(progress=False)


def test_finishing_early(repscope: Client) -> None:
    job = repscope.submit(ENDLESS)
    while job.refresh().progress is None:
        threading.Event().wait(0.05)
    made = job.finish().wait(progress=False)
    assert made.array("points").shape == (1797, 2)
    assert made.id != job.id


def test_the_catalogue_reads_well(repscope: Client) -> None:
    catalogue = repscope.catalogue
    tsne = catalogue["projection/tsne"]
    assert tsne.inputs == ["neighbors", "start"]
    assert "perplexity" in tsne.params
    assert "  perplexity = 30.0 (" in tsne.help
    assert repr(tsne) == tsne.help
    assert "projection/umap" in repr(catalogue)
    with pytest.raises(NotFound, match="there is .*projection/pca, projection/tsne"):
        catalogue["projection/tsna"]


def test_the_bar_shows_the_input_that_is_made(app: App) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    bar = Bar(terminal)
    repscope = Client(app.url)
    job = repscope.submit(Recipe("projection", "tsne", embedding=PIXELS, iterations=500, seed=9))
    seen = set()
    while job.refresh().state not in ("done", "failed"):
        document = job._under_way()
        seen.add(document["title"])
        bar.show(document)
    bar.show(job.document)
    bar.close()
    text = terminal.getvalue()
    assert job.title in seen
    assert "step" in text
    assert text.rstrip().endswith(line_of(job.document))
    assert all(len(part) <= 81 for part in text.split("\r"))
