"""The arrays of a `.npz` archive, through the bounded reader of zips."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from numpy.typing import NDArray

from repscope.workers.files.arrays import MOST_BYTES, Broken, Layout, Tell, unpacked
from repscope.workers.files.npy import npy_layout
from repscope.workers.files.zips import Archive, Member

_ENDING = ".npy"
MOST_ARRAYS = 1000


class Npz:
    """A `.npz` archive whose arrays are known by their headers and unpacked when asked for."""

    def __init__(self, archive: Archive, name: str) -> None:
        """Read the headers of what `open` opened."""
        self._archive = archive
        self._members = {
            member.name.removesuffix(_ENDING): member
            for member in archive.members
            if member.name.endswith(_ENDING)
        }
        if not 1 <= len(self._members) <= MOST_ARRAYS:
            raise Broken(
                f"{name} holds {len(self._members):,} arrays; 1 to {MOST_ARRAYS:,} are read."
            )
        #: What each array is, by its name.
        self.layouts = {key: self._layout(key, member) for key, member in self._members.items()}

    @classmethod
    @contextmanager
    def open(cls, path: Path, name: str) -> Iterator[Self]:
        """Open a file.

        Args:
            path: The file.
            name: What it is called in a sentence.

        Raises:
            Refused: It is no zip, or a hostile one.
            Broken: It holds no arrays, or a header is none.
        """
        with Archive.open(path, most_bytes=MOST_BYTES) as archive:
            yield cls(archive, name)

    def read(self, key: str, place: Path, tell: Tell) -> NDArray[Any]:
        """Unpack one array onto the disk and map it.

        Args:
            key: Its name.
            place: Where a scratch file may lie.
            tell: Told of progress.

        Raises:
            Broken: Its bytes are damaged, or others than its header asks for.
        """
        layout, label = self.layouts[key], _label(key)
        with self._archive.reading(self._members[key]) as read:
            read(layout.offset)  # the header, again
            return unpacked(read, layout, place, label, tell)

    def _layout(self, key: str, member: Member) -> Layout:
        label = _label(key)
        with self._archive.reading(member) as read:
            layout = npy_layout(read, label)
        if member.info.file_size != layout.offset + layout.nbytes:
            raise Broken(
                f"{label} asks for {layout.nbytes:,} bytes by its header, and "
                f"{max(0, member.info.file_size - layout.offset):,} are there."
            )
        return layout


def _label(key: str) -> str:
    return f"The array {key[:100]!r}"
