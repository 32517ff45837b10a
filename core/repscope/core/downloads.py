"""What was fetched by name from the network: one folder a dataset, whole or absent.

    downloads/
        torchvision/MNIST/...       as torchvision lays it out
        .staging/...                what arrives right now

A fetch writes beside its place and is renamed into it when all is there and its checksums fit: a
download that broke off is never mistaken for a dataset.
"""

import contextlib
import os
import shutil
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

#: `format` of a parameter that names something to be fetched from the network; `fetchedIf`
#: beside it names the switch that has it fetched, where there is one.
DOWNLOAD_FORMAT = "download"

#: Seconds after which a staging folder that nobody wrote to belongs to nobody.
_STALE = 24 * 3600.0


class Downloads:
    """All downloads of one data folder."""

    def __init__(self, root: Path) -> None:
        """Keep them in `root`, which is made when the first comes."""
        self.root = root
        self._staging = root / ".staging"

    def folder(self, source: str, name: str) -> Path:
        """Return where a dataset lies, or will.

        Args:
            source: Whose name it is, such as `torchvision`.
            name: What it is called there; what follows a slash is a variant of the same download.
        """
        return self.root / source / name.partition("/")[0]

    def has(self, source: str, name: str) -> bool:
        """Tell whether a dataset is here."""
        return self.folder(source, name).is_dir()

    @contextlib.contextmanager
    def fetching(self, source: str, name: str) -> Iterator[Path]:
        """Give a folder to fetch into; it takes its place when the block ends without an error."""
        self._sweep()
        staged = self._staging / uuid.uuid4().hex
        staged.mkdir(parents=True)
        try:
            yield staged
            target = self.folder(source, name)
            target.parent.mkdir(parents=True, exist_ok=True)
            # Another process may have fetched the same meanwhile.
            with contextlib.suppress(OSError):
                os.rename(staged, target)
            if not target.is_dir():
                raise OSError(f"{staged} could not be moved to {target}")
        finally:
            shutil.rmtree(staged, ignore_errors=True)

    def _sweep(self) -> None:
        """Remove what a crash left."""
        staged = self._staging.iterdir() if self._staging.is_dir() else ()
        for path in list(staged):
            with contextlib.suppress(OSError):
                if time.time() - path.stat().st_mtime > _STALE:
                    shutil.rmtree(path, ignore_errors=True)
