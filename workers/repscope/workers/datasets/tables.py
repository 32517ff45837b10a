"""Tables beside images: `labels.csv` or `metadata.csv` with a line for each image.

The table's own words are kept; only three columns are looked for. The file's name is the column
whose fields are names of images, whole, as seen from the table's folder, or without folder and
ending. The class is the column that is called so; the split is the column of parts.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence

from repscope.workers.datasets.folders import split_named

#: Bytes, lines and columns of a table.
MOST_BYTES = 64 * 2**20
_MOST_LINES = 500_000
_MOST_COLUMNS = 100
_LONGEST_FIELD = 100_000

_TABLE = re.compile(r"(labels?|metadata|annotations?)\.(csv|tsv)", re.IGNORECASE)
_CLASS = {"label", "labels", "class", "classes", "class_name", "category", "target"}
_SPLIT = {"split", "splits", "set", "subset", "partition"}
#: Share of a column's fields that have to be names of images.
_NAMED = 0.5


class Unusable(Exception):
    """A table cannot be read, or names none of the images."""


class Tables:
    """What tables say of images; where two speak of one image, the first that was added is heard.

    Attributes:
        titles: Of all columns but the file's name, as the tables have them.
    """

    def __init__(self, images: Sequence[str]) -> None:
        """Begin with none.

        Args:
            images: Paths of the images.
        """
        self.titles: list[str] = []
        self._images = images
        self._fields: dict[str, dict[str, str]] = {}

    def add(self, path: str, data: bytes) -> None:
        """Read a table.

        Raises:
            Unusable: Why it cannot be.
        """
        header, lines = _lines(data)
        files = _Files(path, self._images)
        place = _file_column(header, lines, files)
        self.titles += [t for i, t in enumerate(header) if i != place and t not in self.titles]
        for line in lines:
            image = files.find(line[place])
            if image is not None and image not in self._fields:
                self._fields[image] = dict(zip(header, line, strict=True))

    def column(self, title: str, images: Sequence[str]) -> list[str]:
        """Return the field of each of some images, empty where there is none."""
        return [self._fields.get(image, {}).get(title, "").strip() for image in images]

    @property
    def label(self) -> str | None:
        """Title of the column that holds the class."""
        return _called(self.titles, _CLASS)

    @property
    def split(self) -> str | None:
        """Title of the column that holds the split: all its fields are known parts."""
        title = _called(self.titles, _SPLIT)
        values = {each for each in self.column(title, self._images) if each} if title else set()
        return title if values and all(split_named(each) for each in values) else None


def table_files(names: Iterable[str]) -> list[str]:
    """Return the paths that are tables by their names, those that lie highest first."""
    found = [name for name in names if _TABLE.fullmatch(name.rsplit("/", 1)[-1])]
    return sorted(found, key=lambda name: (name.count("/"), name))


class _Files:
    """Finds the image that a field of a table means."""

    def __init__(self, table: str, images: Sequence[str]) -> None:
        self._folder = table.rpartition("/")[0]
        self._exact = set(images)
        self._short: dict[str, str | None] = {}
        for image in images:
            base = image.rsplit("/", 1)[-1]
            for key in {base, base.rpartition(".")[0] or base}:
                # Two images of one name cannot be told apart by it.
                self._short[key] = None if key in self._short else image

    def find(self, text: str) -> str | None:
        """Return the path of the image, or nothing."""
        name = text.strip().replace("\\", "/").removeprefix("./")
        for candidate in (f"{self._folder}/{name}" if self._folder else name, name):
            if candidate in self._exact:
                return candidate
        return self._short.get(name.rsplit("/", 1)[-1])


def _lines(data: bytes) -> tuple[list[str], list[list[str]]]:
    """Return the header and the lines, all of one length."""
    text = data.decode("utf-8-sig", errors="replace")
    mark = max((",", "\t", ";"), key=text.partition("\n")[0].count)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
        header = [title.strip() for title in next(reader, [])]
        lines: list[list[str]] = []
        for line in reader:
            if not any(line):
                continue
            if max(map(len, line)) > _LONGEST_FIELD or len(lines) >= _MOST_LINES:
                raise Unusable("it is larger than a table of images is")
            lines.append((line + [""] * len(header))[: len(header)])
    except csv.Error as error:
        raise Unusable(f"it cannot be read as a table ({error})") from error
    if not header or len(header) > _MOST_COLUMNS:
        raise Unusable(f"it has {len(header)} columns, and 1 to {_MOST_COLUMNS} are read")
    return _unlike(header), lines


def _unlike(header: list[str]) -> list[str]:
    """Give every column a title of its own."""
    seen: dict[str, int] = {}
    titles = []
    for index, title in enumerate(header):
        title = title[:100] or f"column {index + 1}"
        seen[title] = seen.get(title, 0) + 1
        titles.append(title if seen[title] == 1 else f"{title} ({seen[title]})")
    return titles


def _file_column(header: list[str], lines: list[list[str]], files: _Files) -> int:
    """Return the number of the column that names images."""
    sample = lines[:: max(1, len(lines) // 2000)]
    hits = [
        sum(files.find(line[place]) is not None for line in sample) for place in range(len(header))
    ]
    best = max(range(len(header)), key=lambda place: hits[place])
    if not sample or hits[best] < max(1, _NAMED * len(sample)):
        raise Unusable("none of its columns holds the names of the images")
    return best


def _called(titles: list[str], names: set[str]) -> str | None:
    return next((title for title in titles if title.lower().replace(" ", "_") in names), None)
