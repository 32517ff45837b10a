"""The sprite atlas: all images of a dataset, small, on a few large pages."""

import io
import math
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pydantic import Field

from repscope.core.atlas import PART_PAGES, WHOLE_ROWS, pages_of
from repscope.core.catalogue import Input
from repscope.core.errors import InvalidRecipe, MethodFailed
from repscope.core.images import Images, as_array, as_picture, images_of
from repscope.workers.context import Context, Readable, Result
from repscope.workers.registry import MethodParams, register

#: Every graphics card takes textures of this size.
PAGE_LIMIT = 2048
LARGEST = 64
#: Smaller images are enlarged by a whole factor to at least this, so that their pixels stay sharp.
SMALLEST = 32
QUALITY = 85
#: Middle gray: the ground around an image that is not square, on a light and on a dark page.
GROUND = 128
THREADS = 4


class Params(MethodParams):
    """Size of the sprites, and which of them."""

    size: int | None = Field(
        None,
        ge=8,
        le=256,
        description="side of a sprite in pixels; empty for the image's own, 32 to 64",
    )
    part: int = Field(
        0,
        ge=0,
        le=100_000,
        description=f"above {WHOLE_ROWS:,} images, which {PART_PAGES} pages to make; up to that "
        "there is one part",
    )


@dataclass(frozen=True)
class Layout:
    """How sprites lie on pages, row by row.

    Attributes:
        size: Side of a sprite in pixels.
        columns: Sprites side by side on a page.
        rows: Rows of sprites on a page.
        pages: Number of pages.
    """

    size: int
    columns: int
    rows: int
    pages: int

    @classmethod
    def of(cls, count: int, size: int) -> "Layout":
        """Fill pages of at most 2048 pixels a side; a single page is no larger than needed."""
        limit = PAGE_LIMIT // size
        columns = min(limit, math.ceil(math.sqrt(count)))
        rows = min(limit, math.ceil(count / columns))
        return cls(size, columns, rows, math.ceil(count / (columns * rows)))


@register(
    "atlas",
    "sprites",
    version=2,
    title="Sprites",
    params=Params,
    inputs=[Input(name="dataset", kind="dataset", description="the images")],
    output="sprites",
    cost={"constant": 0.1, "rows": 1e-5, "rows*pixels": 6e-9},
)
def sprites(context: Context, params: Params, dataset: Readable) -> Result:
    """Shrink all images onto a few pages, so that a view can draw thousands of them at once.

    Image i is sprite i, counted from the left and from the top, page after page. An image that is
    not square is fitted into its sprite, with gray on both sides; where sizes are mixed, each is
    scaled to fill its sprite. Pages are JPEG files of quality 85 without color subsampling, laid
    end to end: the bytes `offsets[i]` to `offsets[i + 1]` of `pages` are page `first_page` + i.
    """
    images = images_of(dataset)
    count = len(images)
    if count == 0:
        raise MethodFailed("The dataset has no images.")
    layout = Layout.of(count, params.size or _automatic(*images.largest))
    numbers = pages_of(params.part, layout.pages, count)
    if not numbers:
        raise InvalidRecipe(
            f"There is no part {params.part}: the atlas of this dataset has {layout.pages} pages.",
            field="params.part",
        )
    offsets = np.zeros(len(numbers) + 1, np.int64)
    scratch = context.work / "pages"
    with scratch.open("wb") as file:
        for done, data in enumerate(_pages(images, layout, numbers)):
            context.progress(done / len(numbers), f"page {done + 1} of {len(numbers)}")
            offsets[done + 1] = offsets[done] + file.write(data)
    pages = context.array("pages", (int(offsets[-1]),), "uint8")
    pages[:] = np.memmap(scratch, np.uint8, "r")
    scratch.unlink()
    context.progress(1.0)
    meta = {
        "size": layout.size,
        "columns": layout.columns,
        "rows": layout.rows,
        "pages": layout.pages,
        "first_page": numbers.start,
        "count": count,
        "page_width": layout.columns * layout.size,
        "page_height": layout.rows * layout.size,
    }
    return Result({"pages": pages, "offsets": offsets}, meta)


def _automatic(height: int, width: int) -> int:
    longer = max(height, width)
    return min(longer * math.ceil(SMALLEST / longer), LARGEST)


def _pages(images: Images, layout: Layout, numbers: range) -> Iterator[bytes]:
    """Make pages in order, a few at a time in threads: PIL lets go of the interpreter."""
    with ThreadPoolExecutor(THREADS) as pool:
        for first in range(0, len(numbers), THREADS):
            group = numbers[first : first + THREADS]
            yield from pool.map(lambda page: _page(images, layout, page), group)


def _page(images: Images, layout: Layout, page: int) -> bytes:
    """Draw one page and compress it."""
    size, per_page = layout.size, layout.columns * layout.rows
    first = page * per_page
    part = range(first, min(first + per_page, len(images)))
    tiles = np.full((per_page, size, size, images.channels), GROUND, np.uint8)
    if images.size is None:
        _fill_mixed(tiles, images, part)
    else:
        _fill_alike(tiles, images, part)
    grid = tiles.reshape(layout.rows, layout.columns, size, size, images.channels)
    canvas = grid.swapaxes(1, 2)  # (rows, size, columns, size, channels)
    canvas = canvas.reshape(layout.rows * size, layout.columns * size, images.channels)
    output = io.BytesIO()
    as_picture(canvas).save(output, "JPEG", quality=QUALITY, subsampling=0)
    return output.getvalue()


def _fill_alike(tiles: NDArray[np.uint8], images: Images, rows: range) -> None:
    """Put images of one size into tiles (count, size, size, channels)."""
    size, (own_height, own_width) = tiles.shape[1], images.largest
    height, width = _fitted(own_height, own_width, size)
    top, left = (size - height) // 2, (size - width) // 2
    room = tiles[: len(rows), top : top + height, left : left + width]
    down, across = height // own_height, width // own_width
    if (own_height * down, own_width * across) == (height, width):
        # Enlarged to a multiple: by repetition, so that pixels stay sharp.
        pixels = np.stack([images.array(row) for row in rows])
        room[:] = pixels.repeat(down, axis=1).repeat(across, axis=2)
        return
    for place, row in enumerate(rows):
        room[place] = _resized(images.picture(row), height, width)


def _fill_mixed(tiles: NDArray[np.uint8], images: Images, rows: range) -> None:
    """Put images of mixed sizes into tiles, each as large as fits."""
    size = tiles.shape[1]
    for tile, row in zip(tiles, rows, strict=False):
        picture = images.picture(row, 2 * size)
        height, width = _fitted(picture.height, picture.width, size)
        top, left = (size - height) // 2, (size - width) // 2
        tile[top : top + height, left : left + width] = _resized(picture, height, width)


def _fitted(height: int, width: int, size: int) -> tuple[int, int]:
    """Return the size that fits into a square with the proportions kept."""
    scale = size / max(height, width)
    return max(1, round(height * scale)), max(1, round(width * scale))


def _resized(picture: Image.Image, height: int, width: int) -> NDArray[np.uint8]:
    """Scale one image with a Lanczos window; returns (height, width, channels)."""
    return as_array(picture.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0))
