"""Downloads by name: on request where one is alone, beforehand where others come in."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from repscope.backend.cli import main
from repscope.backend.hub import may_download
from repscope.core.settings import Settings
from tests.backend.conftest import Bench, open_bench

MNIST: dict[str, Any] = {"kind": "dataset", "method": "torchvision", "params": {"name": "MNIST"}}
PETS: dict[str, Any] = {
    "kind": "dataset",
    "method": "huggingface",
    "params": {"name": "someone/pets"},
}


@pytest.fixture
def closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """A server that downloads nothing."""
    monkeypatch.setenv("REPSCOPE_HUB", "off")
    yield from open_bench(tmp_path / "data")


def ask(bench: Bench, recipe: dict[str, Any]) -> tuple[int, str, str]:
    answer = bench.client.post("/api/jobs", json=recipe)
    error = answer.json().get("error") or {}
    return answer.status_code, error.get("message") or "", error.get("field") or ""


@pytest.mark.parametrize(
    ("settings", "allowed"),
    [
        ({}, True),
        ({"host": "0.0.0.0"}, False),
        ({"host": "0.0.0.0", "hub": "all"}, True),
        ({"hub": "off"}, False),
    ],
)
def test_who_may_download(settings: dict[str, Any], allowed: bool, tmp_path: Path) -> None:
    assert may_download(Settings(data=tmp_path, **settings)) is allowed


@pytest.mark.parametrize("recipe", [MNIST, PETS])
def test_a_closed_server_says_so_before_it_queues(closed: Bench, recipe: dict[str, Any]) -> None:
    status, message, field = ask(closed, recipe)
    assert (status, field) == (403, "params.name")
    assert "repscope prefetch" in message
    assert "REPSCOPE_HUB=all" in message
    nested = {"kind": "dataset", "method": "subset", "inputs": {"dataset": recipe}}
    assert ask(closed, nested)[0] == 403
    assert closed.client.get("/api/jobs").json()["jobs"] == []


def test_a_recipe_that_would_be_refused_says_so_when_it_is_resolved(closed: Bench) -> None:
    answer = closed.client.post("/api/resolve", json=MNIST)
    assert answer.status_code == 200
    assert answer.json()["refusal"] == ask(closed, MNIST)[1]
    digits = {"kind": "dataset", "method": "digits"}
    assert closed.client.post("/api/resolve", json=digits).json()["refusal"] is None


def test_what_was_fetched_beforehand_can_be_used(closed: Bench) -> None:
    folder = closed.settings.data / "downloads" / "torchvision" / "MNIST"
    folder.mkdir(parents=True)
    assert ask(closed, MNIST)[0] == 202
    other = {**MNIST, "params": {"name": "CIFAR10"}}
    assert ask(closed, other)[0] == 403


def test_an_open_server_queues_it(bench: Bench) -> None:
    assert ask(bench, MNIST)[0] == 202
    assert ask(bench, PETS)[0] == 202


def test_a_retry_is_asked_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for bench in open_bench(tmp_path / "data"):
        job = bench.client.post("/api/jobs", json=MNIST).json()["id"]
        bench.client.post(f"/api/jobs/{job}/cancel")
    monkeypatch.setenv("REPSCOPE_HUB", "off")
    for bench in open_bench(tmp_path / "data"):
        assert bench.client.post(f"/api/jobs/{job}/retry").status_code == 403


def test_prefetch_lists_what_there_is_and_says_what_is_not(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "downloads" / "torchvision" / "MNIST").mkdir(parents=True)
    assert main(["prefetch", "--data", str(tmp_path)]) == 0
    listed = capfd.readouterr().out.splitlines()
    assert any(line.split()[:2] == ["MNIST", "here"] for line in listed)
    assert any(line.startswith("Flowers102 ") and "here" not in line for line in listed)
    assert main(["prefetch", "--data", str(tmp_path), "mnist", "Foo"]) == 1
    said = capfd.readouterr()
    assert "MNIST is here." in said.out
    assert "there is no 'Foo'" in said.err
