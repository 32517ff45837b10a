"""Promises about the repository itself that no other tool checks."""

import json
import re
import tomllib
from pathlib import Path

import pytest

from repscope.core.catalogue import Catalogue

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


PAGES = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "frontend" / "README.md"]
)


def anchors(page: Path) -> set[str]:
    """What a link can name behind `#`, as GitHub makes it of headings."""
    lines = re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL)
    heads = re.findall(r"^#+ (.*)$", lines, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\((?!https?:)([^)\s]+)\)", page.read_text()):
        target, _, anchor = link.partition("#")
        found = (page.parent / target).resolve() if target else page
        assert found.exists(), link
        if anchor and found.suffix == ".md":
            assert anchor in anchors(found), link


def test_every_page_is_reached_from_the_readme() -> None:
    reached, waiting = {ROOT / "README.md"}, [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        for target in re.findall(r"\]\((?!https?:)([^)#\s]+)", page.read_text()):
            found = (page.parent / target).resolve()
            found = found / "README.md" if found.is_dir() else found
            if found.suffix == ".md" and found not in reached:
                reached.add(found)
                waiting.append(found)
    assert set(PAGES) - reached == set()


def test_the_way_of_a_recipe_is_the_one_of_the_code() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text()
    steps = re.findall(r"`([\w/.]+)`: `([\w#.]+)`", text)
    assert len(steps) > 20
    for file, name in steps:
        assert re.search(rf"{re.escape(name)}\b", (ROOT / file).read_text()), (file, name)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_files_that_a_page_names_are_there(page: Path) -> None:
    parts = "core|backend|workers|frontend|tests|benchmarks|tools|docs|docker"
    named = re.findall(rf"`((?:{parts})/[\w/.-]+)`", page.read_text())
    for file in named:
        assert (ROOT / file).exists(), file


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_methods_that_a_page_names_can_be_made(page: Path) -> None:
    shipped = Catalogue.shipped()
    known = {f"{method.kind}/{method.method}" for method in shipped}
    kinds = "|".join({method.kind for method in shipped})
    for name in re.findall(rf"`((?:{kinds})/[a-z_]+)`", page.read_text()):
        assert name in known, name
