"""The store: immutable folders, one an artifact, whole or absent.

    artifacts/
        3f/3f9a.../manifest.json, points.npy, weights.safetensors
        .staging/3f9a...-<random>/

An artifact is staged beside its place, flushed to the disk and renamed, so a crash leaves either
all of it or nothing.
"""

import hashlib
import math
import os
import re
import shutil
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from repscope.core.durable import sync_folder, write_through
from repscope.core.errors import NotFound
from repscope.core.manifest import ArrayEntry, FileEntry, Manifest
from repscope.core.recipes import is_id
from repscope.core.space import reserve

_ARRAY_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
#: Staging folders older than this belong to nobody.
_STALE_SECONDS = 24 * 3600.0


class Artifact:
    """A finished artifact, read-only."""

    def __init__(self, path: Path, manifest: Manifest) -> None:
        """Wrap a folder of the store."""
        self.path = path
        self.manifest = manifest

    @property
    def id(self) -> str:
        """The recipe's id."""
        return self.manifest.id

    @property
    def kind(self) -> str:
        """What it is: dataset, encoder, embedding, ..."""
        return self.manifest.kind

    @property
    def recipe(self) -> dict[str, Any]:
        """The whole nested recipe."""
        return self.manifest.recipe

    @property
    def meta(self) -> dict[str, Any]:
        """What the method says of its result."""
        return self.manifest.meta

    @property
    def metrics(self) -> dict[str, float]:
        """Numbers that the method measured."""
        return self.manifest.metrics

    @property
    def array_names(self) -> list[str]:
        """Names of all arrays."""
        return list(self.manifest.arrays)

    def array(self, name: str) -> NDArray[Any]:
        """Map one array into memory, read-only.

        Raises:
            NotFound: The artifact has no such array, and the message names those it has; or it has
                been deleted since it was opened.
        """
        entry = self.manifest.arrays.get(name)
        if entry is None:
            raise NotFound(
                f"This {self.kind} has no array '{name}'; it has {', '.join(self.array_names)}."
            )
        dtype, shape = np.dtype(entry.dtype), tuple(entry.shape)
        # An empty array cannot be mapped.
        if 0 in shape:
            return np.empty(shape, dtype)
        # NumPy would parse the file's header as Python code, which is slow, and which in threads
        # fails now and then (https://github.com/python/cpython/issues/106905). The manifest knows
        # it all: the values are the last bytes of the file.
        start = entry.bytes - math.prod(shape) * dtype.itemsize
        try:
            return np.memmap(self.path / f"{name}.npy", dtype, "r", start, shape)
        except FileNotFoundError:
            raise NotFound(f"This {self.kind} has just been deleted.") from None

    def file(self, name: str) -> Path:
        """Return the path of an array's `.npy` file or of another file.

        Raises:
            NotFound: The artifact has no such file.
        """
        stem = name.removesuffix(".npy")
        if name in self.manifest.files or (name != stem and stem in self.manifest.arrays):
            return self.path / name
        raise NotFound(f"This {self.kind} has no file '{name}'.")


