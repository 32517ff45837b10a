import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from repscope.core.artifacts import ArtifactStore
from repscope.core.catalogue import Catalogue
from repscope.core.errors import InvalidRecipe, MethodFailed
from repscope.core.recipes import Recipe
from repscope.core.resolve import resolve
from repscope.core.settings import Settings
from repscope.workers.context import Result
from repscope.workers.datasets.description import column
from repscope.workers.reporting import Silent
from repscope.workers.runner.making import Maker
from tests.workers.making import make, upload

LABELS = np.array([0, 1, 2, 1, 0, 1, -1, 1], np.int32)
SPLIT = np.array([0, 1, 0, 1, 1, 0, 0, -1], np.int32)
WORDS = [b"a", b"", b"ccc", b"dd", b"", b"f", b"gg", b"h"]


def described(**more: Any) -> dict[str, Any]:
    return {
        "title": "Pets",
        "count": 8,
        "height": 4,
        "width": 4,
        "channels": 3,
        "classes": ["cat", "dog", "eel"],
        "columns": [
            column("label", "Class", "category", "labels", ["cat", "dog", "eel"]),
            column("split", "Split", "category", "column_split", ["train", "test"]),
        ],
        "source": "a shelter",
        "license": "CC0 1.0",
        "license_text": "CC0 1.0 Universal",
        "left_out": {"count": 1, "files": []},
    } | more


def pets(**arrays: np.ndarray) -> Result:
    rng = np.random.default_rng(0)
    ends = np.cumsum([0, *map(len, WORDS)])
    shared = {
        "labels": LABELS,
        "column_split": SPLIT,
        "column_note": np.frombuffer(b"".join(WORDS), np.uint8),
        "column_note_offsets": ends.astype(np.int64),
        "files": np.frombuffer(b"".join(WORDS), np.uint8),
        "file_offsets": ends.astype(np.int64),
        "palette": np.arange(12.0),
    }
    pixels = {"images": rng.integers(0, 256, (8, 4, 4, 3), np.uint8)}
    return Result({**shared, **(arrays or pixels)}, described())


def mixed() -> Result:
    """Images of mixed sizes, encoded, end to end."""
    encoded = [bytes([row]) * (row + 1) for row in range(8)]
    sizes = np.array([[row + 1, 9 - row] for row in range(8)], np.int32)
    return pets(
        bytes=np.frombuffer(b"".join(encoded), np.uint8),
        offsets=np.cumsum([0, *map(len, encoded)]).astype(np.int64),
        sizes=sizes,
    )


def take(dataset: Result, seed: int = 0, **params: Any) -> Result:
    return make("dataset", "subset", params, seed, dataset=dataset)


def text(result: Result, name: str, offsets: str) -> list[bytes]:
    data, ends = result.array(name).tobytes(), result.array(offsets)
    return [data[a:b] for a, b in zip(ends, ends[1:], strict=False)]


def test_everything_that_belongs_to_an_image_comes_along() -> None:
    whole = pets()
    part = take(whole, take="classes", classes=["eel", "cat"])
    rows = part.array("rows")
    assert rows.tolist() == [0, 2, 4]
    assert rows.dtype == np.int64
    for name in ("images", "labels", "column_split"):
        assert np.array_equal(part.array(name), whole.array(name)[rows]), name
        assert part.array(name).dtype == whole.array(name).dtype
    assert text(part, "column_note", "column_note_offsets") == [b"a", b"ccc", b""]
    assert text(part, "files", "file_offsets") == [b"a", b"ccc", b""]
    assert np.array_equal(part.array("palette"), whole.array("palette"))
    kept = ("classes", "columns", "license", "license_text", "source", "channels")
    assert {name: part.meta[name] for name in kept} == {name: whole.meta[name] for name in kept}
    assert (part.meta["title"], part.meta["count"]) == ("Pets, cat, eel", 3)
    assert "left_out" not in part.meta


def test_images_of_mixed_sizes_stay_as_they_are_encoded() -> None:
    part = take(mixed(), take="first", count=3)
    assert text(part, "bytes", "offsets") == [b"\0", b"\1\1", b"\2\2\2"]
    assert part.array("sizes").tolist() == [[1, 9], [2, 8], [3, 7]]
    assert (part.meta["height"], part.meta["width"]) == (3, 9)
    assert take(mixed(), take="split", split="test").array("rows").tolist() == [1, 3, 4]


def test_large_arrays_are_copied_in_pieces() -> None:
    images = np.random.default_rng(0).integers(0, 256, (9, 1500, 1500, 3), np.uint8)
    dataset = Result({"images": images}, described(count=9, classes=None, columns=[]))
    part = take(dataset, take="first", count=7)
    assert isinstance(part.array("images"), np.memmap)
    assert np.array_equal(part.array("images"), images[:7])


