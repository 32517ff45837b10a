"""Which tests this machine can run, and the line that says which not.

A test that needs something which a user's machine may lack carries a marker. Where the thing is
absent, the test is deselected and the last line of the run says so. With REPSCOPE_TEST_ALL=1, as CI
sets it, nothing may be left out: an absent thing, a deselected test or a skip is then a failure.
"""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.servers import find_postgres
from tests.small_disk import find_small_disk
from tools.browser import find_browser


def find_data() -> str | None:
    """The folder named by REPSCOPE_TEST_DATA, if it is one."""
    folder = os.environ.get("REPSCOPE_TEST_DATA", "")
    return folder if folder and Path(folder).is_dir() else None


def find_curl() -> bool | None:
    """Whether the shell examples of the documentation can run: `curl` with `--json`, and `jq`."""
    if shutil.which("curl") is None or shutil.which("jq") is None:
        return None
    told = subprocess.run(["curl", "--help", "all"], capture_output=True, check=False)
    return b"--json" in told.stdout or None


# marker: (how to find what it needs, what to say when it is absent)
NEEDS = {
    "browser": (find_browser, "Chromium or Google Chrome is not installed"),
    "redis": (lambda: shutil.which("redis-server"), "redis-server is not installed"),
    "postgres": (find_postgres, "PostgreSQL is not installed"),
    "small_disk": (
        find_small_disk,
        "no small file system can be had without root on Linux",
    ),
    "curl": (find_curl, "curl 7.82 or newer, or jq, is not installed"),
    "data": (find_data, "REPSCOPE_TEST_DATA names no folder"),
}


class Completeness:
    """Counts what a run leaves out, and says so at its end.

    A parallel run has a process that collects nothing: its workers hand over what they left out.
    """

    def __init__(self, *, everything: bool) -> None:
        self.everything = everything
        self.absent: dict[str, int] = {}
        self.deselected = 0
        self.skipped: list[str] = []

    def pytest_sessionstart(self) -> None:
        reasons = [reason for find, reason in NEEDS.values() if self.everything and not find()]
        if reasons:
            raise pytest.UsageError(
                f"REPSCOPE_TEST_ALL is set, so nothing may be left out: {'; '.join(reasons)}."
            )

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        missing = {marker for marker, (find, _) in NEEDS.items() if find() is None}
        kept, left_out = [], []
        for item in items:
            lacking = [
                marker for marker in NEEDS if marker in missing and item.get_closest_marker(marker)
            ]
            for marker in lacking:
                self.absent[marker] = self.absent.get(marker, 0) + 1
            (left_out if lacking else kept).append(item)
        if left_out:
            config.hook.pytest_deselected(items=left_out)
            items[:] = kept

    def pytest_deselected(self, items: list[pytest.Item]) -> None:
        self.deselected += len(items)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped and not hasattr(report, "wasxfail"):
            self.skipped.append(report.nodeid)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take over what a worker of a parallel run left out: each of them collects all tests."""
        told = getattr(node, "workeroutput", {})
        self.absent = told.get("absent", self.absent)
        self.deselected = told.get("deselected", self.deselected)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if hasattr(session.config, "workeroutput"):
            session.config.workeroutput["absent"] = self.absent
            session.config.workeroutput["deselected"] = self.deselected
        elif self.everything and (self.deselected or self.skipped) and session.exitstatus == 0:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_unconfigure(self) -> None:
        """Print the very last line: pytest's own closing line lies directly above it."""
        if self.everything and (self.deselected or self.skipped):
            left_out = ", ".join(self.skipped) or f"{self.deselected} deselected"
            print(f"Failed: REPSCOPE_TEST_ALL is set, and these did not run: {left_out}")
        elif self.absent and not self.everything:
            reasons = [
                f"{NEEDS[name][1]} ({count} of {name})" for name, count in self.absent.items()
            ]
            print(f"Tests left out on this machine: {'; '.join(reasons)}.")
