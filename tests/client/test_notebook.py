"""The notebooks of the documentation run from top to bottom."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tools.app import App

DOCS = Path(__file__).parents[2] / "docs"
SHOW = """
def _show(value):
    kind = type(value).__name__
    print(kind if kind == "Figure" else value)
"""
NOTEBOOKS = sorted((DOCS / "notebooks").glob("*.ipynb"))


def program_of(notebook: Path) -> str:
    """The code of all cells as one program; what a cell ends with is printed."""
    document = json.loads(notebook.read_text("utf-8"))
    parts = []
    for cell in document["cells"]:
        if cell["cell_type"] != "code":
            continue
        tree = ast.parse("".join(cell["source"]))
        if isinstance(tree.body[-1], ast.Expr):
            last = tree.body.pop()
            shown = ast.Call(ast.Name("_show", ast.Load()), [last.value], [])
            tree.body.append(ast.Expr(shown))
        parts.append(ast.unparse(ast.fix_missing_locations(tree)))
    return "\n".join([SHOW, *parts])


@pytest.mark.slow
@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_runs_from_top_to_bottom(notebook: Path, app: App, tmp_path: Path) -> None:
    variables = {
        "REPSCOPE_URL": app.url,
        "PATH": "",
        "HOME": str(tmp_path),
        "TMPDIR": str(tmp_path),
    }
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", program_of(notebook)],
        env=variables,
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.count("Figure") == 4
    assert "projection/umap" in ran.stdout
    assert "of their cluster's commonest class" in ran.stdout
    assert "tsne.csv" in ran.stdout


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_is_kept_without_outputs(notebook: Path) -> None:
    for cell in json.loads(notebook.read_text("utf-8"))["cells"]:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None


def test_there_is_one() -> None:
    assert NOTEBOOKS
