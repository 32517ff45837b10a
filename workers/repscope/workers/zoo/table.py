"""What is in the zoo, as a table: what `repscope zoo list` prints and docs/zoo.md holds."""

import sys

from repscope.workers.encoders import shelf

_TITLES = (
    "name", "encoder", "network", "parameters", "images seen", "measured on held-out images",
    "encoder's", "to beat",
)  # fmt: skip


def table() -> str:
    """Return the table in Markdown, one line an encoder."""
    lines = [_line(_TITLES), _line(["---"] * len(_TITLES))]
    for name in shelf.titles():
        card = shelf.read_card(shelf.place(name))
        beats = card.beats
        others = ", ".join(f"{other} {_number(value)}" for other, value in beats["others"].items())
        lines.append(
            _line(
                [
                    f"`{name}`",
                    card.title,
                    f"`{card.meta['params']['backbone']}`",
                    f"{card.metrics['parameters']:,.0f}",
                    f"{card.meta['run']['images_seen']:,}",
                    f"{beats['measure']} ({beats['rows']:,} images)",
                    _number(beats["own"]),
                    others,
                ]
            )
        )
    return "".join(lines)


def _line(cells: list[str] | tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |\n"


def _number(value: float) -> str:
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.4f}"


if __name__ == "__main__":
    sys.stdout.write(table())
