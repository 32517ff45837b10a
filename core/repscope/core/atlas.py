"""In which parts the sprite atlas of a dataset is made.

Up to `WHOLE_ROWS` images it is one artifact. Above that it is made on demand, sixteen pages at a
time: a million images would be hundreds of pages, of which most are never looked at.
"""

#: Images of the largest dataset whose atlas is made at once.
WHOLE_ROWS = 100_000
#: Pages of one part of a larger one.
PART_PAGES = 16


def part_of(page: int, rows: int) -> int:
    """Return the part that holds a page of the atlas of a dataset with so many images."""
    return page // PART_PAGES if rows > WHOLE_ROWS else 0


def pages_of(part: int, pages: int, rows: int) -> range:
    """Return the pages that a part holds.

    Args:
        part: From 0.
        pages: Of the whole atlas.
        rows: Images of the dataset.
    """
    if rows <= WHOLE_ROWS:
        return range(pages if part == 0 else 0)
    return range(min(part * PART_PAGES, pages), min((part + 1) * PART_PAGES, pages))
