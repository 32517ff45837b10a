"""Equal requests meet in one id; what does not fit gets one sentence and a field."""

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repscope.core.catalogue import Catalogue
from repscope.core.errors import InvalidRecipe
from repscope.core.recipes import MAX_DEPTH, Recipe, canonical_json, normalized_id
from repscope.core.resolve import Resolved, resolve
from tests.core.conftest import CATALOGUE, DATASET, EMBEDDING, PROJECTION

NEWER = Catalogue(
    [m.model_copy(update={"version": 2}) if m.kind == "dataset" else m for m in CATALOGUE]
)


def resolved(recipe: dict[str, Any], known: dict[str, dict[str, Any]] | None = None) -> Resolved:
    return resolve(Recipe.model_validate(recipe), CATALOGUE, (known or {}).get)


def dataset(**params: Any) -> dict[str, Any]:
    return DATASET | {"params": params}


def test_numbers_and_defaults_do_not_change_the_id() -> None:
    plain = resolved(DATASET).id
    assert plain == resolved(dataset(count=10)).id == resolved(dataset(count=10.0)).id
    assert plain == resolved(dataset(scale=1)).id == resolved(dataset(scale=1.0, label=None)).id
    assert plain != resolved(dataset(count=11)).id
    assert plain != resolved(DATASET | {"seed": 1}).id


def test_seed_counts_only_where_something_is_drawn() -> None:
    assert resolved(EMBEDDING).id == resolved(EMBEDDING | {"seed": 7}).id


def test_an_input_by_id_and_as_a_recipe_are_one() -> None:
    inner = resolved(EMBEDDING)
    by_id = PROJECTION | {"inputs": {"neighbors": inner.id}}
    assert resolved(by_id, {inner.id: inner.recipe}).id == resolved(PROJECTION).id


def test_the_default_graph_stands_in_for_an_embedding() -> None:
    graph = {"kind": "neighbors", "method": "toy", "inputs": {"embedding": EMBEDDING}}
    explicit = PROJECTION | {"inputs": {"neighbors": graph}}
    by_name = PROJECTION | {"inputs": {"embedding": EMBEDDING}}
    assert resolved(PROJECTION).id == resolved(explicit).id == resolved(by_name).id


def test_inputs_come_before_what_needs_them() -> None:
    nodes = resolved(PROJECTION).nodes
    assert [n.method.kind for n in nodes] == ["dataset", "embedding", "neighbors", "projection"]
    for place, node in enumerate(nodes):
        assert set(node.input_ids) <= {n.id for n in nodes[:place]}


def test_order_in_a_list_counts_and_one_artifact_is_one_node() -> None:
    other = EMBEDDING | {"inputs": {"dataset": dataset(count=20)}}

    def compare(*embeddings: dict[str, Any]) -> Resolved:
        inputs = {"embeddings": list(embeddings)}
        return resolved({"kind": "comparison", "method": "toy", "inputs": inputs})

    assert compare(EMBEDDING, other).id != compare(other, EMBEDDING).id
    assert len(compare(EMBEDDING, EMBEDDING).nodes) == 3


def test_a_normalized_recipe_resolves_to_itself() -> None:
    first = resolved(PROJECTION)
    again = resolved(first.recipe)
    assert (again.id, again.recipe) == (first.id, first.recipe)
    assert normalized_id(json.loads(canonical_json(first.recipe))) == first.id


