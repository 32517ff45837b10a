"""Commands as a person types them, and waiting for what they bring about."""

import io
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from repscope.backend.cli import main

REPSCOPE = Path(sys.executable).with_name("repscope")


def command(*arguments: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run `repscope` to its end, here: a process of its own would load for longer than it runs."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        for name, value in variables.items():
            patch.setenv(name, value)
        status = main([str(word) for word in arguments])
    return subprocess.CompletedProcess(arguments, status, out.getvalue(), err.getvalue())


def wait(condition: Callable[[], object], seconds: float = 60.0) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)
