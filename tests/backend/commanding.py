"""Commands as a person types them, and waiting for what they bring about."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

REPSCOPE = Path(sys.executable).with_name("repscope")


def command(*arguments: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run `repscope` to its end."""
    return subprocess.run(
        [REPSCOPE, *arguments],
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
        env=os.environ | variables,
    )


def wait(condition: Callable[[], object], seconds: float = 60.0) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)
