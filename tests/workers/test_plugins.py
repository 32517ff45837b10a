import logging
import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from repscope.core.errors import InvalidRecipe
from repscope.workers import plugins, registry

GOOD = '''
from repscope.workers.context import Context, Result
from repscope.workers.registry import NoParams, register

@register("{kind}", "{name}", version=1, title="Toy", output="points")
def toy(context: Context, params: NoParams) -> Result:
    """Do nothing."""
    return Result()
'''


@pytest.fixture(autouse=True)
def _restore() -> Iterator[None]:
    methods, modules = dict(registry._methods), set(sys.modules)
    yield
    # Not those whose files a test has loaded: a file is loaded only once.
    for entry in registry.registered():
        if entry.function.__module__.startswith("repscope_plugin_"):
            registry.forget(entry)
    registry._methods.update(methods)
    for name in set(sys.modules) - modules:
        if name.startswith("repscope_plugin_"):
            del sys.modules[name]


def write(folder: Path, file: str, text: str) -> None:
    (folder / file).write_text(text)


def test_a_file_in_the_folder_is_a_method(tmp_path: Path) -> None:
    write(tmp_path, "toy.py", GOOD.format(kind="projection", name="toy"))
    found = plugins.load(tmp_path)
    assert [method.key for method in found.methods] == ["projection/toy@1"]
    assert found.problems == []
    assert registry.find("projection", "toy").method.title == "Toy"
    assert plugins.load(tmp_path).methods == []  # loaded once


def test_a_missing_folder_is_no_problem(tmp_path: Path) -> None:
    assert plugins.load(tmp_path / "plugins") == plugins.Plugins()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("import nonexistent_module", "ModuleNotFoundError: No module named 'nonexistent_module'"),
        ("def broken(:", "SyntaxError"),
        ("raise SystemExit(3)", "SystemExit: 3"),
        (GOOD.format(kind="projection", name="half") + "\n1 / 0", "ZeroDivisionError"),
        (GOOD.format(kind="projection", name="pca"), "projection/pca is a name that Repscope"),
    ],
)
def test_a_broken_plugin_is_named_and_does_not_stop_the_others(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, text: str, reason: str
) -> None:
    registry._methods.pop(("projection", "pca"), None)  # as in a fresh runner
    write(tmp_path, "a_broken.py", text)
    write(tmp_path, "toy.py", GOOD.format(kind="projection", name="toy"))
    with caplog.at_level(logging.ERROR):
        found = plugins.load(tmp_path)
    assert [method.key for method in found.methods] == ["projection/toy@1"]
    (problem,) = found.problems
    assert "a_broken.py was not loaded" in problem
    assert reason in problem
    assert problem in caplog.text
    with pytest.raises(InvalidRecipe):
        registry.find("projection", "half")


def test_two_plugins_with_one_name_are_a_problem(tmp_path: Path) -> None:
    for file in ("one.py", "two.py"):
        write(tmp_path, file, GOOD.format(kind="projection", name="toy"))
    found = plugins.load(tmp_path)
    assert len(found.methods) == 1
    assert "registered twice" in found.problems[0]


def test_an_installed_package_brings_methods(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "repscope_plugin_pack.py", GOOD.format(kind="figure", name="packed"))
    monkeypatch.syspath_prepend(str(tmp_path))
    entries = [
        EntryPoint("pack", "repscope_plugin_pack", plugins.GROUP),
        EntryPoint("gone", "no_such_package", plugins.GROUP),
    ]
    monkeypatch.setattr(plugins, "entry_points", lambda group: entries)
    found = plugins.load(tmp_path / "none")
    assert [method.key for method in found.methods] == ["figure/packed@1"]
    assert "gone (no_such_package) was not loaded" in found.problems[0]
