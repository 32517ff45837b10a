"""The published weights of a network: where they lie on this machine, and how they get there.

They are kept with all that was fetched by name. A file that the libraries' own caches have (those
of Hugging Face and of torch) is taken from there.
"""

import hashlib
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

import torch

from repscope.core.downloads import Downloads
from repscope.core.errors import MethodFailed
from repscope.workers.fetching import Heard, explained, require_network, watched

_HUB = "https://huggingface.co"
_CHUNK = 2**20


@dataclass(frozen=True)
class Source:
    """A place where weights are published.

    Attributes:
        url: Of the file.
        repository: Its repository on Hugging Face, if that is where it lies, with its revision
            after `@` where it has one.
        filename: Its name.
        sha256: How its checksum begins, where that is known.
    """

    url: str
    filename: str
    repository: str | None = None
    sha256: str = ""

    @classmethod
    def on_hub(cls, repository: str, filename: str) -> "Source":
        """A file of a repository on Hugging Face, or on its mirror that `HF_ENDPOINT` names."""
        name, _, revision = repository.partition("@")
        host = os.environ.get("HF_ENDPOINT", _HUB).rstrip("/")
        url = f"{host}/{name}/resolve/{revision or 'main'}/{filename}"
        return cls(url, filename, repository)

    def cached(self) -> Path | None:
        """Return the file where a library has fetched it before."""
        if self.repository is None:
            path = Path(torch.hub.get_dir()) / "checkpoints" / self.filename
            return path if path.is_file() else None
        from huggingface_hub import try_to_load_from_cache

        name, _, revision = self.repository.partition("@")
        found = try_to_load_from_cache(name, self.filename, revision=revision or None)
        return Path(found) if isinstance(found, str) else None


def weights(
    downloads: Downloads, library: str, name: str, sources: Sequence[Source], heard: Heard
) -> Path:
    """Return the file with the weights of a model; it is fetched unless it is here.

    Args:
        downloads: Where it is kept.
        library: Whose name it is.
        name: Of the model.
        sources: Where it may lie, the best first.
        heard: Hears of the share that is here; what it raises ends the download.

    Raises:
        MethodFailed: There is no network, or the file is not what was published.
    """
    if not downloads.has(library, name):
        _fetch(downloads, library, name, sources, heard)
    (path,) = downloads.folder(library, name).iterdir()
    return path


def _fetch(
    downloads: Downloads, library: str, name: str, sources: Sequence[Source], heard: Heard
) -> None:
    for source in sources:
        cached = source.cached()
        if cached is not None:
            with downloads.fetching(library, name) as folder:
                shutil.copyfile(cached, folder / source.filename)
            return
    source = sources[0]
    advice = f"where there is one, `repscope prefetch {name}` gets them beforehand"
    heard(None, f"connecting for {name}")
    with explained(f"The weights of {name}", advice):
        require_network(urlsplit(source.url).hostname or "")
        with downloads.fetching(library, name) as folder, watched(heard):
            _save(source, folder / source.filename)


def _save(source: Source, target: Path) -> None:
    checksum = hashlib.sha256()
    with urlopen(source.url) as answer, target.open("wb") as file:
        while chunk := answer.read(_CHUNK):
            checksum.update(chunk)
            file.write(chunk)
        expected = answer.headers.get("Content-Length")
    if expected is not None and target.stat().st_size != int(expected):
        raise EOFError(f"{source.filename} ended early")
    if not checksum.hexdigest().startswith(source.sha256):
        raise MethodFailed(
            f"{source.filename} has another checksum than its publisher's; try again, and if it "
            "stays so, do not trust the server that it comes from."
        )
