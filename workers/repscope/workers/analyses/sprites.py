"""The sprite atlas: all images of a data set, small, on a few large pages."""

import io
import math
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pydantic import Field

from repscope.core.catalogue import Input
from repscope.core.errors import MethodFailed
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
    """Size of the sprites."""

    size: int | None = Field(
        None,
        ge=8,
        le=256,
        description="side of a sprite in pixels; empty for the image's own, 32 to 64",
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
    version=1,
    title="Sprites",
    params=Params,
    inputs=[Input(name="dataset", kind="dataset", description="the images")],
    output="sprites",
    cost={"constant": 0.1, "rows": 1e-5, "rows*pixels": 6e-9},
)
def sprites(context: Context, params: Params, dataset: Readable) -> Result:
    """Shrink all images onto a few pages, so that a view can draw thousands of them at once.

    Image i is sprite i, counted from the left and from the top, page after page. An image that is
    not square is fitted into its sprite, with gray on both sides. Pages are JPEG files of quality
    85 without color subsampling, laid end to end: page p is the bytes `offsets[p]` to
    `offsets[p + 1]` of `pages`.
    """
    images = dataset.array("images")  # (N, height, width, channels) uint8
    if len(images) == 0:
        raise MethodFailed("The data set has no images.")
    layout = Layout.of(len(images), params.size or _automatic(images.shape[1], images.shape[2]))
    offsets = np.zeros(layout.pages + 1, np.int64)
    scratch = context.work / "pages"
    with scratch.open("wb") as file:
        for page, data in enumerate(_pages(images, layout)):
            context.progress(page / layout.pages, f"page {page + 1} of {layout.pages}")
            offsets[page + 1] = offsets[page] + file.write(data)
    pages = context.array("pages", (int(offsets[-1]),), "uint8")
    pages[:] = np.memmap(scratch, np.uint8, "r")
    scratch.unlink()
    context.progress(1.0)
    meta = {
        "size": layout.size,
        "columns": layout.columns,
        "rows": layout.rows,
        "pages": layout.pages,
        "count": len(images),
        "page_width": layout.columns * layout.size,
        "page_height": layout.rows * layout.size,
    }
    return Result({"pages": pages, "offsets": offsets}, meta)


def _automatic(height: int, width: int) -> int:
    longer = max(height, width)
    return min(longer * math.ceil(SMALLEST / longer), LARGEST)


def _pages(images: NDArray[Any], layout: Layout) -> Iterator[bytes]:
    """Make the pages in order, a few at a time in threads: PIL lets go of the interpreter."""
    with ThreadPoolExecutor(THREADS) as pool:
        for first in range(0, layout.pages, THREADS):
            group = range(first, min(first + THREADS, layout.pages))
            yield from pool.map(lambda page: _page(images, layout, page), group)


def _page(images: NDArray[Any], layout: Layout, page: int) -> bytes:
    """Draw one page and compress it."""
    size, per_page = layout.size, layout.columns * layout.rows
    part = images[page * per_page : (page + 1) * per_page]
    tiles = np.full((per_page, size, size, images.shape[3]), GROUND, np.uint8)
    height, width = _fitted(images.shape[1], images.shape[2], size)
    top, left = (size - height) // 2, (size - width) // 2
    tiles[: len(part), top : top + height, left : left + width] = _resized(part, height, width)
    grid = tiles.reshape(layout.rows, layout.columns, size, size, images.shape[3])
    canvas = grid.swapaxes(1, 2)  # (rows, size, columns, size, channels)
    canvas = canvas.reshape(layout.rows * size, layout.columns * size, images.shape[3])
    output = io.BytesIO()
    Image.fromarray(canvas.squeeze(axis=2) if canvas.shape[2] == 1 else canvas).save(
        output, "JPEG", quality=QUALITY, subsampling=0
    )
    return output.getvalue()


def _fitted(height: int, width: int, size: int) -> tuple[int, int]:
    """Return the size that fits into a square with the proportions kept."""
    scale = size / max(height, width)
    return max(1, round(height * scale)), max(1, round(width * scale))


def _resized(images: NDArray[Any], height: int, width: int) -> NDArray[np.uint8]:
    """Scale a batch: by repetition when enlarged to a multiple, else with a Lanczos window."""
    if images.shape[1:3] == (height, width):
        return np.asarray(images)
    if height % images.shape[1] == 0 and width % images.shape[2] == 0:
        down, across = height // images.shape[1], width // images.shape[2]
        return images.repeat(down, axis=1).repeat(across, axis=2)
    gray = images.shape[3] == 1
    resized = [
        np.asarray(
            Image.fromarray(image[..., 0] if gray else image).resize(
                (width, height), Image.Resampling.LANCZOS, reducing_gap=3.0
            )
        )
        for image in images
    ]
    return np.stack(resized).reshape(len(images), height, width, images.shape[3])