class Staging:
    """A folder in which an artifact is made."""

    def __init__(self, store: "ArtifactStore", artifact_id: str, path: Path) -> None:
        """Wrap a fresh folder of the store."""
        self._store = store
        self._id = artifact_id
        self._arrays: dict[str, tuple[str, list[int]]] = {}
        self._files: list[str] = []
        self.folder = path

    def array(self, name: str, shape: tuple[int, ...], dtype: DTypeLike) -> NDArray[Any]:
        """Create an array on disk that is filled piece by piece."""
        kind = np.dtype(dtype).newbyteorder("<")
        path = self._array_path(name, kind, shape)
        if 0 in shape:
            empty = np.empty(shape, kind)
            np.save(path, empty, allow_pickle=False)
            return empty
        mapped = np.lib.format.open_memmap(path, mode="w+", dtype=kind, shape=shape)
        reserve(path, path.stat().st_size)
        return mapped

    def write(self, name: str, values: NDArray[Any]) -> None:
        """Write a whole array, little-endian and in row-major order."""
        plain = np.asarray(values, dtype=values.dtype.newbyteorder("<"), order="C")
        np.save(self._array_path(name, plain.dtype, plain.shape), plain, allow_pickle=False)

    def path(self, filename: str) -> Path:
        """Return where to write another file, such as `weights.safetensors`."""
        if filename not in self._files:
            self._files.append(filename)
        return self.folder / filename

    def publish(
        self,
        recipe: dict[str, Any],
        *,
        meta: dict[str, Any] | None = None,
        metrics: dict[str, float] | None = None,
        seconds: float = 0.0,
        libraries: dict[str, str] | None = None,
    ) -> Artifact:
        """Flush everything to the disk and put it in its place, at once.

        Another process may have published the same recipe meanwhile; then this copy goes.
        """
        manifest = Manifest(
            id=self._id,
            kind=recipe["kind"],
            method=recipe["method"],
            version=recipe["version"],
            recipe=recipe,
            arrays={
                name: ArrayEntry(dtype=dtype, shape=shape, **_measure(self.folder / f"{name}.npy"))
                for name, (dtype, shape) in self._arrays.items()
            },
            files={name: FileEntry(**_measure(self.folder / name)) for name in self._files},
            meta=meta or {},
            metrics=metrics or {},
            seconds=seconds,
            libraries=libraries or {},
            created=time.time(),
        )
        text = manifest.model_dump_json(indent=1)
        write_through(self.folder / "manifest.json", text.encode())
        sync_folder(self.folder)
        return self._store.adopt(self._id, self.folder)

    def discard(self) -> None:
        """Throw everything away."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _array_path(self, name: str, dtype: np.dtype[Any], shape: tuple[int, ...]) -> Path:
        if not _ARRAY_NAME.fullmatch(name):
            raise ValueError(f"an array cannot be named {name!r}")
        self._arrays[name] = (dtype.str, [int(length) for length in shape])
        return self.folder / f"{name}.npy"


class ArtifactStore:
    """All artifacts of one data folder."""

    def __init__(self, root: Path) -> None:
        """Open the store at `root`, which is made when absent."""
        self.root = root
        self._staging = root / ".staging"
        self._staging.mkdir(parents=True, exist_ok=True)

    def exists(self, artifact_id: str) -> bool:
        """Tell whether the whole artifact is there."""
        return is_id(artifact_id) and (self._folder(artifact_id) / "manifest.json").is_file()

    def open(self, artifact_id: str) -> Artifact:
        """Open one artifact.

        Raises:
            NotFound: It is not there.
        """
        path = self._folder(artifact_id) if is_id(artifact_id) else None
        try:
            if path is None:
                raise FileNotFoundError
            text = (path / "manifest.json").read_bytes()
        except FileNotFoundError:
            raise NotFound(f"There is no artifact '{artifact_id}'.") from None
        return Artifact(path, Manifest.model_validate_json(text))

    def stage(self, artifact_id: str) -> Staging:
        """Begin a new artifact."""
        if not is_id(artifact_id):
            raise ValueError(f"{artifact_id!r} is not an artifact's id")
        path = self._staging / f"{artifact_id}-{uuid.uuid4().hex[:8]}"
        path.mkdir()
        return Staging(self, artifact_id, path)

    def adopt(self, artifact_id: str, staged: Path) -> Artifact:
        """Move a complete staged folder to its place; the first to arrive wins."""
        target = self._folder(artifact_id)
        target.parent.mkdir(exist_ok=True)
        try:
            os.rename(staged, target)
        except OSError:
            if not self.exists(artifact_id):
                raise
            shutil.rmtree(staged, ignore_errors=True)
        sync_folder(target.parent)
        return self.open(artifact_id)

    def delete(self, artifact_id: str) -> None:
        """Remove one artifact's bytes; it leaves its place at once."""
        shutil.rmtree(self.withdraw(artifact_id), ignore_errors=True)

    def withdraw(self, artifact_id: str) -> Path:
        """Take one artifact from its place, at once; returns the folder that is to be removed.

        Raises:
            NotFound: It is not there.
        """
        if not self.exists(artifact_id):
            raise NotFound(f"There is no artifact '{artifact_id}'.")
        gone = self._staging / f"{artifact_id}-deleted-{uuid.uuid4().hex[:8]}"
        os.rename(self._folder(artifact_id), gone)
        return gone

    def __iter__(self) -> Iterator[Artifact]:
        """Iterate over all artifacts, in no order."""
        for shelf in sorted(self.root.glob("[0-9a-f][0-9a-f]")):
            for path in shelf.iterdir():
                if self.exists(path.name):
                    yield self.open(path.name)

    def sweep(self) -> int:
        """Remove staging folders that a crash left; returns how many."""
        stale = self.stale()
        for path in stale:
            shutil.rmtree(path, ignore_errors=True)
        return len(stale)

    def stale(self) -> list[Path]:
        """Return the staging folders that a crash left: nobody has written there for a day."""
        limit = time.time() - _STALE_SECONDS
        return sorted(p for p in self._staging.iterdir() if p.stat().st_mtime < limit)

    def _folder(self, artifact_id: str) -> Path:
        return self.root / artifact_id[:2] / artifact_id


def _measure(path: Path) -> dict[str, Any]:
    """Flush one file to the disk; return its size and checksum."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
        digest = hashlib.file_digest(file, "sha256")
    return {"bytes": path.stat().st_size, "sha256": digest.hexdigest()}
