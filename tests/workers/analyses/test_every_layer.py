import numpy as np
import pytest

from repscope.core.errors import InvalidRecipe
from repscope.core.recipes import Recipe
from repscope.workers.context import Context, Result
from repscope.workers.registry import find
from tests.workers.making import make

IMAGES = Result(
    {"images": np.random.default_rng(0).integers(0, 256, (300, 16, 16, 3), dtype=np.uint8)}
)


def sweep(monkeypatch: pytest.MonkeyPatch, **params: object) -> list[tuple[Recipe, Result]]:
    """Run it and return what it published."""
    context = Context.local()
    kept: list[tuple[Recipe, Result]] = []
    monkeypatch.setattr(context, "publish", lambda *made: kept.append(made) or str(len(kept)))
    inputs = {"dataset": IMAGES, "encoder": make("encoder", "random", {"architecture": "cnn"})}
    made = find("layers", "every_layer").call(context, params, inputs)
    assert [entry["id"] for entry in made.meta["layers"]] == [str(1 + i) for i in range(len(kept))]
    return kept


def test_each_layer_is_the_embedding_that_is_made_of_it_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    encoder = make("encoder", "random", {"architecture": "cnn"})
    kept = sweep(monkeypatch)
    assert len(kept) == 4
    for recipe, made in kept:
        assert (recipe.kind, recipe.method) == ("embedding", "embed")
        alone = make("embedding", "embed", recipe.params, dataset=IMAGES, encoder=encoder)
        np.testing.assert_array_equal(made.array("features"), alone.array("features"))
        assert made.meta == alone.meta
    # The last layer is the one that is taken unless one is named.
    assert kept[-1][0].params == {"precision": "auto"}


def test_only_the_layers_that_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = sweep(monkeypatch, layers=["stages.1:flat", "stages.0", "stages.0"])
    assert [made.meta["layer"] for _, made in kept] == ["stages.1:flat", "stages.0"]
    with pytest.raises(InvalidRecipe, match="no layer 'blocks.0'"):
        sweep(monkeypatch, layers=["blocks.0"])
