"""What people brought: files under the SHA-256 of their bytes.

    uploads/
        ab/ab34...              one upload, never changed
        .staging/...            bytes that arrive right now

A recipe names an upload by its checksum, so the same file sent twice is one, and a recipe that
names it means the same on every server. The bytes are hashed as they arrive, flushed to the disk
and renamed into place: a reader finds a whole upload or none. Whoever sends holds a lock on its
staging file; one that nobody holds is left from a crash and is swept.
"""

import contextlib
import fcntl
import hashlib
import os
import re
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from repscope.core.durable import sync_folder
from repscope.core.errors import InvalidUpload, NotFound, StorageFull, TooLarge
from repscope.core.recipes import ingredients
from repscope.core.space import in_words, is_full, require_space

#: SHA-256, as 64 hexadecimal digits.
DIGEST_PATTERN = "^[0-9a-f]{64}$"
#: `format` of a parameter that names an upload, in a method's schema.
UPLOAD_FORMAT = "upload"

_DIGEST = re.compile("[0-9a-f]{64}")
#: Bytes between two looks at the room on the disk.
_LOOK = 64 * 2**20
#: Seconds after which a staging file must be locked by whoever writes it.
_UNLOCKED = 60.0


@dataclass(frozen=True)
class Upload:
    """A file that somebody brought."""

    sha256: str
    bytes: int


class UploadStore:
    """All uploads of one data folder."""

    def __init__(self, root: Path) -> None:
        """Open the store at `root`, which is made when the first upload comes."""
        self.root = root
        self._staging = root / ".staging"

    def path(self, sha256: str) -> Path:
        """Return where an upload lies.

        Raises:
            NotFound: It is not there.
        """
        path = self._place(sha256)
        if path is None or not path.is_file():
            raise NotFound(f"There is no upload {sha256[:64]!r}; send its file first.")
        return path

    def find(self, sha256: str) -> Upload | None:
        """Return an upload, if it is there, and let it count as wanted again."""
        with contextlib.suppress(NotFound, FileNotFoundError):
            path = self.path(sha256)
            size = path.stat().st_size
            with contextlib.suppress(PermissionError):  # of a store that is only read here
                os.utime(path)
            return Upload(sha256, size)
        return None

    def receive(self, *, limit: int, floor: int, expected_bytes: int = 0) -> "Incoming":
        """Begin an upload; use it as a context manager.

        Args:
            limit: Most bytes that it may have.
            floor: Bytes of the disk that stay free.
            expected_bytes: As many as were announced.

        Raises:
            TooLarge: More were announced than it may have.
            StorageFull: There is no room for it.
        """
        if expected_bytes > limit:
            raise _too_large(limit)
        self._staging.mkdir(parents=True, exist_ok=True)
        self.sweep()
        require_space(self.root, floor + expected_bytes)
        return Incoming(self, self._staging / uuid.uuid4().hex, limit, floor)

    def adopt(self, staged: Path, sha256: str) -> Upload:
        """Move a complete file to its place."""
        size = staged.stat().st_size
        target = self.root / sha256[:2] / sha256
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(staged, target)  # equal to what may lie there already
        sync_folder(target.parent)
        return Upload(sha256, size)

    def remove(self, sha256: str) -> None:
        """Remove an upload; nothing happens when it is not there."""
        path = self._place(sha256)
        if path is not None:
            path.unlink(missing_ok=True)

    def stale(self, grace: float = _UNLOCKED) -> list[Path]:
        """Return the staging files that a crash left.

        Args:
            grace: Seconds in which whoever begins one may still be about to lock it.
        """
        return [path for path in self._staged() if _is_left(path, grace)]

    def sweep(self, grace: float = _UNLOCKED) -> None:
        """Remove them; without grace when nobody else receives."""
        for path in self.stale(grace):
            path.unlink(missing_ok=True)

    def __iter__(self) -> Iterator[Upload]:
        """Iterate over all uploads, in order of their checksums."""
        for path in sorted(self.root.glob("[0-9a-f][0-9a-f]/*")):
            if self._place(path.name) == path and path.is_file():
                yield Upload(path.name, path.stat().st_size)

    def _staged(self) -> list[Path]:
        return sorted(self._staging.iterdir()) if self._staging.is_dir() else []

    def _place(self, sha256: str) -> Path | None:
        return self.root / sha256[:2] / sha256 if _DIGEST.fullmatch(sha256) else None


class Incoming:
    """An upload whose bytes arrive; what is not kept by the end of the `with` block goes."""

    def __init__(self, store: UploadStore, path: Path, limit: int, floor: int) -> None:
        """Open a staging file."""
        self._store = store
        self._path = path
        self._limit = limit
        self._floor = floor
        self._digest = hashlib.sha256()
        self._size = 0
        self._next_look = _LOOK
        self._file = path.open("xb", buffering=0)
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def __enter__(self) -> "Incoming":
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Remove what was not kept."""
        self._file.close()
        self._path.unlink(missing_ok=True)

    @property
    def size(self) -> int:
        """Bytes that have arrived."""
        return self._size

    def write(self, data: bytes) -> None:
        """Take the next bytes.

        Raises:
            TooLarge: They are too many.
            StorageFull: There is no room for them.
        """
        self._size += len(data)
        if self._size > self._limit:
            raise _too_large(self._limit)
        if self._size >= self._next_look:
            require_space(self._store.root, self._floor)
            self._next_look = self._size + _LOOK
        self._digest.update(data)
        with _told_when_full():
            view = memoryview(data)
            while view:
                view = view[self._file.write(view) :]

    def keep(self, expected: str | None = None) -> Upload:
        """Put it in its place.

        Args:
            expected: SHA-256 that the bytes are to have.

        Raises:
            InvalidUpload: They have another, or there are none.
            StorageFull: There is no room.
        """
        found = self._digest.hexdigest()
        if self._size == 0:
            raise InvalidUpload("The upload is empty; send the bytes of a file.")
        if expected is not None and expected != found:
            raise InvalidUpload(
                f"The bytes that arrived have the SHA-256 {found}, not the expected one; "
                "send the file again.",
                field="sha256",
            )
        with _told_when_full():
            os.fsync(self._file.fileno())
            return self._store.adopt(self._path, found)


def named_uploads(recipe: dict[str, Any]) -> set[str]:
    """Return every checksum that the parameters of a normalized nested recipe hold."""
    return {found for _, each in ingredients(recipe) for found in digests_in(each["params"])}


def digests_in(params: dict[str, Any]) -> set[str]:
    """Return every checksum that parameters hold."""
    return {
        value for value in params.values() if isinstance(value, str) and _DIGEST.fullmatch(value)
    }


def _is_left(path: Path, grace: float) -> bool:
    """Tell whether nobody writes to a staging file any longer."""
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return path.stat().st_mtime <= time.time() - grace
    except (BlockingIOError, FileNotFoundError):
        return False


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"An upload may have at most {in_words(limit)} (REPSCOPE_MAX_UPLOAD).")


@contextlib.contextmanager
def _told_when_full() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if not is_full(error):
            raise
        raise StorageFull("The disk is full; nothing of this upload was kept.") from error
