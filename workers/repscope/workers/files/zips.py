"""Reading a zip that came from anywhere: what is in it, told before anything is unpacked.

Nothing is ever written under a name of the archive. What could not come about by packing a folder
of pictures refuses the whole archive, in one sentence that names the member: names that lead out
of the archive, links, archives within, passwords, and members that unpack to far more than they
are. The directory is bounded before it is read, since all of it is held in memory.
"""

import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from repscope.core.errors import MethodFailed

#: Most entries, and bytes of the directory that lists them.
MOST_ENTRIES = 250_000
_MOST_DIRECTORY = 32 * 2**20
#: Bytes of one member, unpacked.
MOST_BYTES = 256 * 2**20
#: Bytes of all members together, unpacked.
_MOST_TOTAL = 200 * 2**30
#: How many times its packed size a member may have, and all of them; small ones are left alone.
_MOST_RATIO = 200
_SMALL_MEMBER, _SMALL_TOTAL = 16 * 2**20, 2**30
_LONGEST_NAME = 1000

_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_ENCRYPTED = 0x1 | 0x40
#: What file managers leave in every folder.
_CLUTTER = re.compile(r"(^|/)(\.[^/]*|__MACOSX|Thumbs\.db|desktop\.ini)(/|$)", re.IGNORECASE)
_ARCHIVE = re.compile(r"\.(zip|7z|rar|tar|tgz|gz|bz2|xz|zst|jar|cbz)$", re.IGNORECASE)
#: First bytes of zip, gzip, 7z, rar, bzip2 and xz.
_ARCHIVE_MAGIC = (
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"\x1f\x8b",
    b"7z\xbc\xaf\x27\x1c",
    b"Rar!\x1a\x07",
    b"BZh",
    b"\xfd7zXZ\x00",
)

#: What a damaged archive makes Python's reader raise.
_DAMAGES = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    struct.error,
    ValueError,
    RuntimeError,
    OSError,
)


class Refused(MethodFailed):
    """The archive as a whole is not taken."""


class Damaged(Exception):
    """One member cannot be unpacked."""


@dataclass(frozen=True)
class Member:
    """One file of an archive.

    Attributes:
        name: Its path with slashes, as people should read it.
        info: Its entry in the directory.
    """

    name: str
    info: zipfile.ZipInfo


class Archive:
    """A zip whose directory has been checked."""

    def __init__(self, archive: zipfile.ZipFile, members: list[Member]) -> None:
        """Wrap what `open` checked."""
        self._archive = archive
        self.members = members

    @classmethod
    @contextmanager
    def open(cls, path: Path, most_bytes: int = MOST_BYTES) -> Iterator[Self]:
        """Open a zip and check its directory.

        Args:
            path: The file.
            most_bytes: Bytes of one member, unpacked.

        Raises:
            Refused: It is none, or holds what nobody packs who means well.
        """
        with path.open("rb") as file:
            try:
                # Typed as a whole file, of which it needs four methods.
                bounded: Any = _BoundedFile(file)
                archive = zipfile.ZipFile(bounded)
            except _DAMAGES as error:
                raise Refused("This is no zip archive, or its end is missing.") from error
            with archive:
                yield cls(archive, _checked(archive.infolist(), most_bytes))

    def read(self, member: Member) -> bytes:
        """Unpack one member.

        Raises:
            Damaged: Its bytes cannot be unpacked, or are not those that were packed.
            Refused: It is an archive itself, whatever its name.
        """
        try:
            with self._archive.open(member.info) as file:
                # One more than it may have: then it lied about its size.
                data = file.read(min(member.info.file_size, MOST_BYTES) + 1)
        except _DAMAGES as error:
            raise Damaged(f"it cannot be unpacked ({_reason(error)})") from error
        if len(data) != member.info.file_size:
            raise Damaged("it has another size than the archive says")
        if data.startswith(_ARCHIVE_MAGIC):
            raise _nested(member.name)
        return data

    @contextmanager
    def reading(self, member: Member) -> Iterator[Callable[[int], bytes]]:
        """Unpack one member piece by piece: yields a function that returns so many bytes.

        Python's reader ends at the size that the archive says, and compares the checksum there.

        Raises:
            Refused: Its bytes cannot be unpacked, or are not those that were packed.
        """
        with ExitStack() as stack:

            def read(count: int) -> bytes:
                return file.read(count)

            with _refusing(member):
                file = stack.enter_context(self._archive.open(member.info))
            yield _refusing(member)(read)


