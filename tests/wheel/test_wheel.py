"""What a user gets from `pip install repscope`: built, opened, installed alone and started."""

import importlib.metadata
import json
import os
import subprocess
import sys
import urllib.request
import zipfile
from pathlib import Path

import pytest

from tools.app import running_app

ROOT = Path(__file__).resolve().parents[2]
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


def test_wheel_runs_in_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "venv"
    uv("venv", "--quiet", "--python", sys.executable, environment)
    # A checkout that was set up with PyTorch's CPU build shall not download the CUDA build here.
    local = importlib.metadata.version("torch").partition("+")[2]
    backend = [f"--torch-backend={local}"] if local else []
    target = ["--python", environment / "bin" / "python", "--constraints", "constraints.txt"]
    uv("pip", "install", "--quiet", *target, *backend, wheel)

    data = tmp_path / "data"
    with running_app(data, command=environment / "bin" / "repscope") as app:
        health = app.get("/api/health")
        assert health["version"] == importlib.metadata.version("repscope")
        with urllib.request.urlopen(app.url + "/", timeout=10) as answer:
            assert "<title>Repscope" in answer.read().decode()
        job = app.finish(PCA)
        assert job["state"] == "done", job["error"]
