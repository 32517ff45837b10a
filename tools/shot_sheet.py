"""The sheet of `make shots`: one page with every picture, a row for each view."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from pathlib import Path

STYLE = """
body { margin: 16px; background: #808080; color: #fff; font: 14px system-ui, sans-serif; }
h2 { margin: 24px 0 8px; font-size: 16px; }
.row { display: flex; gap: 12px; overflow-x: auto; align-items: start; }
figure { margin: 0; flex: none; }
img { height: 420px; display: block; }
"""


@dataclass(frozen=True)
class Picture:
    """One picture.

    Attributes:
        view: what it shows.
        variant: in which size and theme.
        path: its file.
    """

    view: str
    variant: str
    path: Path


def write_sheet(path: Path, pictures: Sequence[Picture], complaints: Sequence[str]) -> None:
    """Write the sheet beside its pictures, with what the pages complained of at its head."""
    parts = [f"<!doctype html><meta charset=utf-8><title>Repscope</title><style>{STYLE}</style>"]
    parts += [f"<p>{escape(complaint)}</p>" for complaint in complaints]
    for view, row in groupby(pictures, key=lambda picture: picture.view):
        parts.append(f"<h2>{escape(view)}</h2><div class=row>")
        for picture in row:
            name = escape(picture.path.name)
            parts.append(
                f"<figure><a href='{name}'><img src='{name}' alt='{name}' loading=lazy></a>"
                f"<figcaption>{escape(picture.variant)}</figcaption></figure>"
            )
        parts.append("</div>")
    path.write_text("\n".join(parts), encoding="utf-8")
