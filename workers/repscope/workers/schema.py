"""From a class of parameters to the flat JSON Schema that a form is drawn from."""

from typing import Any

from pydantic import BaseModel

Schema = dict[str, Any]

_LOWER = {"minimum", "exclusiveMinimum"}
_UPPER = {"maximum", "exclusiveMaximum"}


def form_schema(params: type[BaseModel], where: str) -> Schema:
    """Derive the schema of a form.

    Definitions are written in place, and `anyOf` of a type and null becomes one entry that may be
    null, so that each property is one control of a form.

    Args:
        params: Class of the parameters.
        where: Place of the method, for the error.

    Raises:
        TypeError: When a parameter has no description, a number no bounds, or a text no limit. What
            comes from outside must be bounded before it reaches a method.
    """
    document = params.model_json_schema()
    definitions = document.get("$defs", {})
    properties = {
        name: _flatten(entry, definitions) for name, entry in document.get("properties", {}).items()
    }
    for name, entry in properties.items():
        if "description" not in entry:
            raise TypeError(f"The parameter '{name}' of {where} needs a description.")
        _check_bounds(entry, name, where)
    schema: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    if document.get("required"):
        schema["required"] = document["required"]
    return schema


def _flatten(entry: Schema, definitions: Schema) -> Schema:
    """Resolve references and fold an optional value into one entry."""
    entry = dict(entry)
    if "$ref" in entry:
        target = definitions[entry.pop("$ref").rsplit("/", 1)[-1]]
        return _flatten({**target, **entry}, definitions)
    if "items" in entry:
        entry["items"] = _flatten(entry["items"], definitions)
    options = [_flatten(option, definitions) for option in entry.pop("anyOf", ())]
    values = [option for option in options if option.get("type") != "null"]
    if len(values) == 1 and len(options) == 2:
        entry = {**values[0], **entry, "type": [values[0]["type"], "null"]}
        if "enum" in entry:
            entry["enum"] = [*entry["enum"], None]
    elif options:
        entry["anyOf"] = options
    return entry


def _check_bounds(entry: Schema, name: str, where: str) -> None:
    if "enum" in entry or "const" in entry:
        return
    for option in entry.get("anyOf", ()):
        _check_bounds(option, name, where)
    declared = entry.get("type", ())
    types = {declared} if isinstance(declared, str) else set(declared)
    if types & {"integer", "number"} and not (_LOWER & entry.keys() and _UPPER & entry.keys()):
        raise TypeError(f"The number '{name}' of {where} needs a lower and an upper bound.")
    if "string" in types and "maxLength" not in entry:
        raise TypeError(f"The text '{name}' of {where} needs max_length.")
    if "array" in types:
        if "maxItems" not in entry:
            raise TypeError(f"The list '{name}' of {where} needs max_length.")
        _check_bounds(entry.get("items", {}), name, where)
