"""What pydantic finds wrong with a request, as one sentence and the path of the field."""

from collections.abc import Mapping, Sequence
from typing import Any, get_args

from repscope.core.library import SELECTION_NAME_PATTERN
from repscope.core.recipes import ID_PATTERN, Name

Error = Mapping[str, Any]
Location = Sequence[str | int]

#: Sentences for what happens often; `{name}` is the field, the rest comes from the error.
_SENTENCES = {
    "missing": "{name} is missing.",
    "extra_forbidden": "There is no field {name} here.",
    "int_parsing_size": "{name} must be a whole number with fewer digits.",
    "finite_number": "{name} must be a finite number.",
    "greater_than_equal": "{name} must be at least {ge}.",
    "greater_than": "{name} must be more than {gt}.",
    "less_than_equal": "{name} must be at most {le}.",
    "less_than": "{name} must be less than {lt}.",
    "string_too_long": "{name} must have at most {max_length} characters.",
    "string_too_short": "{name} must have at least {min_length} characters.",
    "too_long": "{name} must have at most {max_length} entries.",
    "too_short": "{name} must have at least {min_length} entries.",
    "literal_error": "{name} must be {expected}.",
}

#: Errors that say that a value is of another type, or of another alternative of a union.
_TYPES = {
    "string_type": "a text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "dict_type": "an object",
    "model_type": "an object",
    "model_attributes_type": "an object",
    "list_type": "a list",
}

_PATTERNS = {
    ID_PATTERN: "an id of 32 hexadecimal digits",
    get_args(Name)[1].pattern: "a name of lower-case letters, digits and underscores",
    SELECTION_NAME_PATTERN: "a name without slashes and control characters",
}


def explain(errors: Sequence[Error], body: Any = None) -> tuple[str, str | None]:
    """Choose the one error that helps most and put it into words.

    A value that fits no alternative of a union yields an error for each; the one that got
    deepest into the value is the one that its author meant.

    Args:
        errors: As `ValidationError.errors()` gives them; never empty.
        body: What was validated, to tell names of fields from pydantic's names for alternatives.

    Returns:
        One sentence, and the path of the field where there is one. The value itself is not
        repeated: it may be anything, NaN and a book included.
    """
    located = [(_path(error, body), error) for error in errors]
    path, error = max(located, key=lambda pair: (len(pair[0]), pair[1]["type"] not in _TYPES))
    field = ".".join(path) or None
    name = f"'{path[-1]}'" if path else "The body"
    if error["type"] == "missing" and not path:
        return "This call needs a JSON body.", None
    if error["type"] in _TYPES:
        types = [_TYPES[e["type"]] for p, e in located if p == path and e["type"] in _TYPES]
        return f"{name} must be {_either(types)}.", field
    context = error.get("ctx") or {}
    if context.get("pattern") in _PATTERNS:
        return f"{name} must be {_PATTERNS[context['pattern']]}.", field
    sentence = _SENTENCES.get(error["type"])
    if sentence is None:
        reason = str(error["msg"]).rstrip(".")
        return f"{name} does not fit: {reason}.", field
    return sentence.format(name=name, **context), field


def _either(options: Sequence[str]) -> str:
    *others, last = dict.fromkeys(options)
    return f"{', '.join(others)} or {last}" if others else last


def _path(error: Error, body: Any) -> list[str]:
    """Return the names of the fields that lead to an error."""
    place, *parts = error["loc"]
    if place != "body":
        return [str(part) for part in parts]
    path: list[str] = []
    value = body
    for part in parts:
        there = part in value if isinstance(value, dict) else isinstance(part, int)
        missing = error["type"] == "missing" and part is parts[-1]
        # The rest are pydantic's own names for the alternatives of a union.
        if there or missing:
            path.append(str(part))
        if there:
            value = value[part]
    return path
