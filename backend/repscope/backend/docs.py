"""`/docs`: all calls and all methods on one plain page, made from the OpenAPI document.

Swagger's page comes from somebody else's server and runs inline scripts; this one works without a
network, without scripts, under the same policy as everything else.
"""

import json
import re
from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, HTMLResponse

from repscope.backend.openapi import document
from repscope.backend.services import Services
from repscope.core.catalogue import Catalogue, Method

_STYLE = Path(__file__).with_name("docs.css")

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Repscope: calls and methods</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/style.css">
<main>
<h1>Repscope: calls and methods</h1>
<p>Version {version}. The same as an OpenAPI document:
<a href="/openapi.json">/openapi.json</a>. A recipe says what to make; asking for it twice is
harmless. Every error has the body
<code>{{"error": {{"code", "message", "field", "job", "recipe"}}}}</code>.</p>
<pre>curl -H 'Content-Type: application/json' -d '{{"kind": "dataset", "method": "digits"}}' \\
  {base}api/jobs</pre>
<h2>Calls</h2>
{calls}
<h2>Methods</h2>
{methods}
</main>
</html>
"""

Schema = dict[str, Any]


def install_docs(app: FastAPI) -> None:
    """Serve the page at `/docs`."""

    @app.get("/docs", include_in_schema=False)
    def docs(request: Request) -> HTMLResponse:
        services: Services = app.state.services
        calls = document(app, Catalogue())
        return HTMLResponse(render(calls, services.catalogue(), str(request.base_url)))

    @app.get("/docs/style.css", include_in_schema=False)
    def style() -> FileResponse:
        return FileResponse(_STYLE, media_type="text/css")


def render(openapi: Schema, catalogue: Iterable[Method], base: str) -> str:
    """Write the page.

    Args:
        openapi: The document of the calls.
        catalogue: The methods.
        base: Address of the server, for the example.
    """
    calls = [
        _call(verb, path, operation, openapi)
        for path, operations in openapi["paths"].items()
        for verb, operation in operations.items()
    ]
    methods = [_method(method) for method in catalogue]
    return _PAGE.format(
        version=escape(openapi["info"]["version"]),
        base=escape(base),
        calls="\n".join(calls),
        methods="\n".join(methods) or "<p>No worker has announced a method yet.</p>",
    )


def _call(verb: str, path: str, operation: Schema, openapi: Schema) -> str:
    rows = [
        (p["name"], p["in"], _type(p["schema"]), p.get("description", ""))
        for p in operation.get("parameters", [])
    ]
    body = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if body is not None:
        rows += _fields(body["schema"], openapi)
    answers = ", ".join(
        f"{code} {_content(response)}" for code, response in operation["responses"].items()
    )
    return (
        f'<section id="{escape(operation["operationId"])}">'
        f"<h3><b>{verb.upper()}</b> {escape(path)}</h3>"
        f"{_paragraphs(operation.get('description', ''))}"
        f"{_table(('name', 'in', 'type', 'meaning'), rows)}"
        f"<p>Answers {escape(answers)}.</p></section>"
    )


def _fields(schema: Schema, openapi: Schema) -> Iterator[tuple[str, str, str, str]]:
    resolved = openapi["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
    for name, entry in resolved["properties"].items():
        yield name, "body", _type(entry), entry.get("description", "")


def _content(response: Schema) -> str:
    """Name what an answer carries: a schema, or types of media."""
    content: Schema = response.get("content", {})
    schema = content.get("application/json", {}).get("schema", {})
    return str(schema["$ref"]).rsplit("/", 1)[-1] if "$ref" in schema else " or ".join(content)


def _method(method: Method) -> str:
    inputs = [
        (i.name, f"list of {i.kind}" if i.many else i.kind, "no" if i.optional else "yes")
        for i in method.inputs
    ]
    params = [
        (
            name,
            _type(entry),
            json.dumps(entry["default"]) if "default" in entry else "",
            entry.get("description", ""),
        )
        for name, entry in method.params.get("properties", {}).items()
    ]
    return (
        f'<section id="{escape(method.kind)}-{escape(method.method)}">'
        f"<h3><b>{escape(method.kind)}</b> {escape(method.method)}</h3>"
        f"<p><strong>{escape(method.title)}.</strong> {_prose(method.summary)}</p>"
        f"{_paragraphs(method.description)}"
        f"{_table(('input', 'kind', 'needed'), inputs)}"
        f"{_table(('parameter', 'type', 'default', 'meaning'), params)}</section>"
    )


def _type(schema: Schema) -> str:
    """Say in a few words what values a schema admits."""
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    if "enum" in schema or "const" in schema:
        values = schema.get("enum", [schema.get("const")])
        return " | ".join(json.dumps(value) for value in values)
    options = schema.get("anyOf") or schema.get("oneOf")
    if options:
        return " | ".join(dict.fromkeys(_type(option) for option in options))
    declared = schema.get("type", "any")
    names = [declared] if isinstance(declared, str) else declared
    text = " | ".join(map(str, names))
    if "items" in schema:
        text = text.replace("array", f"list of {_type(schema['items'])}")
    low = schema.get("minimum", schema.get("exclusiveMinimum"))
    high = schema.get("maximum", schema.get("exclusiveMaximum"))
    if low is not None or high is not None:
        text += f", {_number(low)} to {_number(high)}"
    return text


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.15g}"


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{_prose(part)}</p>" for part in text.split("\n\n") if part)


def _prose(text: str) -> str:
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = ["".join(f"<td>{_prose(cell)}</td>" for cell in row) for row in rows]
    if not lines:
        return ""
    titles = "".join(f"<th>{escape(title)}</th>" for title in head)
    return f"<table><tr>{titles}</tr>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"
