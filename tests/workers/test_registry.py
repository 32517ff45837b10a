import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import Field, ValidationError

from repscope.core.catalogue import Input
from repscope.core.errors import InvalidRecipe
from repscope.workers import registry
from repscope.workers.context import Context, Result
from repscope.workers.registry import MethodParams, NoParams, register
from tests.workers.making import make


class Params(MethodParams):
    strength: float = Field(0.5, ge=0.0, le=1.0, description="how strong")


@pytest.fixture(autouse=True)
def _restore() -> Iterator[None]:
    yield
    # Not those whose files a test has loaded: a file is loaded only once.
    for entry in registry.registered():
        if entry.function.__module__ == __name__:
            registry.forget(entry)


def toy(**changes: Any) -> Any:
    declaration = {"version": 1, "title": "Toy", "output": "points", "params": Params} | changes
    return register("projection", "toy", **declaration)


def test_a_docstring_becomes_summary_and_description() -> None:
    @toy(inputs=[Input(name="embedding", kind="embedding")], cost={"constant": 2.0})
    def function(context: Context, params: Params, embedding: Any) -> Result:
        """One sentence.

        A paragraph
        in two lines.

        Another.

        Args:
            context: Nothing that a student has to know.
        """
        return Result(metrics={"strength": params.strength})

    entry = registry.find("projection", "toy")
    assert entry.method.key == "projection/toy@1"
    assert entry.method.summary == "One sentence."
    assert entry.method.description == "A paragraph in two lines.\n\nAnother."
    assert entry.method.cost == {"constant": 2.0}
    result = entry.call(Context.local(), {"strength": 1}, {"embedding": None})
    assert result.metrics == {"strength": 1.0}


def test_two_methods_of_one_name_are_an_error_that_names_both_places() -> None:
    def first(context: Context, params: Params) -> Result:
        """One."""
        return Result()

    def second(context: Context, params: Params) -> Result:
        """Two."""
        return Result()

    toy()(first)
    toy()(first)  # the same function again is a reload
    with pytest.raises(TypeError, match=r"registered twice: .*test_registry.py:\d+ and .*:\d+"):
        toy()(second)


def test_declarations_that_are_not_complete_are_refused() -> None:
    def silent(context: Context, params: Params) -> Result:
        return Result()

    def deaf(context: Context, params: Params) -> Result:
        """Without its input."""
        return Result()

    with pytest.raises(TypeError, match="docstring"):
        toy()(silent)
    with pytest.raises(TypeError, match="must take .context, params, embedding."):
        toy(inputs=[Input(name="embedding", kind="embedding")])(deaf)


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"strength": 2.0}, "params.strength"),
        ({"strength": float("nan")}, "params.strength"),
        ({"strength": "strong"}, "params.strength"),
        ({"power": 1.0}, "params.power"),
    ],
)
def test_bad_parameters_name_their_field(params: dict[str, Any], field: str) -> None:
    @toy()
    def function(context: Context, params: Params) -> Result:
        """Do nothing."""
        return Result()

    with pytest.raises(InvalidRecipe) as caught:
        make("projection", "toy", params)
    assert caught.value.field == field


def test_parameters_do_not_change() -> None:
    params = Params()
    with pytest.raises(ValidationError):
        params.strength = 0.1


def test_an_unknown_method_is_answered_with_those_there_are() -> None:
    with pytest.raises(InvalidRecipe, match="no method projection/magic; it has .*projection/pca"):
        registry.find("projection", "magic")
    with pytest.raises(InvalidRecipe):
        registry.find("projection", "../secrets")
    with pytest.raises(InvalidRecipe):
        registry.find("dataset", "description")  # a module, but no method


def test_every_method_lies_where_find_looks_for_it() -> None:
    for entry in registry.all_methods():
        folders = registry.FOLDERS.get(entry.method.kind, registry.ANALYSES)
        modules = [f"repscope.workers.{folder}.{entry.method.method}" for folder in folders]
        assert entry.function.__module__ in modules


def test_the_first_map_imports_nothing_heavy() -> None:
    code = """
import sys
from repscope.workers.registry import find
for name in (("dataset", "digits"), ("encoder", "pixels"), ("embedding", "embed"),
             ("projection", "pca"), ("atlas", "sprites"), ("live", "neighbors")):
    find(*name)
heavy = {"torch", "sklearn", "scipy", "numba", "timm", "pandas"} & set(sys.modules)
assert not heavy, heavy
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_method_without_parameters_takes_none() -> None:
    with pytest.raises(ValidationError):
        NoParams.model_validate({"k": 1})
