"""Where the rows of an artifact come from, as its nested recipe tells."""

from typing import Any

from repscope.core.recipes import normalized_id

Nested = dict[str, Any]

#: Kinds whose inputs are not the images that stand in the rows: what an encoder was trained on.
_MADE_ELSEWHERE = frozenset({"encoder", "run"})
_LONGEST_NAME = 100


def dataset_of(recipe: Nested) -> str | None:
    """Return the id of the dataset whose images are the rows; none for bare vectors."""
    found = _nearest(recipe, "dataset", _MADE_ELSEWHERE)
    return None if found is None else normalized_id(found)


def learned_from(recipe: Nested) -> str | None:
    """Return the id of the dataset that an encoder learned from; none where it needed none."""
    found = _nearest(recipe, "dataset")
    return None if found is None else normalized_id(found)


def file_name(recipe: Nested) -> str:
    """Name a file by method, dataset, encoder and layer, such as `tsne-digits-pixels`."""
    dataset = _nearest(recipe, "dataset", _MADE_ELSEWHERE)
    embedding = _nearest(recipe, "embedding")
    encoder = embedding and _nearest(embedding, "encoder")
    words = [made["method"] for made in (recipe, dataset, encoder) if made is not None]
    layer = embedding["params"].get("layer") if embedding else None
    text = "-".join([*words, layer] if isinstance(layer, str) else words)
    plain = (c if c.isascii() and (c.isalnum() or c in "._-") else "_" for c in text)
    return "".join(plain)[:_LONGEST_NAME]


def _nearest(recipe: Nested, kind: str, closed: frozenset[str] = frozenset()) -> Nested | None:
    """Find the nearest ingredient of a kind, level by level, looking into no `closed` kind."""
    level = [recipe]
    while level:
        for each in level:
            if each["kind"] == kind:
                return each
        level = [
            inner
            for each in level
            if each["kind"] not in closed
            for value in each["inputs"].values()
            for inner in (value if isinstance(value, list) else [value])
        ]
    return None
