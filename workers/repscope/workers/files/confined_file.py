"""A stranger's file that a confined process reads, piece by piece."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar, Self

from repscope.workers.files.arrays import Broken
from repscope.workers.files.confined import Confined, Overtaxed


class ConfinedFile:
    """An open file, in a child."""

    #: The module that reads it; see `Confined`.
    program: ClassVar[str]
    #: Seconds for one piece.
    patience: ClassVar[float]
    #: What of memory and time is enough, as the end of a sentence.
    enough: ClassVar[str]

    def __init__(self, child: Confined, path: Path, name: str) -> None:
        """Ask what is in the file that `open` opened."""
        self._child = child
        self._name = name

    @classmethod
    @contextmanager
    def open(cls, path: Path, name: str) -> Iterator[Self]:
        """Open a file.

        Args:
            path: The file.
            name: What it is called in a sentence.

        Raises:
            Broken: It is not of this format, or a hostile one.
        """
        with path.open("rb") as file:
            descriptor = file.fileno()
            words = [str(descriptor)]
            with Confined(
                cls.program, patience=cls.patience, arguments=words, keep=[descriptor]
            ) as child:
                yield cls(child, path, name)

    def _ask(self, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        """Return what the child answers, as JSON and bytes.

        Raises:
            Broken: It cannot be read, or takes too much.
        """
        try:
            said, raw = self._child.ask(request)
        except Overtaxed:
            raise Broken(f"{self._name} took more memory or time than {self.enough}.") from None
        if "broken" in said:
            raise Broken(f"{self._name} {said['broken']}.")
        return said, raw
