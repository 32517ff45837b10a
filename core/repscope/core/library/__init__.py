"""What people say of artifacts, beside them: names, notes, saved selections; and taking leave."""

from repscope.core.library.deletion import Deletion, Dependents
from repscope.core.library.index import Entry, Index, own_title
from repscope.core.library.selections import SELECTION_NAME_PATTERN, Saved, Selections
from repscope.core.library.titles import Naming, Titles

__all__ = [
    "SELECTION_NAME_PATTERN",
    "Deletion",
    "Dependents",
    "Entry",
    "Index",
    "Naming",
    "Saved",
    "Selections",
    "Titles",
    "own_title",
]