@pytest.mark.parametrize(
    ("recipe", "field", "words"),
    [
        ({"kind": "dataset", "method": "none"}, "method", "There is no dataset method 'none'"),
        ({"kind": "soup", "method": "toy"}, "kind", "There is no kind 'soup'"),
        (dataset(count=0), "params.count", "'count' must be at least 1; it is 0."),
        (dataset(count=10**30), "params.count", "must be at most 1000"),
        (dataset(count="ten"), "params.count", "'count' must be a whole number; it is 'ten'."),
        (dataset(count=1.5), "params.count", "must be a whole number"),
        (dataset(count=True), "params.count", "must be a whole number; it is true."),
        (dataset(scale=0), "params.scale", "must be more than 0"),
        (dataset(scale=math.nan), "params.scale", "must be a finite number"),
        (dataset(scale=math.inf), "params.scale", "must be a finite number"),
        (dataset(shape="cube"), "params.shape", "'shape' must be 'flat' or 'round'"),
        (dataset(label=3), "params.label", "must be empty or a text"),
        (dataset(size=3), "params.size", "There is no parameter 'size'; it has count"),
        (DATASET | {"version": 2}, "version", "this server has version 1"),
        (EMBEDDING | {"inputs": {}}, "inputs.dataset", "needs the input 'dataset'"),
        (EMBEDDING | {"inputs": {"data": DATASET}}, "inputs.data", "it takes dataset, encoder"),
        (EMBEDDING | {"inputs": {"dataset": [DATASET]}}, "inputs.dataset", "not a list"),
        (EMBEDDING | {"inputs": {"dataset": "0" * 32}}, "inputs.dataset", "no artifact"),
        (PROJECTION | {"inputs": {"neighbors": DATASET}}, "inputs.neighbors", "of kind neighbors"),
        (
            EMBEDDING | {"inputs": {"dataset": dataset(count=-1)}},
            "inputs.dataset.params.count",
            "at least 1",
        ),
    ],
)
def test_what_does_not_fit_gets_one_sentence(
    recipe: dict[str, Any], field: str, words: str
) -> None:
    with pytest.raises(InvalidRecipe) as caught:
        resolved(recipe)
    assert caught.value.field == field
    assert words in caught.value.message
    assert caught.value.message.endswith(".")
    assert "\n" not in caught.value.message


def test_what_an_older_version_made_is_taken_as_it_is() -> None:
    old = resolved(EMBEDDING)
    known = {node.id: node.recipe for node in old.nodes}

    def later(recipe: dict[str, Any], catalogue: Catalogue = NEWER, *there: str) -> Resolved:
        asked = Recipe.model_validate(recipe)
        return resolve(asked, catalogue, known.get, set(there).__contains__)

    by_id = {"kind": "neighbors", "method": "toy", "inputs": {"embedding": old.id}}
    graph = later(by_id, NEWER, old.id)
    assert graph.nodes[-1].input_ids == [old.id]
    assert graph.recipe["inputs"]["embedding"] == old.recipe
    assert [node.id for node in graph.nodes[:-1]] == [node.id for node in old.nodes]
    assert graph.nodes[0].method.key == "dataset/toy@1"
    # Its kind is seen to, and a default stands on it, as ever.
    projection = {"kind": "projection", "method": "toy", "inputs": {"neighbors": old.id}}
    assert later(projection, NEWER, old.id).nodes[-2].id == graph.id
    with pytest.raises(InvalidRecipe, match="of kind embedding; this is of kind dataset"):
        later({**by_id, "inputs": {"embedding": old.nodes[0].id}}, NEWER, old.nodes[0].id)
    # So is its whole recipe, as a manifest holds it, also when the method is gone.
    dataset = old.nodes[0]
    for catalogue in (NEWER, Catalogue([m for m in CATALOGUE if m.kind != "dataset"])):
        found = later(dataset.recipe, catalogue, dataset.id)
        assert (found.id, found.recipe) == (dataset.id, dataset.recipe)


def test_what_an_older_version_would_make_is_refused() -> None:
    old = resolved(EMBEDDING)
    known = {node.id: node.recipe for node in old.nodes}
    recipe = {"kind": "neighbors", "method": "toy", "inputs": {"embedding": old.id}}
    with pytest.raises(InvalidRecipe, match="this server has version 2"):
        resolve(Recipe.model_validate(recipe), NEWER, known.get)
    half = Recipe.model_validate({**EMBEDDING, "version": 7, "inputs": {"dataset": old.id}})
    with pytest.raises(InvalidRecipe, match="this server has version 1"):
        resolve(half, NEWER, known.get, lambda _: True)


def test_a_bottomless_recipe_is_refused() -> None:
    recipe: dict[str, Any] = DATASET
    for _ in range(MAX_DEPTH + 1):
        recipe = EMBEDDING | {"inputs": {"dataset": recipe}}
    with pytest.raises(InvalidRecipe, match="larger than"):
        resolved(recipe)


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(["count", "scale", "label", "shape", "x"]), _json))
def test_any_params_resolve_or_are_refused(params: dict[str, Any]) -> None:
    try:
        first = resolved(dataset(**params))
    except InvalidRecipe as error:
        refused = error
    else:
        assert resolved(first.recipe).id == first.id
        return
    assert refused.field is not None
