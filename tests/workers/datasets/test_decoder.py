"""The process that decodes: as the plain call, and nothing that a file does to it spreads."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import psutil
import pytest

from repscope.workers.datasets import pictures
from repscope.workers.datasets.decoder import Decoder
from repscope.workers.datasets.pictures import Hostile, Unreadable
from tests.workers.zipping import picture

JPEG = picture("JPEG", (60, 40))

#: Whether a process that gave up its rights can still do harm.
PROGRAM = """
import sys
from repscope.workers.files import confined
confined.give_up_rights()
read = lambda: open(confined.__file__)
write = lambda: open(sys.argv[1], "w")
for harm in (read, write, lambda: bytearray(2**33)):
    try:
        harm()
    except (OSError, MemoryError):
        continue
    raise SystemExit("it could")
"""


def test_it_answers_as_the_plain_call_does() -> None:
    with Decoder() as decoder:
        for size in (None, 16):
            np.testing.assert_array_equal(decoder.pixels(JPEG, size), pictures.pixels(JPEG, size))
        assert decoder.header(JPEG) == pictures.header(JPEG)
        gray = picture("PNG", (5, 3), "L")
        assert decoder.pixels(gray, None).shape == (3, 5)
        with pytest.raises(Unreadable, match="truncated"):
            decoder.pixels(JPEG[:-200], None)
        with pytest.raises(Unreadable, match="empty"):
            decoder.header(b"")
        assert decoder.header(JPEG).width == 60


def test_a_crash_is_the_fault_of_the_image_and_the_next_one_is_read() -> None:
    with Decoder() as decoder:
        decoder.header(JPEG)
        child = decoder._child._child
        assert child is not None
        os.kill(child.pid, signal.SIGSEGV)
        with pytest.raises(Hostile, match="memory or time"):
            decoder.header(JPEG)
        assert decoder.header(JPEG).height == 40
        child = decoder._child._child
        assert child is not None
    assert not psutil.pid_exists(child.pid)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds the address space")
def test_it_can_open_no_file_and_take_little_memory(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", PROGRAM, tmp_path / "file"], check=True)


def test_it_loads_no_machine_learning() -> None:
    program = "import sys, repscope.workers.datasets.decoder; assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", program], check=True)
