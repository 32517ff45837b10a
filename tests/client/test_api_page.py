"""docs/api.md: every call is there, and its examples run, in the shell and in Python."""

import json
import os
import re
import subprocess
import sys
import urllib.request
from collections import Counter
from pathlib import Path

import pytest

from repscope.backend.app import create_app
from repscope.backend.openapi import document
from repscope.core.catalogue import Catalogue
from repscope.core.settings import Settings
from tests.client.conftest import TOKEN
from tools.app import App

PAGE = Path(__file__).resolve().parents[2] / "docs" / "api.md"
#: Calls that are told under their names but stand in no OpenAPI document.
BESIDE = {("GET", "/metrics")}
#: Calls that only the shell makes, as the page says.
SHELL_ALONE = {("GET", "/metrics"), ("GET", "/api/health/live"), ("GET", "/api/health/ready")}

Call = tuple[str, str]


def blocks(language: str) -> str:
    """The examples of one language, one after the other."""
    return "\n".join(re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(), re.DOTALL))


def told() -> dict[Call, str]:
    """What the page says of each call."""
    parts = re.split(r"^#+ .*$", PAGE.read_text(), flags=re.MULTILINE)[1:]
    heads = re.findall(r"^#+ (.*)$", PAGE.read_text(), re.MULTILINE)
    calls = {}
    for head, part in zip(heads, parts, strict=True):
        if found := re.fullmatch(r"`([A-Z]+) (/\S+)`", head):
            calls[found[1], found[2]] = part
    return calls


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> set[Call]:
    """Every call of the OpenAPI document."""
    settings = Settings(data=tmp_path_factory.mktemp("calls"))
    paths = document(create_app(settings), Catalogue())["paths"]
    return {(verb.upper(), path) for path, verbs in paths.items() for verb in verbs}


def answered(app: App) -> Counter[Call]:
    """How many requests of each call were answered well since the server started."""
    with urllib.request.urlopen(app.url + "/metrics", timeout=30) as answer:
        lines = answer.read().decode()
    pattern = r'^repscope_requests_total\{method="(\w+)",route="([^"]+)",status="2\d\d"\} (\S+)$'
    counts = re.findall(pattern, lines, re.MULTILINE)
    found: Counter[Call] = Counter()
    for verb, route, count in counts:  # one line a status
        found[verb, route] += int(float(count))
    return found


def test_every_call_is_told_with_its_examples(calls: set[Call]) -> None:
    page = told()
    assert set(page) == calls | BESIDE
    for call, text in page.items():
        assert "```bash" in text, call
        assert "curl" in text, call
        assert ("```python" in text) == (call not in SHELL_ALONE), call
        assert "**Gives**" in text, call


@pytest.mark.slow
@pytest.mark.curl
def test_the_examples_of_the_shell_reach_every_call(
    app: App, calls: set[Call], tmp_path: Path
) -> None:
    (tmp_path / ".curlrc").write_text("fail-with-body\nshow-error\n")
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    settings = {"REPSCOPE_URL": app.url, "CURL_HOME": str(tmp_path), "PATH": path}
    app.wait_for_worker()  # the page shows what it says of itself
    before = answered(app)
    ended = subprocess.run(
        ["bash", "-eu", "-c", blocks("bash")],
        cwd=tmp_path,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, ended.stdout[-2000:] + ended.stderr[-2000:]
    assert "curl: (22)" not in ended.stderr, ended.stdout[-2000:] + ended.stderr
    assert calls - set(answered(app) - before) == set()
    for name in ("image.png", "mosaic.png", "atlas.jpg", "encoder.safetensors", "frame.bin"):
        assert (tmp_path / name).stat().st_size > 100, name


@pytest.mark.slow
def test_the_examples_in_python_reach_every_call(
    app: App, calls: set[Call], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REPSCOPE_URL", app.url)
    monkeypatch.chdir(tmp_path)
    before = answered(app)
    names: dict[str, object] = {}
    exec(compile(blocks("python"), str(PAGE), "exec"), names)
    assert calls - SHELL_ALONE - set(answered(app) - before) == set()


@pytest.mark.slow
@pytest.mark.curl
def test_the_examples_of_signing_in_open_a_server_with_a_token(
    guarded: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REPSCOPE_TOKEN", TOKEN)
    monkeypatch.setenv("REPSCOPE_URL", guarded.url)
    script = f"api={guarded.url}/api\n" + blocks("bash token")
    shown = subprocess.run(
        ["bash", "-eu", "-c", script], capture_output=True, check=True, timeout=60
    )
    assert json.loads(shown.stdout)["status"] == "ok"
    exec(compile(blocks("python token"), str(PAGE), "exec"), {})
