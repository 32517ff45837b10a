"""Recipes as Python writes them."""

from repscope.client import Recipe

DIGITS = Recipe("dataset", "digits")


def test_inputs_are_told_from_parameters() -> None:
    pca = Recipe("projection", "pca", embedding=DIGITS, dimensions=3)
    both = Recipe("trust", "stability", projections=[pca, pca], names=["a", "b"], seed=4)
    assert both.document == {
        "kind": "trust",
        "method": "stability",
        "inputs": {"projections": [pca.document, pca.document]},
        "params": {"names": ["a", "b"]},
        "seed": 4,
    }
    assert pca.inputs == {"embedding": DIGITS.document}
    assert pca.params == {"dimensions": 3}


def test_a_version_is_written_only_where_it_is_given() -> None:
    assert "version" not in DIGITS.document
    assert Recipe("dataset", "digits", version=1).document["version"] == 1


def test_equal_recipes_are_equal() -> None:
    assert Recipe("dataset", "digits") == DIGITS
    assert hash(Recipe("dataset", "digits")) == hash(DIGITS)
    assert Recipe("dataset", "digits", seed=1) != DIGITS


def test_it_shows_itself_on_one_line() -> None:
    recipe = Recipe("projection", "pca", embedding=DIGITS, dimensions=3, seed=1)
    assert repr(recipe) == "projection/pca(embedding=..., dimensions=3, seed=1)"
