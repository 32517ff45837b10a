"""What a user gets from `pip install repscope`: built, opened, installed alone and started."""

import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import repscope
from tools.app import App, running_app

ROOT = Path(__file__).resolve().parents[2]
CLIENT = ROOT / "docs/client.md"
WEIGHTS = ROOT / "workers/repscope/workers/encoders/weights"
PCA = {
    "kind": "projection",
    "method": "pca",
    "inputs": {
        "embedding": {
            "kind": "embedding",
            "method": "embed",
            "inputs": {
                "dataset": {"kind": "dataset", "method": "digits"},
                "encoder": {"kind": "encoder", "method": "pixels"},
            },
        }
    },
}

pytestmark = pytest.mark.timeout(1200)


def uv(*arguments: str | Path) -> None:
    """Run uv as a user would, without what this checkout or a caller set for quick installs."""
    environment = {k: v for k, v in os.environ.items() if k != "REPSCOPE_SKIP_UI_BUILD"}
    command = [Path(sys.executable).with_name("uv"), *arguments]
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout[-2000:] + ended.stderr[-4000:]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, made from the source distribution: so both are known to be whole."""
    out = tmp_path_factory.mktemp("dist")
    uv("build", "--quiet", "--build-constraints", "constraints.txt", "--out-dir", out)
    assert len(list(out.glob("*.tar.gz"))) == 1
    return next(out.glob("*.whl"))


def test_wheel_carries_the_page_the_encoders_and_the_catalogue(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        page = archive.read("repscope/backend/static/index.html").decode()
        catalogue = json.loads(archive.read("repscope/core/catalogue.json"))
    assets = [n for n in names if n.startswith("repscope/backend/static/assets/")]
    assert any(name.endswith(".js") for name in assets)
    assert any(name.endswith(".css") for name in assets)
    assert "repscope/backend/static/standalone.js" in names
    for name in assets:
        if name.endswith((".js", ".css")) and "index" in name:
            assert Path(name).name in page
    weights = {f"repscope/workers/encoders/weights/{path.name}" for path in WEIGHTS.iterdir()}
    assert weights
    assert weights <= set(names)
    methods = catalogue["methods"] if isinstance(catalogue, dict) else catalogue
    assert {"digits", "pca", "embed"} <= {method["method"] for method in methods}


def test_wheel_is_the_namespace_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert "repscope/__init__.py" not in names
    packages = {tuple(name.split("/")[:2]) for name in names if ".dist-info/" not in name}
    parts = ("backend", "client", "core", "workers")
    assert packages == {("repscope", part) for part in parts}
    licenses = [name for name in names if name.endswith("licenses/LICENSE")]
    assert len(licenses) == 1


@pytest.fixture(scope="module")
def programs(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`bin` of an environment that holds the wheel and what it demands, and nothing else."""
    environment = tmp_path_factory.mktemp("empty") / "venv"
    uv("venv", "--quiet", "--python", sys.executable, environment)
    # A checkout that was set up with PyTorch's CPU build shall not download the CUDA build here.
    local = importlib.metadata.version("torch").partition("+")[2]
    backend = [f"--torch-backend={local}"] if local else []
    target = ["--python", environment / "bin" / "python", "--constraints", "constraints.txt"]
    uv("pip", "install", "--quiet", *target, *backend, wheel)
    lend_bytecode(environment)
    return environment / "bin"


def lend_bytecode(environment: Path) -> None:
    """Copy what is compiled already, by Python and by numba, where the source is the same.

    Compiling PyTorch once more would take half a minute, and Repscope's kernels as long.
    """
    there = Path(*environment.glob("lib/python*/site-packages"))
    for home in repscope.__path__:
        for source in Path(home).rglob("*.py"):
            installed = there / "repscope" / source.relative_to(home)
            assert installed.read_bytes() == source.read_bytes()
            shutil.copystat(source, installed)  # both know a source by its size and its time
    for here in (Path(np.__file__).parents[1], *(Path(home).parent for home in repscope.__path__)):
        for compiled in here.rglob("__pycache__"):
            source = there / compiled.relative_to(here).parent
            if source.is_dir():
                shutil.copytree(compiled, source / "__pycache__", dirs_exist_ok=True)


@pytest.fixture(scope="module")
def app(programs: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """A server of that environment."""
    data = tmp_path_factory.mktemp("installed") / "data"
    with running_app(data, command=programs / "repscope") as app:
        yield app


def test_wheel_serves_the_page_and_makes_a_map(app: App) -> None:
    health = app.get("/api/health")
    assert health["version"] == importlib.metadata.version("repscope")
    with urllib.request.urlopen(app.url + "/", timeout=10) as answer:
        assert "<title>Repscope" in answer.read().decode()
    job = app.finish(PCA)
    assert job["state"] == "done", job["error"]


def test_the_study_of_the_documentation_runs_from_the_wheel(
    app: App, programs: Path, tmp_path: Path
) -> None:
    """What docs/client.md promises a researcher, by its own lines, from a folder to figures."""
    rng = np.random.default_rng(0)
    colors = {"rose": (200, 40, 60), "iris": (70, 60, 190), "daisy": (230, 220, 90)}
    for name, color in colors.items():
        (tmp_path / "flowers" / name).mkdir(parents=True)
        for number in range(12):
            pixels = rng.normal(color, 40.0, (40, 36, 3)).clip(0, 255).astype(np.uint8)
            Image.fromarray(pixels).save(tmp_path / "flowers" / name / f"{number}.png")
    study = re.search(r"```python study\n(.*?)```", CLIENT.read_text(), re.DOTALL)
    assert study is not None
    ended = subprocess.run(
        [programs / "python", "-c", study[1]],
        cwd=tmp_path,
        env={**os.environ, "REPSCOPE_URL": app.url},
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, ended.stderr
    first, *rows = ended.stdout.splitlines()
    assert first == "36 images of daisy, iris, rose"
    assert len(rows) == 3
    assert all(line.endswith("% named right by a linear probe") for line in rows)
    results = tmp_path / "results"
    encoders = ("SimCLR", "random weights", "pixels")
    made = {f"{name}.{ending}" for name in encoders for ending in ("npy", "csv", "html")}
    made |= {"RSA.html", "CKA.html", "RDM.html", "simclr.safetensors"}
    assert {path.name for path in results.iterdir()} == made
    assert np.load(results / "pixels.npy").shape == (36, 32 * 32 * 3)
    assert (results / "SimCLR.csv").read_text().startswith("row,label,")
