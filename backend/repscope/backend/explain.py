"""What pydantic finds wrong with a request, as one sentence and the path of the field."""

from collections.abc import Mapping, Sequence
from typing import Any

Error = Mapping[str, Any]
Location = Sequence[str | int]

#: Sentences for what happens often; `{name}` is the field, the rest comes from the error.
_SENTENCES = {
    "missing": "{name} is missing.",
    "extra_forbidden": "There is no field {name} here.",
    "string_type": "{name} must be a text.",
    "int_type": "{name} must be a whole number.",
    "int_parsing": "{name} must be a whole number.",
    "int_parsing_size": "{name} must be a whole number with fewer digits.",
    "int_from_float": "{name} must be a whole number.",
    "float_type": "{name} must be a number.",
    "float_parsing": "{name} must be a number.",
    "finite_number": "{name} must be a finite number.",
    "bool_parsing": "{name} must be true or false.",
    "bool_type": "{name} must be true or false.",
    "dict_type": "{name} must be an object.",
    "model_type": "{name} must be an object.",
    "model_attributes_type": "{name} must be an object.",
    "list_type": "{name} must be a list.",
    "greater_than_equal": "{name} must be at least {ge}.",
    "greater_than": "{name} must be more than {gt}.",
    "less_than_equal": "{name} must be at most {le}.",
    "less_than": "{name} must be less than {lt}.",
    "string_too_long": "{name} must have at most {max_length} characters.",
    "string_too_short": "{name} must have at least {min_length} characters.",
    "too_long": "{name} must have at most {max_length} entries.",
    "too_short": "{name} must have at least {min_length} entries.",
    "string_pattern_mismatch": "{name} is not written as it must be, {pattern}.",
    "literal_error": "{name} must be {expected}.",
    "enum": "{name} must be {expected}.",
}

#: Errors that may only say that a value is of another alternative of a union.
_OTHER_ALTERNATIVE = {
    "string_type",
    "dict_type",
    "model_type",
    "model_attributes_type",
    "list_type",
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
    paths = [_path(error, body) for error in errors]
    error, path = max(
        zip(errors, paths, strict=True),
        key=lambda pair: (len(pair[1]), pair[0]["type"] not in _OTHER_ALTERNATIVE),
    )
    if not path and error["type"] == "missing":
        return "This call needs a JSON body.", None
    name = f"'{path[-1]}'" if path else "The body"
    sentence = _SENTENCES.get(error["type"])
    if sentence is None:
        reason = str(error["msg"]).rstrip(".")
        return f"{name} does not fit: {reason}.", ".".join(path) or None
    return sentence.format(name=name, **(error.get("ctx") or {})), ".".join(path) or None


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
