"""Whether the stores hold what was made and what was sent: for `repscope doctor` and restores.

Nothing is repaired here and nothing written: every finding says in words what is wrong and what
to do about it.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from pydantic import ValidationError

from repscope.core.manifest import ArrayEntry, FileEntry, Manifest
from repscope.core.recipes import is_id, normalized_id
from repscope.core.uploads import UploadStore

_AGAIN = "Remove this folder; asking for its recipe makes it anew."
_SEND = "Remove this file and send it again; what was made of it stays as it is."


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong."""

    where: str
    what: str
    remedy: str

    def as_json(self) -> dict[str, str]:
        """Return it for `--json`."""
        return asdict(self)


@dataclass(frozen=True)
class StoreReport:
    """What a look at a whole store found."""

    artifacts: int
    """How many are whole; of a store of uploads, how many files."""
    bytes: int
    findings: list[Finding]


#: Is told how many of how many artifacts were looked at.
Progress = Callable[[int, int], None]


def check_store(root: Path, *, quick: bool, progress: Progress | None = None) -> StoreReport:
    """Look at every artifact of a store.

    Args:
        root: Folder of the store.
        quick: Compare sizes alone, without reading the arrays.
        progress: Is called after each artifact.
    """
    folders = [folder for shelf in sorted(root.glob("[!.]*")) for folder in _below(shelf)]
    findings: list[Finding] = []
    total = whole = 0
    for number, folder in enumerate(folders, start=1):
        size, problems = check_artifact(folder, quick=quick)
        findings += [Finding(str(folder), what, _AGAIN) for what in problems]
        total += size
        whole += not problems
        if progress is not None:
            progress(number, len(folders))
    return StoreReport(whole, total, findings)


def check_uploads(store: UploadStore, *, quick: bool) -> StoreReport:
    """Look at every file that people brought.

    Args:
        store: Where they are.
        quick: Count them, without reading them.
    """
    findings: list[Finding] = []
    total = whole = 0
    places = set()
    for upload in store:
        path = store.path(upload.sha256)
        places.add(path)
        total += upload.bytes
        if quick or checksum(path) == upload.sha256:
            whole += 1
        else:
            findings.append(Finding(str(path), "It is not what was sent.", _SEND))
    strays = {path for path in store.root.glob("[!.]*/*") if path not in places}
    strays |= {path for path in store.root.glob("[!.]*") if not path.is_dir()}
    findings += [
        Finding(str(path), "This is no upload, and does not belong here.", "Remove it.")
        for path in sorted(strays)
    ]
    return StoreReport(whole, total, findings)


def check_artifact(folder: Path, *, quick: bool) -> tuple[int, list[str]]:
    """Look at one artifact.

    Args:
        folder: The artifact's folder, or what stands in the place of one.
        quick: Compare sizes alone.

    Returns:
        Bytes of its arrays and files, and a sentence for each thing that is wrong.
    """
    if not folder.is_dir() or not is_id(folder.name) or folder.parent.name != folder.name[:2]:
        return 0, ["This is no artifact, and does not belong into the store."]
    try:
        manifest = Manifest.model_validate_json((folder / "manifest.json").read_bytes())
        made = normalized_id(manifest.recipe)
    except FileNotFoundError:
        return 0, ["Its manifest is missing."]
    except (OSError, ValidationError, KeyError, TypeError, AttributeError, ValueError) as error:
        return 0, [f"Its manifest cannot be read ({type(error).__name__})."]
    problems = []
    if manifest.id != folder.name:
        problems.append(f"Its manifest is that of another artifact, {manifest.id}.")
    elif made != manifest.id:
        problems.append(f"Its recipe makes {made}: the manifest was changed.")
    files: dict[str, ArrayEntry | FileEntry] = {
        **{f"{name}.npy": entry for name, entry in manifest.arrays.items()},
        **manifest.files,
    }
    for name, entry in files.items():
        problems += _check_file(folder / name, entry, quick=quick)
    extra = {path.name for path in folder.iterdir()} - {*files, "manifest.json"}
    problems += [f"{name} is not in its manifest." for name in sorted(extra)]
    return sum(entry.bytes for entry in files.values()), problems


def _check_file(path: Path, entry: ArrayEntry | FileEntry, *, quick: bool) -> Iterator[str]:
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        yield f"{path.name} is missing."
        return
    if size != entry.bytes:
        yield f"{path.name} has {size:,} bytes instead of {entry.bytes:,}."
    elif not quick and checksum(path) != entry.sha256:
        yield f"{path.name} is not what was made: its checksum differs."
    elif isinstance(entry, ArrayEntry):
        yield from _check_header(path, entry)


def _check_header(path: Path, entry: ArrayEntry) -> Iterator[str]:
    try:
        mapped = np.lib.format.open_memmap(path, mode="r") if 0 not in entry.shape else None
    except (OSError, ValueError):
        yield f"{path.name} is no NumPy array."
        return
    if mapped is not None:
        found = (mapped.dtype.str, list(mapped.shape))
        if found != (entry.dtype, entry.shape):
            yield f"{path.name} is {found}, not {(entry.dtype, entry.shape)}."


def checksum(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _below(shelf: Path) -> list[Path]:
    return sorted(shelf.iterdir()) if shelf.is_dir() else [shelf]
