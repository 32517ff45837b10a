"""What a server can make, with words for people."""

import inspect
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from repscope.core.errors import NotFound

#: Width of a help text.
_COLUMNS = 90


@dataclass(frozen=True)
class Method:
    """One entry of the catalogue."""

    document: dict[str, Any]
    """As the server writes it: kind, method, version, inputs, params (JSON Schema), ..."""

    @property
    def name(self) -> str:
        """Kind and method, such as `projection/tsne`."""
        return f"{self.document['kind']}/{self.document['method']}"

    @property
    def summary(self) -> str:
        """One sentence."""
        return str(self.document["summary"])

    @property
    def inputs(self) -> list[str]:
        """Names of the inputs."""
        return [each["name"] for each in self.document["inputs"]]

    @property
    def params(self) -> dict[str, dict[str, Any]]:
        """What is said of each parameter, in JSON Schema."""
        params: dict[str, dict[str, Any]] = self.document["params"].get("properties", {})
        return params

    @property
    def help(self) -> str:
        """All of it, to be read: what it does, its inputs and its parameters."""
        return "\n".join(self._help())

    def __repr__(self) -> str:
        """Show the help, so that a notebook or a prompt answers with it."""
        return self.help

    def _help(self) -> Iterator[str]:
        yield f"{self.name}: {self.document['title']}"
        yield self.summary
        if self.document["description"]:
            yield ""
            for paragraph in inspect.cleandoc(self.document["description"]).split("\n\n"):
                yield textwrap.fill(" ".join(paragraph.split()), _COLUMNS)
        if self.document["inputs"]:
            yield "\nInputs"
        for each in self.document["inputs"]:
            many = "list of " if each["many"] else ""
            optional = ", may be left out" if each["optional"] else ""
            about = f": {each['description']}" if each["description"] else ""
            yield f"  {each['name']} ({many}{each['kind']}{optional}){about}"
        if self.params:
            yield "\nParameters"
        for name, schema in self.params.items():
            default = f" = {schema['default']!r}" if "default" in schema else ""
            words = f"{name}{default}{_bounds(schema)}: {schema.get('description', '')}"
            yield textwrap.fill(words, _COLUMNS, initial_indent="  ", subsequent_indent="      ")


class Catalogue:
    """Everything that a server can make, by name: `catalogue["projection/tsne"]`."""

    def __init__(self, documents: list[dict[str, Any]]) -> None:
        """Wrap the server's list."""
        self._methods = {method.name: method for method in map(Method, documents)}

    def __getitem__(self, name: str) -> Method:
        """Find one method.

        Args:
            name: Kind and method, such as `projection/tsne`.

        Raises:
            NotFound: There is none; the message names those of its kind.
        """
        if name in self._methods:
            return self._methods[name]
        kind = name.partition("/")[0]
        siblings = [each for each in self._methods if each.startswith(f"{kind}/")]
        raise NotFound(f"There is no '{name}'; there is {', '.join(siblings or self._methods)}.")

    def __iter__(self) -> Iterator[Method]:
        """Iterate over all methods."""
        return iter(self._methods.values())

    def __len__(self) -> int:
        """Return the number of methods."""
        return len(self._methods)

    def __repr__(self) -> str:
        """List the methods, one a line."""
        width = max(map(len, self._methods), default=0)
        return "\n".join(f"{each.name:<{width}}  {each.summary}" for each in self)


def _bounds(schema: dict[str, Any]) -> str:
    """Write what a parameter may be, such as ` (2 to 50)` or ` (2, 3)`."""
    choices = schema.get("enum")
    if choices:
        return f" ({', '.join(map(str, choices))})"
    low = schema.get("minimum", schema.get("exclusiveMinimum"))
    high = schema.get("maximum", schema.get("exclusiveMaximum"))
    if low is None or high is None:
        return ""
    return f" ({low} to {high})"
