"""Reading the images of an archive: all cores decode, rows stay in order, memory is bounded."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from repscope.workers.context import Context
from repscope.workers.datasets.decoder import Decoder
from repscope.workers.datasets.decoders import Decoders
from repscope.workers.datasets.pictures import Header, Hostile, Kept, Unreadable
from repscope.workers.files.zips import Archive, Damaged, Member, Refused

Outcome = TypeVar("Outcome")
_LISTED = 100


@dataclass(frozen=True)
class Why:
    """Why a member is no image here.

    Attributes:
        text: In words.
        foreign: It may never have been meant as an image.
    """

    text: str
    foreign: bool = False


class Left:
    """What is left out, and why."""

    def __init__(self, context: Context) -> None:
        """Say it in the job's log."""
        self._context = context
        self.count = 0
        self.listed: list[dict[str, str]] = []

    def add(self, name: str, why: str) -> None:
        """Leave a file out."""
        self.count += 1
        if self.count <= _LISTED:
            self.listed.append({"name": name, "why": why})
            self._context.log(f"{name} is left out: {why}.")
        elif self.count == _LISTED + 1:
            self._context.log("More files are left out; their number is told at the end.")


class Importer(Decoders):
    """Decodes members of an archive on all cores; use it as a context manager."""

    def __init__(self, archive: Archive) -> None:
        """Start nothing yet.

        Args:
            archive: Where the members are.
        """
        super().__init__()
        self._archive = archive

    def headers(self, members: Sequence[Member]) -> Iterator[tuple[Member, Header | Why]]:
        """Read what each member says of itself; see `pictures.header`."""
        return self._each(members, lambda decoder, data: decoder.header(data))

    def pixels(
        self, members: Sequence[Member], size: int | None
    ) -> Iterator[tuple[Member, NDArray[np.uint8] | Why]]:
        """Decode each member; see `pictures.pixels`."""
        return self._each(members, lambda decoder, data: decoder.pixels(data, size))

    def kept(self, members: Sequence[Member], longest: int) -> Iterator[tuple[Member, Kept | Why]]:
        """Decode each member and write it anew; see `pictures.kept`."""
        return self._each(members, lambda decoder, data: decoder.kept(data, longest))

    def _each(
        self, members: Sequence[Member], do: Callable[[Decoder, bytes], Outcome]
    ) -> Iterator[tuple[Member, Outcome | Why]]:
        """Do something with the bytes of each member, in order.

        Raises:
            Refused: A member is made to do harm; the archive is refused for it.
        """

        def one(member: Member) -> tuple[Member, Outcome | Why]:
            try:
                data = self._archive.read(member)
            except Damaged as error:
                return member, Why(str(error))
            try:
                with self.idle() as decoder:
                    return member, do(decoder, data)
            except Unreadable as error:
                return member, Why(str(error), foreign=True)
            except Hostile as error:
                raise Refused(
                    f"The archive is refused because of {member.name!r}: {error}."
                ) from error

        return self.in_order(one, members)
