"""Methods that a user adds: files in the data folder, and packages that announce themselves."""

import importlib.util
import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import entry_points
from pathlib import Path

from repscope.core.catalogue import Catalogue, Method
from repscope.workers.registry import RegisteredMethod, forget, registered

GROUP = "repscope.plugins"

log = logging.getLogger(__name__)


@dataclass
class Plugins:
    """What loading the plugins gave.

    Attributes:
        methods: The catalogue entries that they added.
        problems: One sentence for each plugin that could not be loaded.
    """

    methods: list[Method] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def load(folder: Path) -> Plugins:
    """Load every `*.py` in `folder` and every entry point of the group `repscope.plugins`.

    A broken plugin adds nothing, is named in the log and in `problems`, and does not stop the
    others. A second call loads again only what is new.

    Args:
        folder: The data folder's `plugins`; it need not exist.
    """
    found = Plugins()
    shipped = {(method.kind, method.method) for method in Catalogue.shipped()}
    for path in sorted(folder.glob("*.py")):
        _load_one(str(path), partial(_import_file, path), shipped, found)
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name):
        _load_one(f"{entry.name} ({entry.value})", entry.load, shipped, found)
    return found


def _load_one(
    name: str, load: Callable[[], object], shipped: set[tuple[str, str]], found: Plugins
) -> None:
    before = {id(entry) for entry in registered()}
    problem = None
    try:
        load()
    except (Exception, SystemExit) as error:  # whatever one does, the others must still load
        problem = f"{type(error).__name__}: {error}"
    added = [entry for entry in registered() if id(entry) not in before and not _is_ours(entry)]
    taken = [e.method for e in added if (e.method.kind, e.method.method) in shipped]
    if taken and problem is None:
        problem = f"{taken[0].kind}/{taken[0].method} is a name that Repscope itself uses"
    if problem is None:
        found.methods += [entry.method for entry in added]
        return
    for entry in added:
        forget(entry)
    sentence = f"The plugin {name} was not loaded: {problem}"
    found.problems.append(sentence if sentence.endswith(".") else sentence + ".")
    log.error("%s", found.problems[-1])


def _import_file(path: Path) -> None:
    name = f"repscope_plugin_{path.stem}"
    if name in sys.modules:
        return
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path.name} is not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise


def _is_ours(entry: RegisteredMethod) -> bool:
    return entry.function.__module__.startswith("repscope.workers.")
