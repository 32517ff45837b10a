"""What a job is called: by the name that its recipe gives, or by its method."""

from __future__ import annotations

from typing import Any

from repscope.core.catalogue import Method


def title_of(method: Method, recipe: dict[str, Any]) -> str:
    """Return what people call an artifact that is to be made.

    A recipe may hold a title of its own, choose one of several titled options, or name an encoder
    of a library; for all others it is the method's title.
    """
    params = recipe["params"]
    if own := params.get("title"):
        return str(own)
    for name, field in method.params.get("properties", {}).items():
        options, titles = field.get("enum", []), field.get("enumTitles", [])
        if titles and params.get(name) in options:
            return str(titles[options.index(params[name])])
    if method.kind == "encoder" and (name := params.get("name")):
        return str(name) if params.get("pretrained", True) else f"{name}, untrained"
    return method.title
