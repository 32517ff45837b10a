"""The catalogue: for each method what it makes, from which inputs, with which parameters."""

import json
from collections.abc import Iterable, Iterator
from importlib import resources
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from repscope.core.errors import InvalidRecipe

Queue = Literal["live", "compute", "train"]


class Input(BaseModel):
    """One named input of a method."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    kind: str = Field(description="kind of artifact that is expected here")
    many: bool = Field(False, description="an ordered list of artifacts instead of one")
    optional: bool = False
    description: str = ""


class Method(BaseModel):
    """One entry of the catalogue."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: str
    method: str
    version: int = Field(ge=1, description="raised whenever the output changes")
    title: str
    summary: str = Field(description="one sentence for the chooser")
    description: str = ""
    params: dict[str, Any] = Field(description="JSON Schema of the parameters, an object")
    inputs: list[Input] = Field(default_factory=list)
    output: str = Field(description="what a view needs to draw it: points, images, matrix, ...")
    queue: Queue = "compute"
    seeded: bool = Field(False, description="whether the seed changes the result")
    default: bool = Field(
        False, description="makes this kind when another kind is given where this one is expected"
    )
    cost: dict[str, float] = Field(
        default_factory=dict, description="seconds per unit of each term: constant, rows, ..."
    )

    @property
    def key(self) -> str:
        """Name and version, as workers announce them: `projection/pca@1`."""
        return f"{self.kind}/{self.method}@{self.version}"


class Catalogue:
    """All methods that can be made, the newest version of each."""

    def __init__(self, methods: Iterable[Method] = ()) -> None:
        """Collect `methods`; of two versions of one method the newer stays."""
        self._methods: dict[tuple[str, str], Method] = {}
        for method in methods:
            name = (method.kind, method.method)
            known = self._methods.get(name)
            if known is None or method.version >= known.version:
                self._methods[name] = method

    def __iter__(self) -> Iterator[Method]:
        """Iterate in order of kind and name."""
        return iter(sorted(self._methods.values(), key=lambda m: (m.kind, m.method)))

    def __len__(self) -> int:
        """Return the number of methods."""
        return len(self._methods)

    @classmethod
    def shipped(cls) -> Self:
        """Read the catalogue that this release was built with."""
        file = resources.files("repscope.core") / "catalogue.json"
        return cls.from_json(json.loads(file.read_text("utf-8")))

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> Self:
        """Read `{"methods": [...]}`."""
        return cls(Method.model_validate(entry) for entry in document["methods"])

    def merge(self, other: Iterable[Method]) -> "Catalogue":
        """Return both together; of two versions of one method the newer stays."""
        return Catalogue([*self, *other])

    def find(self, kind: str, method: str) -> Method | None:
        """Return one method, if there is such a one."""
        return self._methods.get((kind, method))

    def get(self, kind: str, method: str, field: str | None = None) -> Method:
        """Find one method.

        Args:
            kind: What it makes.
            method: Its name.
            field: Path of the field that named it, for the error.

        Raises:
            InvalidRecipe: No such method; the message names those that exist.
        """
        found = self.find(kind, method)
        if found is not None:
            return found
        siblings = [m.method for m in self if m.kind == kind]
        if siblings:
            raise InvalidRecipe(
                f"There is no {kind} method '{method}'; there is {_listed(siblings)}.",
                field=_join(field, "method"),
            )
        kinds = sorted({m.kind for m in self})
        raise InvalidRecipe(
            f"There is no kind '{kind}'; there is {_listed(kinds)}.", field=_join(field, "kind")
        )

    def default_for(self, kind: str, given: str) -> Method | None:
        """Find the method that makes `kind` from one artifact of kind `given`, if there is one."""
        for method in self:
            required = [i for i in method.inputs if not i.optional]
            if method.default and method.kind == kind and len(required) == 1:
                (only,) = required
                if only.kind == given and not only.many:
                    return method
        return None


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + f" and {names[-1]}"


def _join(prefix: str | None, name: str) -> str:
    return f"{prefix}.{name}" if prefix else name
