"""What a server that has worked for a while looks like from outside."""

import sys
from pathlib import Path

import pytest

from tools.app import App


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what a process has loaded")
def test_the_server_never_loads_torch(server: App) -> None:
    assert "libtorch" not in Path(f"/proc/{server.process.pid}/maps").read_text()
