"""Names of selections: one of each in a dataset."""

import re

import pytest

from repscope.core.errors import Conflict, NotFound
from repscope.core.library import SELECTION_NAME_PATTERN, Selections
from tests.core.conftest import Bench

FLOWERS, BIRDS = "1" * 32, "2" * 32
ROWS, OTHERS = "3" * 32, "4" * 32


def test_names_are_given_changed_and_taken_back(bench: Bench) -> None:
    saved = Selections(bench.database)
    first = saved.save(FLOWERS, "red ones", ROWS, "ada")
    assert saved.save(FLOWERS, "red ones", ROWS, "grace") == first
    saved.save(BIRDS, "red ones", OTHERS, "ada")
    with pytest.raises(Conflict, match="'red ones' already"):
        saved.save(FLOWERS, "red ones", OTHERS, "ada")
    saved.save(FLOWERS, "a few", OTHERS, "ada")
    with pytest.raises(Conflict, match="'a few' already"):
        saved.rename(FLOWERS, "red ones", "a few")
    assert saved.rename(FLOWERS, "red ones", "Rote").selection == ROWS
    assert saved.rename(FLOWERS, "Rote", "Rote").created == first.created
    assert [each.name for each in saved.of(FLOWERS)] == ["Rote", "a few"]
    saved.forget(FLOWERS, "Rote")
    for refuse in (
        lambda: saved.forget(FLOWERS, "Rote"),
        lambda: saved.rename(FLOWERS, "Rote", "x"),
    ):
        with pytest.raises(NotFound, match="no saved selection 'Rote'"):
            refuse()
    assert [each.name for each in saved.of(BIRDS)] == ["red ones"]


@pytest.mark.parametrize("name", ["tulips", "Größe 2", ".hidden", "a.b", "50 % red?", "日本"])
def test_what_a_name_may_be(name: str) -> None:
    assert re.search(SELECTION_NAME_PATTERN, name)


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "a\\b", "a\nb", "\x7f"])
def test_what_no_name_may_be(name: str) -> None:
    assert not re.search(SELECTION_NAME_PATTERN, name)
