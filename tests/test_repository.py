"""Promises about the repository itself that no other tool checks."""

import json
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[<>=!~\[; ]", line)[0].lower() for line in requirements}


def test_no_lock_file_names_a_download_host() -> None:
    lock = json.loads((ROOT / "frontend" / "package-lock.json").read_text())
    for name, package in lock["packages"].items():
        assert "resolved" not in package, name
    assert "://" not in (ROOT / "constraints.txt").read_text()
    assert "://" not in (ROOT / "pyproject.toml").read_text()


def test_constraints_cover_every_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = names(project["project"]["dependencies"])
    for extra in project["project"]["optional-dependencies"].values():
        wanted |= names(extra)
    wanted |= names(project["build-system"]["requires"])
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pinned = names([line for line in lines if not line.startswith("#")])
    assert wanted <= pinned, wanted - pinned


@pytest.mark.parametrize("layer", ["core", "backend"])
def test_no_torch_outside_the_workers(layer: str) -> None:
    for path in (ROOT / layer).rglob("*.py"):
        assert "import torch" not in path.read_text(), path


@pytest.mark.parametrize("layer", ["core", "backend", "workers"])
def test_the_namespace_has_no_init(layer: str) -> None:
    assert not (ROOT / layer / "repscope" / "__init__.py").exists()


def test_decisions_are_short_and_numbered() -> None:
    records = sorted((ROOT / "docs" / "decisions").glob("0*.md"))
    for number, record in enumerate(records, start=1):
        lines = record.read_text().splitlines()
        assert record.name.startswith(f"{number:04}-")
        assert lines[0].startswith(f"# {number}. ")
        assert len(lines) <= 16


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_links_of_the_front_pages_lead_somewhere(page: str) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", (ROOT / page).read_text()):
        assert (ROOT / target).exists(), target
