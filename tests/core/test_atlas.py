"""How the atlas of a large dataset is divided."""

from repscope.core.atlas import PART_PAGES, WHOLE_ROWS, pages_of, part_of


def test_up_to_a_bound_there_is_one_part() -> None:
    assert part_of(97, WHOLE_ROWS) == 0
    assert pages_of(0, 98, WHOLE_ROWS) == range(98)
    assert not pages_of(1, 98, WHOLE_ROWS)


def test_above_it_every_page_is_in_the_part_that_is_said_to_hold_it() -> None:
    rows, pages = WHOLE_ROWS + 1, 2 * PART_PAGES + 5
    for page in range(pages):
        assert page in pages_of(part_of(page, rows), pages, rows)
    assert [len(pages_of(part, pages, rows)) for part in range(4)] == [PART_PAGES, PART_PAGES, 5, 0]
