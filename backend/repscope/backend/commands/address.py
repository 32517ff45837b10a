"""The address at which the page shows what a command made."""

import json
import urllib.parse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from repscope.client import Artifact


def address(url: str, kind: str, made: "Artifact", **view: str) -> str:
    """Return a link, as the page writes its own.

    Args:
        url: Of the server.
        kind: What was made, `dataset` or `encoder`.
        made: It.
        **view: What else the link says.
    """
    said = {**view, kind: made.recipe["method"]} | {
        f"{kind}.{name}": _written(value)
        for name, value in made.recipe["params"].items()
        if value is not None
    }
    return f"{url}/#{urllib.parse.urlencode(said)}"


def _written(value: object) -> str:
    """Write a value so that the page reads it back: text that would read as JSON is quoted."""
    if not isinstance(value, str):
        return json.dumps(value)
    try:
        json.loads(value)
    except ValueError:
        return value
    return json.dumps(value)