def test_the_first_images_or_all() -> None:
    assert take(pets(), count=3).array("rows").tolist() == [0, 1, 2]
    assert take(pets(), count=99).meta["count"] == 8


def test_a_draw_by_class_keeps_shares_and_follows_its_seed() -> None:
    digits = make("dataset", "digits")
    part = take(digits, seed=5, take="stratified", count=180)
    counts = np.bincount(part.array("labels"), minlength=10)
    whole = np.bincount(digits.array("labels"))
    np.testing.assert_allclose(counts, 180 * whole / 1797, atol=1.0)
    again, other = (take(digits, seed=s, take="stratified", count=180) for s in (5, 6))
    assert np.array_equal(part.array("rows"), again.array("rows"))
    assert not np.array_equal(part.array("rows"), other.array("rows"))
    assert np.array_equal(part.array("images"), digits.array("images")[part.array("rows")])


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"take": "classes"}, "at least one class"),
        ({"take": "classes", "classes": ["cow"]}, "no class 'cow'; it has cat, dog, eel"),
        ({"take": "split", "split": "dev"}, "no part 'dev'; it has train, test"),
        ({"take": "split"}, "no part ''"),
        ({"take": "selection"}, "'selection' is missing"),
    ],
)
def test_what_is_not_there_is_said(params: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidRecipe, match=words):
        take(pets(), **params)


def test_nothing_left_is_said() -> None:
    bare = Result({"images": np.zeros((0, 2, 2, 1), np.uint8)}, described(count=0, columns=[]))
    with pytest.raises(MethodFailed, match="No image of this dataset is first 0"):
        take(bare)
    unused = pets()
    unused.array("labels")[:] = 0
    with pytest.raises(MethodFailed, match="No image of this dataset is eel"):
        take(unused, take="classes", classes=["eel"])
    unlabelled = Result({}, described(classes=None, columns=[]))
    for params in ({"take": "stratified"}, {"take": "classes", "classes": ["cat"]}):
        with pytest.raises(MethodFailed, match="has no classes"):
            take(unlabelled, **params)
    with pytest.raises(MethodFailed, match="no column split"):
        take(unlabelled, take="split", split="train")


def test_selections_are_found_in_the_whole_in_a_part_and_in_nothing_else(tmp_path: Path) -> None:
    file = io.BytesIO()
    np.save(file, np.array([1, 2, 5], np.int64))
    uploads = tmp_path / "uploads"
    digest = upload(file.getvalue(), uploads)
    catalogue = Catalogue.shipped()
    maker = Maker(Settings(data=tmp_path), catalogue, "cpu", lambda _: None)

    def made(recipe: dict[str, Any]) -> Any:
        for node in resolve(Recipe.model_validate(recipe), catalogue, lambda _: None).nodes:
            if not ArtifactStore(tmp_path / "artifacts").exists(node.id):
                last = maker.make(node.recipe, Silent())
            else:
                last = maker.store.open(node.id)
        return last

    def part(dataset: dict[str, Any], **params: Any) -> dict[str, Any]:
        inputs = {"dataset": dataset} | params.pop("inputs", {})
        return {"kind": "dataset", "method": "subset", "inputs": inputs, "params": params}

    def selected(dataset: dict[str, Any]) -> dict[str, Any]:
        inputs, params = {"dataset": dataset}, {"upload": digest}
        return {"kind": "selection", "method": "rows", "inputs": inputs, "params": params}

    def chosen(dataset: dict[str, Any], of: dict[str, Any]) -> Any:
        return made(part(dataset, take="selection", inputs={"selection": selected(of)}))

    digits = {"kind": "dataset", "method": "digits"}
    fives = part(digits, take="classes", classes=["5"])
    whole, few = made(digits), made(fives)
    assert few.meta["parent"] == whole.id
    rows = few.array("rows")

    assert chosen(digits, digits).array("rows").tolist() == [1, 2, 5]
    assert chosen(fives, fives).array("rows").tolist() == [1, 2, 5]
    # Selected in the part, found in the whole.
    up = chosen(digits, fives)
    assert up.array("rows").tolist() == rows[[1, 2, 5]].tolist()
    assert (up.array("labels") == 5).all()
    # Selected in the whole, found in the part: of the digits 1, 2 and 5, only 5 is a five.
    down = chosen(fives, digits)
    assert rows[down.array("rows")].tolist() == [5]
    nines = part(digits, take="classes", classes=["9"])
    with pytest.raises(MethodFailed, match="selected in another dataset"):
        chosen(nines, fives)