@contextmanager
def _refusing(member: Member) -> Iterator[None]:
    """Turn what a damaged member makes Python's reader raise into a refusal."""
    try:
        yield
    except _DAMAGES as error:
        raise Refused(f"{_quoted(member.name)} cannot be unpacked ({_reason(error)}).") from error


class _BoundedFile:
    """A file that does not read more than a directory may have at once."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self.seek = file.seek
        self.tell = file.tell
        self.seekable = file.seekable

    def read(self, size: int = -1) -> bytes:
        if size > _MOST_DIRECTORY:
            raise Refused(f"The archive lists too many files; {MOST_ENTRIES:,} are taken.")
        data: bytes = self._file.read(_MOST_DIRECTORY if size < 0 else size)
        return data


def _checked(entries: list[zipfile.ZipInfo], most_bytes: int) -> list[Member]:
    """Check the directory.

    Returns:
        The files, without the clutter of file managers.

    Raises:
        Refused: Something in it is not right.
    """
    if len(entries) > MOST_ENTRIES:
        raise Refused(
            f"The archive holds {len(entries):,} entries; {MOST_ENTRIES:,} are taken at most."
        )
    members: dict[str, Member] = {}
    packed = unpacked = 0
    for info in entries:
        name = _safe_name(info)
        if info.is_dir() or name.endswith("/") or _CLUTTER.search(name):
            continue
        _check_member(name, info, most_bytes)
        if name in members:
            raise Refused(f"The archive holds {_quoted(name)} twice.")
        members[name] = Member(name, info)
        packed += info.compress_size
        unpacked += info.file_size
    ratio_is_bad = unpacked > _SMALL_TOTAL and unpacked > _MOST_RATIO * max(packed, 1)
    if ratio_is_bad or unpacked > _MOST_TOTAL:
        raise Refused(
            f"The archive would unpack from {packed:,} to {unpacked:,} bytes, which is more "
            "than is taken."
        )
    return list(members.values())


def _safe_name(info: zipfile.ZipInfo) -> str:
    # Some programs of Windows write backslashes.
    name = info.filename.replace("\\", "/")
    parts = name.split("/")
    if name.startswith("/") or ".." in parts or re.match(r"[A-Za-z]:", name):
        raise Refused(f"The archive holds {_quoted(name)}, a name that leads out of it.")
    if not name or len(name) > _LONGEST_NAME or any(c < " " or c == "\x7f" for c in name):
        raise Refused(f"The archive holds {_quoted(name)}, which is no name of a file.")
    return name


def _check_member(name: str, info: zipfile.ZipInfo, most_bytes: int) -> None:
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind == stat.S_IFLNK:
        raise Refused(f"The archive holds {_quoted(name)}, a link; pack the files themselves.")
    if kind not in (0, stat.S_IFREG):
        raise Refused(f"The archive holds {_quoted(name)}, which is no ordinary file.")
    if info.flag_bits & _ENCRYPTED:
        raise Refused(f"{_quoted(name)} is locked by a password; pack it without one.")
    if info.compress_type not in _METHODS:
        raise Refused(
            f"{_quoted(name)} is compressed in a way that is not read; use the usual (deflate)."
        )
    if _ARCHIVE.search(name):
        raise _nested(name)
    large = info.file_size > _SMALL_MEMBER
    if info.file_size > most_bytes or (
        large and info.file_size > _MOST_RATIO * max(info.compress_size, 1)
    ):
        raise Refused(
            f"{_quoted(name)} would unpack from {info.compress_size:,} to {info.file_size:,} "
            "bytes, which is more than is taken."
        )


def _nested(name: str) -> Refused:
    return Refused(
        f"The archive holds another archive, {_quoted(name)}; pack the files themselves."
    )


def _quoted(name: str) -> str:
    text = name if len(name) <= 120 else f"...{name[-117:]}"
    return repr(text)


def _reason(error: Exception) -> str:
    text = str(error).splitlines()[0] if str(error) else type(error).__name__
    return text if len(text) <= 100 else f"{text[:97]}..."
