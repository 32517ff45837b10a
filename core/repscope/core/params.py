"""Parameters against a method's JSON Schema: defaults, coercion, bounds.

The backend has no access to the workers' pydantic classes, only to the schema that they
published. `jsonschema` judges; what stands here makes equal things equal before they are
hashed (30 and 30.0, a default given or omitted) and turns its verdict into one sentence.
"""

import math
from typing import TYPE_CHECKING, Any

from repscope.core.errors import InvalidRecipe

if TYPE_CHECKING:
    from jsonschema import ValidationError

Schema = dict[str, Any]


def normalize(params: dict[str, Any], schema: Schema, field: str) -> dict[str, Any]:
    """Fill in defaults, coerce numbers to the schema's type, and check.

    Args:
        params: What the person gave.
        schema: JSON Schema of an object.
        field: Where the parameters stand in the request, such as `params`.

    Returns:
        All parameters, in the one form that is hashed.

    Raises:
        InvalidRecipe: Names the parameter and what would fit.
    """
    # Not by every process of workers that reads the job table: it would start a tenth later.
    from jsonschema import Draft202012Validator

    properties: dict[str, Schema] = schema.get("properties", {})
    filled = {
        name: _coerce(params.get(name, entry.get("default")), entry)
        for name, entry in properties.items()
        if name in params or "default" in entry
    }
    filled |= {name: value for name, value in params.items() if name not in properties}
    _refuse_non_finite(filled, field)
    errors = sorted(
        Draft202012Validator(schema).iter_errors(filled), key=lambda e: (len(e.path), str(e.path))
    )
    if errors:
        raise _explain(errors[0], list(properties), field)
    return filled


def _coerce(value: Any, schema: Schema) -> Any:
    """Write a number as the schema's own type, so that 30 and 30.0 are one."""
    types = _types(schema)
    if isinstance(value, bool):
        return value
    if isinstance(value, int) and "number" in types and "integer" not in types:
        return float(value) if abs(value) <= 2**53 else value
    if isinstance(value, float):
        if "integer" in types and value.is_integer() and abs(value) <= 2**53:
            return int(value)
        return 0.0 if value == 0.0 else value  # -0.0 is 0.0
    if isinstance(value, list) and "items" in schema:
        return [_coerce(item, schema["items"]) for item in value]
    return value


def _types(schema: Schema) -> set[str]:
    """Return the JSON types that a schema admits, through `anyOf`."""
    found: set[str] = set()
    declared = schema.get("type")
    if isinstance(declared, str):
        found.add(declared)
    elif isinstance(declared, list):
        found.update(declared)
    for option in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        found |= _types(option)
    return found


def _refuse_non_finite(value: Any, field: str) -> None:
    if isinstance(value, float) and not math.isfinite(value):
        raise InvalidRecipe(f"'{field}' must be a finite number.", field=field)
    if isinstance(value, dict):
        for name, entry in value.items():
            _refuse_non_finite(entry, f"{field}.{name}")
    if isinstance(value, list):
        for index, entry in enumerate(value):
            _refuse_non_finite(entry, f"{field}.{index}")


def _explain(error: "ValidationError", known: list[str], field: str) -> InvalidRecipe:
    """Turn a verdict of `jsonschema` into one sentence that says what would fit."""
    path = ".".join([field, *map(str, error.absolute_path)])
    name = str(error.absolute_path[-1]) if error.absolute_path else field
    wanted: Any = error.validator_value
    given: Any = error.instance
    rule = str(error.validator)
    match rule:
        case "additionalProperties":
            extra = sorted(set(given) - set(known))[0]
            choices = f"it has {', '.join(known)}" if known else "it has none"
            return InvalidRecipe(
                f"There is no parameter '{extra}'; {choices}.", field=f"{path}.{extra}"
            )
        case "required":
            missing = next(key for key in wanted if key not in given)
            return InvalidRecipe(f"'{missing}' is missing.", field=f"{path}.{missing}")
        case "minimum":
            text = f"must be at least {wanted}"
        case "maximum":
            text = f"must be at most {wanted}"
        case "exclusiveMinimum":
            text = f"must be more than {wanted}"
        case "exclusiveMaximum":
            text = f"must be less than {wanted}"
        case "enum" | "const":
            options = wanted if isinstance(wanted, list) else [wanted]
            text = "must be " + " or ".join(map(_shown, options))
        case "type":
            text = "must be " + _named(wanted if isinstance(wanted, list) else [wanted])
        case "anyOf" | "oneOf":
            return _explain_options(error, known, field, path, name)
        case "multipleOf":
            text = f"must be a multiple of {wanted}"
        case "minItems" | "maxItems" | "minLength" | "maxLength":
            bound = "at least" if rule.startswith("min") else "at most"
            text = f"must have {bound} {wanted} entries"
        case _:
            text = "does not fit: " + error.message
    return InvalidRecipe(f"'{name}' {text}; it is {_shown(given)}.", field=path)


def _explain_options(
    error: "ValidationError", known: list[str], field: str, path: str, name: str
) -> InvalidRecipe:
    """Explain a value that fits none of several alternatives by the one whose type it has."""
    for option in error.context or ():
        if option.validator != "type":
            return _explain(option, known, field)
    text = _named(sorted(_types({"anyOf": error.validator_value})))
    return InvalidRecipe(f"'{name}' must be {text}; it is {_shown(error.instance)}.", field=path)


def _named(types: list[str]) -> str:
    return " or ".join(_TYPE_NAMES.get(name, name) for name in types)


_TYPE_NAMES = {
    "integer": "a whole number",
    "number": "a number",
    "string": "a text",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "empty",
}


def _shown(value: Any) -> str:
    text = repr(value) if not isinstance(value, bool | None) else str(value).lower()
    return text if len(text) <= 60 else text[:57] + "..."
