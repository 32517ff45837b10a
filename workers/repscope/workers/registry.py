"""The register of methods: a decorated function becomes an entry of the catalogue.

Each method lives in a file of its own, named as the method, in the folder of its kind. So a runner
imports only what a job needs: a PCA of pixels never waits for torch.
"""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from repscope.core.catalogue import Input, Method, Queue
from repscope.core.errors import InvalidRecipe
from repscope.workers.context import Context, Result
from repscope.workers.schema import form_schema

#: Folders of each kind; every other kind is an analysis. An objective makes a trained encoder.
FOLDERS = {
    "attention": ["attending"],
    "dataset": ["datasets"],
    "encoder": ["encoders", "classical", "objectives"],
    "live": ["live"],
    "order": ["orders"],
    "probe": ["probes"],
    "selection": ["selections"],
    "split": ["splits"],
}
ANALYSES = ["analyses"]

_PACKAGE = "repscope.workers"
_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
_SECTION = re.compile(r"^(Args|Returns|Raises|Attributes|Example|Examples|Note|Notes|Yields):$")

Function = TypeVar("Function", bound=Callable[..., Result])


class MethodParams(BaseModel):
    """Base of all parameters: no unknown names, no NaN, no change after validation."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class NoParams(MethodParams):
    """Parameters of a method that has none."""


@dataclass(frozen=True)
class RegisteredMethod:
    """A method as the workers know it.

    Attributes:
        method: Its entry in the catalogue.
        function: The function itself.
        params: Class of its parameters.
        where: File and line of the function.
    """

    method: Method
    function: Callable[..., Result]
    params: type[MethodParams]
    where: str

    def call(
        self, context: Context, params: Mapping[str, Any], inputs: Mapping[str, Any]
    ) -> Result:
        """Check the parameters and run the method.

        Args:
            context: Surroundings of this call.
            params: Parameters as JSON values; those left out take their defaults.
            inputs: Input artifacts by name, a list where the input takes many.

        Raises:
            InvalidRecipe: When a parameter does not fit.
        """
        try:
            checked = self.params.model_validate(dict(params))
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(["params", *map(str, first["loc"])])
            raise InvalidRecipe(f"{field}: {first['msg']}.", field=field) from error
        return self.function(context, checked, **inputs)


_methods: dict[tuple[str, str], RegisteredMethod] = {}


def register(
    kind: str,
    method: str,
    *,
    version: int,
    title: str,
    output: str,
    params: type[MethodParams] = NoParams,
    inputs: Sequence[Input] = (),
    queue: Queue = "compute",
    seeded: bool = False,
    default: bool = False,
    cost: Mapping[str, float] | None = None,
    source: type | None = None,
) -> Callable[[Function], Function]:
    """Register the decorated function as the method `kind/method`.

    The first line of its docstring is the summary in the chooser, the rest the explanation.

    Args:
        kind: What it makes, such as `projection`.
        method: Its name within the kind, and the name of its file.
        version: Raised whenever the output changes.
        title: Name for people.
        output: What a view needs to draw the result: `points`, `images`, `matrix`, ...
        params: Class of its parameters, each described and bounded.
        inputs: Artifacts that it reads; the function takes them as keyword arguments.
        queue: `live`, `compute` or `train`.
        seeded: Whether the seed changes the result.
        default: Whether it makes this kind when another kind is given where this one is expected.
        cost: Seconds per unit of each term. A term is `constant` or a product such as
            `rows*width`; its factors are `rows` (images), `pixels` (numbers per image), `width`
            (numbers per feature vector), `params.NAME`, and `params.NAME=VALUE`, which is 1 where
            the parameter has this value and else 0.
        source: The class that the function is made of, where there is one; it is its place.

    Raises:
        TypeError: When the declaration is not complete, or the name is taken.
    """

    def decorate(function: Function) -> Function:
        where = _place(function) if source is None else f"{source.__module__}.{source.__name__}"
        _check_signature(function, inputs, where)
        summary, description = _split_docstring(function, where)
        entry = Method(
            kind=kind,
            method=method,
            version=version,
            title=title,
            summary=summary,
            description=description,
            params=form_schema(params, where),
            inputs=list(inputs),
            output=output,
            queue=queue,
            seeded=seeded,
            default=default,
            cost=dict(cost or {}),
        )
        known = _methods.get((kind, method))
        if known is not None and known.where != where:
            raise TypeError(f"{kind}/{method} is registered twice: {known.where} and {where}.")
        _methods[kind, method] = RegisteredMethod(entry, function, params, where)
        return function

    return decorate


def find(kind: str, method: str) -> RegisteredMethod:
    """Return one method, importing only the file that holds it.

    Raises:
        InvalidRecipe: No such method; the message names those of that kind that are there.
    """
    known = _methods.get((kind, method))
    if known is None and _NAME.fullmatch(method):
        for folder in FOLDERS.get(kind, ANALYSES):
            _import(f"{_PACKAGE}.{folder}.{method}")
        known = _methods.get((kind, method))
    if known is None:
        names = [f"{m.method.kind}/{m.method.method}" for m in all_methods()]
        raise InvalidRecipe(
            f"This worker has no method {kind}/{method}; it has {', '.join(names)}.", field="method"
        )
    return known


def all_methods() -> list[RegisteredMethod]:
    """Import every method and return them all, in order of kind and name."""
    for folder in chain(*FOLDERS.values(), ANALYSES):
        load(folder)
    return registered()


def load(folder: str) -> None:
    """Import every method of a folder."""
    package = importlib.import_module(f"{_PACKAGE}.{folder}")
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{_PACKAGE}.{folder}.{module.name}")


def registered() -> list[RegisteredMethod]:
    """Return the methods that have been imported so far, in order of kind and name."""
    return [_methods[name] for name in sorted(_methods)]


def forget(method: RegisteredMethod) -> None:
    """Take a method out again; for a plugin that turned out to be broken."""
    _methods.pop((method.method.kind, method.method.method), None)


def _import(name: str) -> None:
    """Import a module; one that does not exist is no error here, one that is broken is."""
    try:
        importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise


def _place(function: Callable[..., Any]) -> str:
    code = inspect.unwrap(function).__code__
    return f"{code.co_filename}:{code.co_firstlineno}"


def _check_signature(function: Callable[..., Any], inputs: Sequence[Input], where: str) -> None:
    expected = ["context", "params", *(entry.name for entry in inputs)]
    given = list(inspect.signature(function).parameters)
    if given != expected:
        raise TypeError(
            f"The method in {where} takes ({', '.join(given)}); "
            f"it must take ({', '.join(expected)})."
        )


def _split_docstring(function: Callable[..., Any], where: str) -> tuple[str, str]:
    """Return the summary line and the prose below it, up to the first section for programmers."""
    lines = (inspect.getdoc(function) or "").splitlines()
    if not lines:
        raise TypeError(f"The method in {where} needs a docstring: people read it on the page.")
    end = next((i for i, line in enumerate(lines) if _SECTION.match(line)), len(lines))
    paragraphs = "\n".join(lines[1:end]).strip().split("\n\n")
    return lines[0], "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)
