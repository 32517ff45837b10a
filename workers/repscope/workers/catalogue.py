"""`python -m repscope.workers.catalogue` writes the catalogue that ships with the release."""

import json
from importlib import resources
from pathlib import Path

from repscope.workers.registry import all_methods


def document() -> str:
    """Return the catalogue of all of Repscope's own methods, formatted to be read in a diff."""
    methods = [
        entry.method.model_dump(mode="json")
        for entry in all_methods()
        if entry.function.__module__.startswith("repscope.workers.")
    ]
    return json.dumps({"methods": methods}, indent=2, ensure_ascii=False) + "\n"


def shipped_path() -> Path:
    """Return where the shipped catalogue lies."""
    return Path(str(resources.files("repscope.core"))) / "catalogue.json"


if __name__ == "__main__":
    shipped_path().write_text(document(), encoding="utf-8")
