"""The program that reads Parquet: mutated files, many in one process, whose memory is bounded."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.amounts import MUTATIONS
from tests.workers.datasets.mutation import mutations
from tests.workers.filing import parquet
from tests.workers.hostile import MEMORY

FILE = parquet(
    {
        "image": [{"bytes": b"abc", "path": "x"}, {"bytes": b"", "path": None}],
        "vector": [[1.0, 2.0], None],
        "label": [0, 1],
        "text": ["x", "y"],
    },
    {"label": ["a", "b"]},
    compression="zstd",
)

#: Reads the files from argv[3] on; writes the number of each before it is read.
PROGRAM = """
import os, resource, sys
from pathlib import Path
from repscope.workers.files import parquet_reader
parquet_reader._warm_up()
folder, memory, first = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
if sys.platform == "linux":
    taken = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (taken + memory, taken + memory))
for number in range(first, len(os.listdir(folder))):
    print(number, flush=True)
    reader = parquet_reader.Reader(os.open(folder / str(number), os.O_RDONLY))
    said, _ = reader({"task": "open"}, b"")
    names = [each["name"] for each in said.get("columns", []) if each["kind"] != "other"]
    if "broken" not in said:
        said, _ = reader({"task": "read", "columns": names, "rows": 1}, b"")
    for _ in range(10):
        if "broken" in said or said.get("rows") == 0:
            break
        said, _ = reader({"task": "next"}, b"")
    words = said.get("broken", "read")
    assert words and "\\n" not in words and len(words) < 300, words
    print(words, flush=True)
"""


@pytest.mark.slow
def test_mutated_files_are_read_or_refused(tmp_path: Path) -> None:
    """A crash of the process is what it is for: whoever asked refuses the file, see `Overtaxed`."""
    for number, data in enumerate((FILE, *mutations(FILE))):
        (tmp_path / str(number)).write_bytes(data)
    said: list[str] = []
    crashes = first = 0
    while first <= MUTATIONS:
        words = [sys.executable, "-c", PROGRAM, str(tmp_path), str(MEMORY), str(first)]
        done = subprocess.run(words, capture_output=True, text=True)
        lines = done.stdout.splitlines()
        said += lines[1::2]
        assert done.returncode <= 0, done.stderr[-2000:]  # an exception is no crash
        if done.returncode == 0:
            break
        crashes, first = crashes + 1, int(lines[-1 - (len(lines) + 1) % 2]) + 1
    assert len(said) + crashes == MUTATIONS + 1
    assert said[0] == "read"
    assert any("cannot be read" in each for each in said)
