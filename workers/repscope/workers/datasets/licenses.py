"""The terms that come with images: which files tell them, and what they say in a line."""

import re
from collections.abc import Iterable

#: What such files are called, the more binding first.
_NAMES = ("licen[cs]e", "copying", "attribution")
_FILE = re.compile(rf"({'|'.join(_NAMES)})([-_ .][^/]*)?", re.IGNORECASE)
#: Files that may be called so and are no text to be read, such as `license.png`.
_OTHER = re.compile(r"\.(png|jpe?g|gif|bmp|tiff?|webp|csv|tsv|json|pdf|html?|py)$", re.IGNORECASE)
#: Characters at the beginning in which a license says which it is.
_HEAD = 4000
_LONGEST_LINE = 200

_CREATIVE_COMMONS = re.compile(r"creativecommons\.org/licenses/([a-z-]+)/(\d\.\d)", re.IGNORECASE)
_KNOWN = (
    (re.compile(r"\bCC0\b|creativecommons\.org/publicdomain/zero", re.IGNORECASE), "CC0 1.0"),
    (re.compile(r"\bMIT License\b", re.IGNORECASE), "MIT"),
    (re.compile(r"\bApache License\b", re.IGNORECASE), "Apache 2.0"),
)
_TERMS = re.compile(
    r"licen[cs]|\bCC\b|copyright|permi(t|ssion)|public domain|unrestricted|rights", re.IGNORECASE
)
_ADDRESS = re.compile(r"https?://\S+")


def license_files(names: Iterable[str]) -> list[str]:
    """Return the paths of the highest files that tell the terms, the binding ones first.

    Args:
        names: Paths with slashes.
    """
    found = [name for name in names if _is_license(name.rsplit("/", 1)[-1])]
    highest = min((name.count("/") for name in found), default=0)
    return sorted(
        (name for name in found if name.count("/") == highest),
        key=lambda name: (_rank(name.rsplit("/", 1)[-1]), name),
    )


def license_line(text: str) -> str:
    """Say terms in a line: by the name of a license that is known, else by their own first words.

    Args:
        text: The files that tell them; where it is empty, so is the line.
    """
    head = text[:_HEAD]
    if found := _CREATIVE_COMMONS.search(head):
        return f"CC {found[1].upper()} {found[2]}"
    for pattern, name in _KNOWN:
        if pattern.search(head):
            return name
    lines = [line.strip() for line in head.splitlines()]
    lines = [line for line in lines if line and not _ADDRESS.fullmatch(line)]
    speaking = [line for line in lines if _TERMS.search(line)]
    return next(iter([*speaking, *lines]), "")[:_LONGEST_LINE]


def _is_license(name: str) -> bool:
    return _FILE.fullmatch(name) is not None and _OTHER.search(name) is None


def _rank(name: str) -> int:
    return next(i for i, stem in enumerate(_NAMES) if re.match(stem, name, re.IGNORECASE))
