import json

from repscope.core.catalogue import Catalogue
from repscope.workers import catalogue
from repscope.workers.registry import all_methods


def test_the_shipped_catalogue_is_fresh() -> None:
    shipped = catalogue.shipped_path().read_text("utf-8")
    advice = "run `python -m repscope.workers.catalogue`"
    assert shipped == catalogue.document(), f"catalogue.json is out of date; {advice}"


def test_it_is_read_as_it_was_written() -> None:
    methods = list(Catalogue.from_json(json.loads(catalogue.document())))
    assert [method.key for method in methods] == [entry.method.key for entry in all_methods()]


def test_one_default_turns_an_embedding_into_neighbors() -> None:
    found = Catalogue.shipped().default_for("neighbors", "embedding")
    assert found is not None
    assert found.key == "neighbors/knn@4"


def test_every_method_explains_itself() -> None:
    for entry in all_methods():
        method = entry.method
        assert method.summary.endswith("."), method.key
        assert len(method.summary) <= 110, method.key
        assert len(method.description) > 80, method.key
        assert method.cost, method.key
        for term in method.cost:
            for factor in term.split("*"):
                param = factor.startswith("params.")
                known = method.params["properties"] if param else SIZES
                name = factor.removeprefix("params.").partition("=")[0]
                assert name in known, f"{method.key}: {factor}"


SIZES = {"constant", "rows", "pixels", "width"}
