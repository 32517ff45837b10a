"""One server per data folder, and none after its holder died."""

import subprocess
import sys
from pathlib import Path

import pytest

from repscope.core.errors import Conflict
from repscope.core.locks import FolderLock


def test_the_second_is_refused_and_told_who_holds_it(tmp_path: Path) -> None:
    with FolderLock(tmp_path) as lock:
        lock.note("http://127.0.0.1:8000")
        with pytest.raises(Conflict, match="http://127.0.0.1:8000"), FolderLock(tmp_path):
            pass
    with FolderLock(tmp_path):
        pass


def test_a_killed_holder_frees_it(tmp_path: Path) -> None:
    program = f"""
from pathlib import Path
from repscope.core.locks import FolderLock
with FolderLock(Path({str(tmp_path)!r})):
    print("held", flush=True)
    input()
"""
    child = subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with child:
        assert child.stdout is not None
        child.stdout.readline()
        with pytest.raises(Conflict), FolderLock(tmp_path):
            pass
        child.kill()
    with FolderLock(tmp_path):
        pass
