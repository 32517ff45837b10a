import pytest

from repscope.workers.registry import all_methods
from tests.workers import golden


@pytest.mark.parametrize("name", golden.RECIPES)
def test_same_version_same_output(name: str) -> None:
    recorded = golden.read().get(name)
    given = golden.fingerprint(golden.RECIPES[name])
    advice = "record it with `python -m tests.workers.golden`"
    assert recorded is not None, f"{name} has no record; {advice}"
    assert recorded["method"] == given["method"], f"{name} has a new version; {advice}"
    changed = golden.differences(recorded, given)
    assert not changed, f"{changed} of {name} changed: raise the method's version, then {advice}"


def test_every_method_has_a_record() -> None:
    covered = {(recipe["kind"], recipe["method"]) for recipe in golden.RECIPES.values()}
    ours = {(m.method.kind, m.method.method) for m in all_methods() if _is_shipped(m)}
    assert ours == covered | golden.FETCHED


def test_a_changed_output_is_noticed() -> None:
    given = golden.fingerprint(golden.RECIPES["knn euclidean"])
    altered = {**given, "arrays": {name: dict(entry) for name, entry in given["arrays"].items()}}
    entry = altered["arrays"]["distances"]
    entry["numbers"] = [number * 1.01 for number in entry["numbers"]]
    assert golden.differences(given, altered) == ["distances"]


def _is_shipped(entry: object) -> bool:
    return entry.function.__module__.startswith("repscope.workers.")  # type: ignore[attr-defined]
