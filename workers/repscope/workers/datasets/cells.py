"""Image files in the cells of a table: surveyed first, then decoded by all cores, in order."""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from repscope.core.errors import MethodFailed
from repscope.workers.context import Context
from repscope.workers.datasets.decoder import Decoder
from repscope.workers.datasets.decoders import Decoders
from repscope.workers.datasets.importing import Left
from repscope.workers.datasets.mixed import MixedSizes
from repscope.workers.datasets.pictures import Header, Hostile, Unreadable, with_channels
from repscope.workers.files.arrays import MOST_BYTES, Broken, scratch
from repscope.workers.files.parquet import Field, Parquet

#: Images of one size are kept as they are up to this side; of others the longest side is bounded.
LARGEST_KEPT = 512
#: Rows of a batch: each holds a whole image file.
_ROWS = 32
_SURVEY = 0.15

Outcome = TypeVar("Outcome")
Row = tuple[int, bytes]


class Cells:
    """A column of image files."""

    def __init__(self, file: Parquet, field: Field) -> None:
        """Name a column of an open file."""
        self._file = file
        self._field = field
        self.count = file.rows

    def __iter__(self) -> Iterator[Row]:
        """Iterate over rows and their bytes, empty where nothing is."""
        row = 0
        for batch in self._file.read([self._field], _ROWS):
            for data in batch[self._field.name]:
                yield row, bytes(data)  # type: ignore[arg-type]  # this column holds bytes
                row += 1


class Taken:
    """The images that could be read, as arrays of a dataset.

    Attributes:
        rows: Their rows in the table.
        shape: (count, height, width, channels), the largest height and width of mixed sizes.
        arrays: As `repscope.core.images` reads them.
    """

    def __init__(
        self, rows: list[int], shape: tuple[int, ...], arrays: dict[str, NDArray[Any]]
    ) -> None:
        """Collect them."""
        self.rows = np.array(rows, np.int64)
        self.shape = shape
        self.arrays = arrays


class Pictures(Decoders):
    """Decodes a column of image files; use it as a context manager."""

    def __init__(self, cells: Cells, context: Context, left: Left) -> None:
        """Start nothing yet."""
        super().__init__()
        self._cells = cells
        self._context = context
        self._left = left

    def take(self, size: int | None) -> Taken:
        """Decode all images.

        Args:
            size: Side of the square that is cut out; nothing keeps each image's own proportions.

        Raises:
            MethodFailed: No image can be read.
            Broken: One is made to do harm.
        """
        found: dict[int, Header] = {}
        for row, header in self._each(Decoder.header):
            self._tell(0.0, _SURVEY, row, "looked at {:,} of {:,} rows")
            if isinstance(header, Header):
                found[row] = header
            else:
                self._leave_out(row, header)
        if not found:
            raise MethodFailed(self._nothing())
        sizes = {(each.height, each.width) for each in found.values()}
        if size is None and (len(sizes) > 1 or max(*next(iter(sizes))) > LARGEST_KEPT):
            return self._kept(found)
        return self._fitted(found, (size, size) if size else sizes.pop(), size)

    def _kept(self, found: dict[int, Header]) -> Taken:
        mixed = MixedSizes(self._context)
        rows = []
        for row, image in self._each(lambda decoder, data: decoder.kept(data, LARGEST_KEPT), found):
            self._tell(_SURVEY, 0.95, row, "{:,} of {:,} images")
            if isinstance(image, str):
                self._leave_out(row, image)
                continue
            mixed.add(image.data, image.height, image.width, gray=image.gray)
            rows.append(row)
        if not rows:
            raise MethodFailed(self._nothing())
        return Taken(rows, mixed.shape, mixed.arrays())

    def _fitted(self, found: dict[int, Header], size: tuple[int, int], fit: int | None) -> Taken:
        channels = 1 if all(each.gray for each in found.values()) else 3
        if len(found) * size[0] * size[1] * channels > MOST_BYTES:
            raise MethodFailed(f"{len(found):,} such images do not fit into 64 GiB.")
        place = self._context.work / "images.npy"
        whole = scratch(place, (len(found), *size, channels))
        rows: list[int] = []
        for row, image in self._each(lambda decoder, data: decoder.pixels(data, fit), found):
            self._tell(_SURVEY, 0.95, row, "{:,} of {:,} images")
            if isinstance(image, str):
                self._leave_out(row, image)
            elif image.shape[:2] != size:
                self._leave_out(row, "it has another size than it says")
            else:
                whole[len(rows)] = with_channels(image, channels)
                rows.append(row)
        if not rows:
            raise MethodFailed(self._nothing())
        images = self._context.array("images", (len(rows), *size, channels), "uint8")
        images[:] = whole[: len(rows)]
        return Taken(rows, images.shape, {"images": images})

    def _each(
        self,
        do: Callable[[Decoder, bytes], Outcome],
        among: dict[int, Header] | None = None,
    ) -> Iterator[tuple[int, Outcome | str]]:
        """Do something with the image of each row, in order; a text says why it cannot be read."""

        def one(item: Row) -> tuple[int, Outcome | str]:
            row, data = item
            try:
                with self.idle() as decoder:
                    return row, do(decoder, data)
            except Unreadable as error:
                return row, str(error)
            except Hostile as error:
                raise Broken(
                    f"The file is refused because of the image in row {row:,}: {error}."
                ) from error

        items = (item for item in self._cells if among is None or item[0] in among)
        return self.in_order(one, items)

    def _leave_out(self, row: int, why: str) -> None:
        self._left.add(f"row {row}", why)

    def _tell(self, start: float, end: float, row: int, words: str) -> None:
        count = self._cells.count
        self._context.progress(start + (end - start) * row / count, words.format(row, count))

    def _nothing(self) -> str:
        if not self._left.listed:
            return "The file has no rows."
        first = self._left.listed[0]
        return f"The file holds no image that can be read: {first['name']}: {first['why']}."
