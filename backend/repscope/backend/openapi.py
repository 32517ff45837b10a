"""The OpenAPI document, with the catalogue woven in.

The calls alone know a recipe only as kind, method, inputs and params. With the catalogue each
method gets a schema of its own, chosen by `kind` and then by `method`, and each live method a call
of its own. `python -m repscope.backend.openapi` prints the document with an empty catalogue: from
it the frontend's typed client is made, and it changes only when a call does.
"""

import copy
import json
import sys
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse

from repscope.backend.services import VERSION, Services
from repscope.core.catalogue import Catalogue, Method
from repscope.core.recipes import ID_PATTERN, Recipe

Schema = dict[str, Any]

_SCHEMAS = "#/components/schemas/"
_RECIPE = {"$ref": _SCHEMAS + Recipe.__name__}
_LIVE_PATH = "/api/live/{method}"


def install_openapi(app: FastAPI) -> None:
    """Serve the document at `/openapi.json`; it follows the catalogue."""
    latest: tuple[Catalogue, Schema] | None = None

    @app.get("/openapi.json", include_in_schema=False)
    def openapi() -> JSONResponse:
        nonlocal latest
        services: Services = app.state.services
        catalogue = services.catalogue()
        if latest is None or latest[0] is not catalogue:
            latest = (catalogue, document(app, catalogue))
        return JSONResponse(latest[1])


def document(app: FastAPI, catalogue: Catalogue) -> Schema:
    """Describe all calls of `app`, and all recipes of `catalogue`."""
    base = get_openapi(
        title=app.title, version=VERSION, summary=app.summary, routes=app.router.routes
    )
    result: Schema = _name_recipes(base)
    if len(catalogue):
        _weave_recipes(result, catalogue)
        _weave_live_calls(result, catalogue)
    return result


def _name_recipes(value: Any) -> Any:
    """Put references where models only say which schema an object follows."""
    if isinstance(value, dict):
        if "x-schema" in value:
            return {"$ref": _SCHEMAS + value["x-schema"]}
        return {key: _name_recipes(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [_name_recipes(entry) for entry in value]
    return value


def _weave_recipes(result: Schema, catalogue: Catalogue) -> None:
    schemas: dict[str, Schema] = result["components"]["schemas"]
    by_kind: dict[str, dict[str, Schema]] = {}
    for method in catalogue:
        if method.queue == "live":
            continue
        name = f"{_capitalized(method.kind)}{_capitalized(method.method)}"
        schemas[name] = _recipe_schema(schemas, method, catalogue)
        by_kind.setdefault(method.kind, {})[method.method] = {"$ref": _SCHEMAS + name}
    kinds: dict[str, Schema] = {}
    for kind, methods in by_kind.items():
        name = f"{_capitalized(kind)}Recipe"
        schemas[name] = {"title": name, **_choice("method", methods)}
        kinds[kind] = {"$ref": _SCHEMAS + name}
    generic = schemas[Recipe.__name__]
    schemas[Recipe.__name__] = {
        "title": generic["title"],
        "description": generic["description"],
        **_choice("kind", kinds),
    }


def _choice(property_name: str, options: dict[str, Schema]) -> Schema:
    mapping = {value: option["$ref"] for value, option in options.items()}
    return {
        "oneOf": list(options.values()),
        "discriminator": {"propertyName": property_name, "mapping": mapping},
    }


def _recipe_schema(schemas: dict[str, Schema], method: Method, catalogue: Catalogue) -> Schema:
    generic = schemas[Recipe.__name__]["properties"]
    parts = _call_schema(method, catalogue)
    properties = {
        "kind": {"const": method.kind, "type": "string"},
        "method": {"const": method.method, "type": "string"},
        "version": generic["version"],
        **parts["properties"],
        "seed": generic["seed"],
    }
    return {**parts, "properties": properties, "required": ["kind", "method", *parts["required"]]}


def _call_schema(method: Method, catalogue: Catalogue) -> Schema:
    """Describe inputs and params of one method."""
    inputs: dict[str, Schema] = {}
    required = []
    for spec in method.inputs:
        one: Schema = {"anyOf": [{"type": "string", "pattern": ID_PATTERN}, _RECIPE]}
        inputs[spec.name] = {
            "description": spec.description or f"an artifact of kind {spec.kind}",
            **({"type": "array", "items": one} if spec.many else one),
        }
        # Where a method makes the kind by default, another artifact may stand in its place.
        if not spec.optional and not any(m.default and m.kind == spec.kind for m in catalogue):
            required.append(spec.name)
    shown: Schema = {"type": "object", "properties": inputs}
    if required:
        shown["required"] = required
    return {
        "title": method.title,
        "description": f"{method.summary}\n\n{method.description}".strip(),
        "type": "object",
        "properties": {"inputs": shown, "params": method.params},
        "required": ["inputs"] if required else [],
        "additionalProperties": False,
    }


def _weave_live_calls(result: Schema, catalogue: Catalogue) -> None:
    schemas: dict[str, Schema] = result["components"]["schemas"]
    generic = result["paths"][_LIVE_PATH]["post"]
    for method in catalogue:
        if method.queue != "live":
            continue
        name = f"Live{_capitalized(method.method)}"
        schema = _call_schema(method, catalogue)
        call = schemas["LiveCall"]["properties"]
        schema["properties"] |= {"seed": call["seed"], "view": call["view"]}
        schemas[name] = schema
        operation = copy.deepcopy(generic)
        operation["operationId"] = f"{generic['operationId']}_{method.method}"
        operation["summary"] = method.title
        operation["description"] = schema["description"]
        operation["parameters"] = [p for p in operation.get("parameters", []) if p["in"] != "path"]
        body = operation["requestBody"]["content"]["application/json"]
        body["schema"] = {"$ref": _SCHEMAS + name}
        result["paths"][_LIVE_PATH.replace("{method}", method.method)] = {"post": operation}


def _capitalized(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))


def main() -> None:
    """Print the document with an empty catalogue."""
    from repscope.backend.app import create_app
    from repscope.core.settings import Settings

    app = create_app(Settings())
    text = json.dumps(document(app, Catalogue()), indent=2, sort_keys=True, ensure_ascii=False)
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    main()
