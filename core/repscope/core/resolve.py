"""From what a person wrote to the graph of what has to be made.

Defaults are filled in, numbers coerced, nested inputs replaced by ids; equal requests meet here.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from repscope.core.catalogue import Catalogue, Input, Method
from repscope.core.errors import InvalidRecipe
from repscope.core.params import normalize
from repscope.core.recipes import (
    MAX_DEPTH,
    MAX_RECIPES,
    Recipe,
    input_ids,
    normalized_id,
    recipe_id,
)

#: Finds the normalized recipe of an artifact or a job by its id.
Lookup = Callable[[str], dict[str, Any] | None]
#: Tells whether an artifact is there.
Exists = Callable[[str], bool]


@dataclass(frozen=True)
class Node:
    """One artifact of a resolved graph."""

    id: str
    recipe: dict[str, Any]
    """Normalized, inputs nested."""
    inputs: dict[str, str | list[str]]
    """Ids of the inputs."""
    method: Method

    @property
    def input_ids(self) -> list[str]:
        """Ids of all inputs, in order, each once."""
        ids = [
            entry
            for value in self.inputs.values()
            for entry in (value if isinstance(value, list) else [value])
        ]
        return list(dict.fromkeys(ids))


@dataclass(frozen=True)
class Resolved:
    """A recipe with everything that it stands on."""

    nodes: list[Node]
    """Inputs before what needs them; the recipe itself is the last."""

    @property
    def id(self) -> str:
        """Id of the artifact that the recipe makes."""
        return self.nodes[-1].id

    @property
    def recipe(self) -> dict[str, Any]:
        """The normalized nested recipe."""
        return self.nodes[-1].recipe


def resolve(
    recipe: Recipe, catalogue: Catalogue, lookup: Lookup, exists: Exists = lambda _: False
) -> Resolved:
    """Normalize a recipe and everything that it names.

    What is there is taken as it is when it is named by its id, or by its whole recipe with a
    version that cannot be made any longer.

    Args:
        recipe: What a person asked for.
        catalogue: What can be made.
        lookup: Finds what an id stands for.
        exists: Tells what is there.

    Raises:
        InvalidRecipe: Names the field and what would fit.
    """
    resolver = _Resolver(catalogue, lookup, exists)
    resolver.visit(recipe, "", MAX_DEPTH)
    return Resolved(list(resolver.nodes.values()))


@dataclass
class _Resolver:
    catalogue: Catalogue
    lookup: Lookup
    exists: Exists
    nodes: dict[str, Node] = field(default_factory=dict)
    seen: int = 0

    def visit(self, recipe: Recipe, path: str, depth: int) -> Node:
        self.seen += 1
        if depth == 0 or self.seen > MAX_RECIPES:
            limit = f"{MAX_DEPTH} levels" if depth == 0 else f"{MAX_RECIPES} recipes"
            raise InvalidRecipe(f"This recipe is larger than {limit}.", field=path or None)
        if (made := self._made_before(recipe)) is not None:
            return made
        method = self.catalogue.get(recipe.kind, recipe.method, path)
        if recipe.version not in (None, method.version):
            raise InvalidRecipe(
                f"This recipe was made with version {recipe.version} of {method.kind} "
                f"'{method.method}'; this server has version {method.version}.",
                field=_join(path, "version"),
            )
        params = normalize(recipe.params, method.params, _join(path, "params"))
        # A method that draws nothing at random gives one artifact, whatever the seed says.
        seed = recipe.seed if method.seeded else 0
        inputs = {
            spec.name: self._input(spec, value, _join(path, f"inputs.{spec.name}"), depth)
            for spec, value in self._assign(method, recipe, path)
        }
        return self._add(method, inputs, params, seed)

    def _made_before(self, recipe: Recipe) -> Node | None:
        """Find what a recipe of another version has made, if that is there."""
        method = self.catalogue.find(recipe.kind, recipe.method)
        if recipe.version is None or (method and method.version == recipe.version):
            return None
        whole = recipe.model_dump()
        try:
            return self._take(whole) if self.exists(normalized_id(whole)) else None
        except (KeyError, TypeError):  # an input is named by its id alone
            return None

    def _take(self, recipe: dict[str, Any]) -> Node:
        """Add what is there, and what it stands on, as it was made."""
        self.seen += 1
        for value in recipe["inputs"].values():
            for each in value if isinstance(value, list) else [value]:
                self._take(each)
        kind, name, version = recipe["kind"], recipe["method"], recipe["version"]
        method = self.catalogue.find(kind, name) or Method(
            kind=kind, method=name, version=version, title=name, summary="", params={}, output=""
        )
        node = Node(
            id=normalized_id(recipe),
            recipe=recipe,
            inputs=input_ids(recipe),
            method=method.model_copy(update={"version": version}),
        )
        return self.nodes.setdefault(node.id, node)

    def _assign(self, method: Method, recipe: Recipe, path: str) -> list[tuple[Input, Any]]:
        """Match what was given to the method's inputs."""
        given = dict(recipe.inputs)
        pairs = [(spec, given.pop(spec.name)) for spec in method.inputs if spec.name in given]
        missing = [s for s in method.inputs if s.name not in recipe.inputs and not s.optional]
        for name in list(given):
            # `embedding` where `neighbors` is expected stands for the default graph of it.
            for spec in missing:
                if not spec.many and self.catalogue.default_for(spec.kind, name):
                    pairs.append((spec, given.pop(name)))
                    missing.remove(spec)
                    break
        if given:
            names = [spec.name for spec in method.inputs]
            takes = f"it takes {', '.join(names)}" if names else "it takes none"
            name = next(iter(given))
            raise InvalidRecipe(
                f"{method.kind} '{method.method}' has no input '{name}'; {takes}.",
                field=_join(path, f"inputs.{name}"),
            )
        if missing:
            spec = missing[0]
            raise InvalidRecipe(
                f"{method.kind} '{method.method}' needs the input '{spec.name}', "
                f"an artifact of kind {spec.kind}.",
                field=_join(path, f"inputs.{spec.name}"),
            )
        order = {spec.name: i for i, spec in enumerate(method.inputs)}
        return sorted(pairs, key=lambda pair: order[pair[0].name])

    def _input(self, spec: Input, value: Any, path: str, depth: int) -> list[Node] | Node:
        if spec.many:
            if not isinstance(value, list) or not value:
                raise InvalidRecipe(f"'{spec.name}' must be a list of recipes or ids.", field=path)
            return [self._one(spec, v, f"{path}.{i}", depth) for i, v in enumerate(value)]
        if isinstance(value, list):
            raise InvalidRecipe(f"'{spec.name}' takes one recipe or id, not a list.", field=path)
        return self._one(spec, value, path, depth)

    def _one(self, spec: Input, value: Recipe | str, path: str, depth: int) -> Node:
        if isinstance(value, str):
            known = self.lookup(value)
            if known is None:
                raise InvalidRecipe(f"There is no artifact '{value}' here.", field=path)
            if self.exists(value):
                return self._fitted(spec, self._take(known), path)
            value = Recipe.model_validate(known)
        return self._fitted(spec, self.visit(value, path, depth - 1), path)

    def _fitted(self, spec: Input, node: Node, path: str) -> Node:
        """See that an artifact is of the kind that is expected, or stand the default on it."""
        if spec.kind in ("*", node.method.kind):
            return node
        wrapper = self.catalogue.default_for(spec.kind, node.method.kind)
        if wrapper is None:
            raise InvalidRecipe(
                f"'{spec.name}' must be of kind {spec.kind}; this is of kind {node.method.kind}.",
                field=path,
            )
        (required,) = [i for i in wrapper.inputs if not i.optional]
        params = normalize({}, wrapper.params, _join(path, "params"))
        return self._add(wrapper, {required.name: node}, params, 0)

    def _add(
        self, method: Method, inputs: dict[str, Node | list[Node]], params: Any, seed: int
    ) -> Node:
        ids: dict[str, str | list[str]] = {
            name: [n.id for n in value] if isinstance(value, list) else value.id
            for name, value in inputs.items()
        }
        nested = {
            name: [n.recipe for n in value] if isinstance(value, list) else value.recipe
            for name, value in inputs.items()
        }
        node = Node(
            id=recipe_id(method.kind, method.method, method.version, ids, params, seed),
            recipe={
                "kind": method.kind,
                "method": method.method,
                "version": method.version,
                "inputs": nested,
                "params": params,
                "seed": seed,
            },
            inputs=ids,
            method=method,
        )
        return self.nodes.setdefault(node.id, node)


def _join(prefix: str, name: str) -> str:
    return f"{prefix}.{name}" if prefix else name
