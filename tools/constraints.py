"""Write constraints.txt: one exact version of every package, for Linux and macOS.

Neither hashes nor hosts are written, so that any mirror of PyPI serves. PyTorch names its own CUDA
packages exactly; they stay out, so that the same file serves its CPU build.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEADER = """\
# Exact versions of everything that Repscope runs and is developed with; `make constraints` writes
# this file. It limits what is installed and never asks for a package by itself.
"""
CUDA = re.compile(r"^(nvidia-|cuda-|triton==)")
# Markers of platforms that Repscope does not run on.
ELSEWHERE = re.compile(r"sys_platform == '(win32|emscripten)'$")


def compile_versions() -> list[str]:
    """Ask uv for a resolution that holds on every platform; one `name==version` line each."""
    command = [
        str(Path(sys.executable).with_name("uv")),
        "pip",
        "compile",
        "--universal",
        "--quiet",
    ]
    command += ["--all-extras", "--no-header", "--no-annotate", "--no-emit-index-url"]
    command += ["--upgrade", "pyproject.toml"]
    ended = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return ended.stdout.splitlines()


def main() -> int:
    """Write the file; returns the exit status."""
    versions = [
        line for line in compile_versions() if not CUDA.match(line) and not ELSEWHERE.search(line)
    ]
    (ROOT / "constraints.txt").write_text(HEADER + "\n".join(versions) + "\n")
    print(f"constraints.txt: {len(versions)} versions")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
