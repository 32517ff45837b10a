"""`python -m repscope.workers.prefetch NAME ...` downloads what is published before a class.

A name is that of a dataset of torchvision, or of a model of timm or torchvision, whose weights are
downloaded. Without a name it lists the datasets. `repscope prefetch` runs it.
"""

import sys
from types import ModuleType

from repscope.core.downloads import Downloads
from repscope.core.errors import RepscopeError
from repscope.core.settings import get_settings
from repscope.workers.datasets.published import PUBLISHED
from repscope.workers.datasets.torchvision import SOURCE, fetch


def main(names: list[str]) -> int:
    """Download sets; returns the exit status, 1 when one of them cannot be had."""
    downloads = Downloads(get_settings().downloads)
    if not names:
        for name, published in PUBLISHED.items():
            here = "here" if downloads.has(SOURCE, name) else ""
            sys.stdout.write(f"{name:<22}{here:<6}{published.title}\n")
        return 0
    spelled = {name.lower(): name for name in PUBLISHED}
    status = 0
    for given in names:
        name = spelled.get(given.lower(), given)
        try:
            if downloads.has(SOURCE, name):
                sys.stdout.write(f"{name} is here.\n")
                continue
            model = None if name in PUBLISHED else _library_of(name)
            if model is None:
                fetch(downloads, name, _show)
                folder = downloads.folder(SOURCE, name)
            else:
                folder = model.fetch(downloads, name, _show).parent
            _clear()
            sys.stdout.write(f"{name} is here now, in {folder}.\n")
        except RepscopeError as error:
            _clear()
            sys.stderr.write(f"repscope: {error.message}\n")
            status = 1
    return status


def _library_of(name: str) -> ModuleType | None:
    """Return what fetches a model of this name, if a library has one."""
    from repscope.workers.encoders import timm, torchvision  # seconds, which a list does not need

    return next((each for each in (timm, torchvision) if each.knows(name)), None)


def _show(share: float | None, text: str) -> None:
    if sys.stdout.isatty():
        percent = "" if share is None else f" ({share:.0%})"
        sys.stdout.write(f"\r\033[K{text}{percent}")
        sys.stdout.flush()


def _clear() -> None:
    if sys.stdout.isatty():
        sys.stdout.write("\r\033[K")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
